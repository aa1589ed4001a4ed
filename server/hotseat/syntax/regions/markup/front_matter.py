"""The block between fences at the beginning of a file: YAML or TOML in Markdown, a script in Astro.

Owns what makes the first lines of a file such a block. A line of dashes alone may be a rule.
"""

from __future__ import annotations

import re

from hotseat.syntax.regions.place import LOOK_AHEAD_CHARS, LOOK_BACK_CHARS, Found, Place

_FENCES = {"---": "yaml", "+++": "toml"}
_FIRST = {
    "yaml": re.compile(
        r"(?:[ \t]*(?:#[^\n]*)?\n)*(?:[\"']?[\w$@][\w .$@/-]*[\"']?[ \t]*:(?:\s|\Z)|[{?-] )"
    ),
    "toml": re.compile(r"(?:[ \t]*#[^\n]*\n|\s)*(?:[\w.\"'-]+[ \t]*=|\[)"),
}
"""How the first line of the content begins."""
_BEING_TYPED = re.compile(r"[ \t]*[\w\"'-]*\Z")


def in_front_matter(place: Place) -> Found | None:
    """The block's content, if the cursor is in it."""
    text = whole_text_before(place)
    fence = "" if text is None else text.partition("\n")[0].rstrip()
    if text is None or fence not in _FENCES or "\n" not in text:
        return None
    language, content = _FENCES[fence], text.partition("\n")[2]
    if re.search(rf"^{re.escape(fence)}[ \t]*$", content, re.MULTILINE):
        return None
    if language == "yaml" and re.search(r"^\.\.\.[ \t]*$", content, re.MULTILINE):
        return None
    head = content + place.line_after()
    if language == "yaml" and not head.partition("\n")[0].strip() and not _is_closed(fence, place):
        return None
    if not _FIRST[language].match(head) and not _BEING_TYPED.match(content):
        return None
    return Found(language=language, text=content)


def _is_closed(fence: str, place: Place) -> bool:
    """Whether the end of the block is in sight: a blank line may follow a rule, too."""
    after = place.after(LOOK_AHEAD_CHARS)
    return re.search(rf"^{re.escape(fence)}[ \t]*$", after, re.MULTILINE) is not None


def whole_text_before(place: Place) -> str | None:
    """The text from the beginning of the file, or of the region, on; None if that is far away."""
    text = place.before(LOOK_BACK_CHARS)
    return text if len(text) < LOOK_BACK_CHARS else None
