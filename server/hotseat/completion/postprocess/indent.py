"""Indentation: how a document indents, and a suggestion's lines made to fit."""

from __future__ import annotations

import re
from dataclasses import dataclass

_INDENTED = re.compile(r"^([ \t]+)\S", re.MULTILINE)
_LEADING = re.compile(r"^[ \t]+")
_USUAL_WIDTH = 4


@dataclass(frozen=True, slots=True)
class IndentStyle:
    """`unit` is one level: a tab or some spaces; empty if the document has none."""

    unit: str

    @classmethod
    def of(cls, prefix: str, suffix: str) -> IndentStyle:
        """Return the style of the lines around the cursor, those before it first."""
        for text in (prefix[prefix.rfind("\n") + 1 :] + "x", prefix, suffix):
            found = _INDENTED.findall(text)
            if any(indent.startswith("\t") for indent in found):
                return cls("\t")
            widths = [len(indent) for indent in found if len(indent) > 1]
            if widths:
                return cls(" " * (2 if any(width % 4 == 2 for width in widths) else 4))
        return cls("")

    def applied(self, text: str) -> str:
        """Return `text` with the document's tabs or spaces before all lines but the first."""
        if "\n" not in text or not self.unit:
            return text
        first, *rest = text.split("\n")
        return "\n".join([first, *self._converted(rest)])

    def _converted(self, lines: list[str]) -> list[str]:
        leads = [found.group() if (found := _LEADING.match(line)) else "" for line in lines]
        if self.unit == "\t":
            widths = [len(lead) - lead.rfind("\t") - 1 for lead in leads]
            step = 2 if any(width % 4 == 2 for width in widths) else _USUAL_WIDTH
            return [
                lead[: lead.rfind("\t") + 1]
                + "\t" * (width // step)
                + " " * (width % step)
                + line[len(lead) :]
                for line, lead, width in zip(lines, leads, widths, strict=True)
            ]
        return [
            lead.replace("\t", self.unit) + line[len(lead) :]
            for line, lead in zip(lines, leads, strict=True)
        ]


def dedented(text: str, indent: str, extra: str, *, opens: bool) -> str:
    """Return `text` without `extra` in all lines that begin with `indent` and it, if `extra`, which
    stood before its first line, is before the second too: some models begin a level too deep, some
    only their first line. `opens`: the second line belongs a level deeper than the first."""
    if not extra or "\n" not in text:
        return text
    first, *rest = text.split("\n")
    deeper = indent + extra
    second = next((line for line in rest if line.strip()), "")
    n_belongs = len(deeper) + 1 if opens else len(deeper)
    if not second.startswith(deeper) or len(second) - len(second.lstrip()) < n_belongs:
        return text
    moved = [indent + line[len(deeper) :] if line.startswith(deeper) else line for line in rest]
    return "\n".join([first, *moved])
