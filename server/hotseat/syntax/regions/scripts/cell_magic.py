"""Regions of notebooks in Python: cells that begin with a magic (`%%bash`), and lines with one.

Owns which magics run another language. A cell is a document of its own; in a script it begins with
a line `# %%`, and may be written as remarks, as jupytext does.
"""

from __future__ import annotations

import re

from hotseat.languages.profile import words
from hotseat.syntax.regions import strings
from hotseat.syntax.regions.place import Found, Place

_MAGICS = {
    **{name: name for name in words("css html javascript latex markdown perl r ruby sql")},
    **dict.fromkeys(("bash", "script bash", "script sh", "sh", "sx", "system"), "shellscript"),
    "bigquery": "sql",
    "js": "javascript",
}
_LINE_MAGICS = {"!": "shellscript", "%sql": "sql", "%sx": "shellscript", "%system": "shellscript"}
_CELL_CHARS = 4_000
_SCRIPT_CHARS = 2_000
"""In a script less: this is read at each key, and few scripts have cells."""
_CELL = re.compile(r"^#[ \t]?%%(?=\s|\[)[^\n]*\n", re.MULTILINE)
_MAGIC = re.compile(r"\s*(?P<remark>#[ \t]?)?%%(?P<name>(?:script[ \t]+)?\w+)[^\n]*\n")
_LINE_MAGIC = re.compile(r"\s*(?:\w+\s*=\s*)?(!|%(?:sql|sx|system)(?=\s))")
_REMARK = re.compile(r"^#[ \t]?", re.MULTILINE)
_NOTEBOOK = ("vscode-notebook-cell:", "vscode-interactive-input:")


def look(place: Place, language: str) -> Found | None:
    """`language` is python."""
    return _in_magic(place) or strings.look(place, language)


def _in_magic(place: Place) -> Found | None:
    is_cell = place.uri.startswith(_NOTEBOOK)
    if is_cell and (found := _LINE_MAGIC.match(place.line_before())) is not None:
        text = place.line_before()[found.end() :]
        return Found(language=_LINE_MAGICS[found.group(1)], text=text)
    text = place.before(_CELL_CHARS if is_cell else _SCRIPT_CHARS)
    if "%%" not in text:
        return None
    if not is_cell:
        cells = list(_CELL.finditer(text))
        if not cells:
            return None
        text = text[cells[-1].end() :]
    elif len(text) == _CELL_CHARS:
        return None
    magic = _MAGIC.match(text)
    inner = _MAGICS.get(" ".join(magic["name"].lower().split())) if magic else None
    if magic is None or inner is None:
        return None
    inside = text[magic.end() :]
    return Found(language=inner, text=_REMARK.sub("", inside) if magic["remark"] else inside)
