"""The README of the wheel, with absolute links and pictures: its page has no repository."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_PICTURE = re.compile(r'<picture>\s*<source[^>]*>\s*<img alt="([^"]*)" src="([^"]*)">\s*</picture>')
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?://|#|mailto:)([^)]+)\)")


class CustomMetadataHook(MetadataHookInterface):
    """Fills in the dynamic field `readme`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `readme`; the repository is the one that the project's URLs name."""
        text = (Path(self.root) / "README.md").read_text("utf-8")
        absolute = with_absolute_links(text, metadata["urls"]["Source"])
        metadata["readme"] = {"content-type": "text/markdown", "text": absolute}


def with_absolute_links(text: str, repository: str) -> str:
    """Return Markdown whose relative links lead to the repository's main branch.

    Of a picture for light and dark, the index shows the one for light.
    """
    text = _PICTURE.sub(r"![\1](\2)", text)

    def absolute(match: re.Match[str]) -> str:
        mark, label, target = match.groups()
        kind = "raw" if mark else "blob"
        return f"{mark}[{label}]({repository}/{kind}/main/{target})"

    return _LINK.sub(absolute, text)
