"""Adding an expert to the person's experts.yaml: comments and order of what stands there stay.

The only writer of that file; it writes beside it and renames.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from hotseat.domain.errors import RosterError


def add_expert(
    path: Path, *, name: str, languages: Sequence[str], model: str, adapter: str
) -> None:
    """An expert of that name gets model and adapter; without one it is put first.

    Raises RosterError when the file cannot be read or written.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        tree: Any = yaml.load(text) or {}
        experts = tree.setdefault("experts", [])
        entry = next((e for e in experts if e.get("name") == name), None)
        if entry is None:
            entry = {"name": name, "languages": list(languages)}
            experts.insert(0, entry)
        entry.update({"model": model, "adapter": adapter})
        out = io.StringIO()
        yaml.dump(tree, out)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        partial.write_text(out.getvalue(), encoding="utf-8")
        os.replace(partial, path)
    except (OSError, UnicodeDecodeError, YAMLError, AttributeError, TypeError) as error:
        said = str(error).strip().splitlines()
        raise RosterError(
            f"{path} could not be changed: {said[0] if said else error!r}",
            hint=f"Add it yourself: {{name: {name}, model: {model}, adapter: {adapter}}}",
        ) from error
