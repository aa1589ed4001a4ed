"""Indentation: how a document indents, and a suggestion's lines made to fit."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from hotseat.completion.postprocess.line_or_block import indent_width
from hotseat.languages.profiles import profile_of

_INDENTED = re.compile(r"^([ \t]+)\S", re.MULTILINE)
_LEADING = re.compile(r"^[ \t]+")
_USUAL_WIDTH = 4
_TAB_WIDTH = 4
_BLOCK_ENDS = ("{", ":")


@dataclass(frozen=True, slots=True)
class IndentStyle:
    """`unit` is one level: a tab or some spaces; empty if the document has none."""

    unit: str
    width: int = 0
    """Of the cursor's line, in columns."""
    following: str = ""
    """The white space that the next line of the document begins with."""

    @classmethod
    def of(cls, prefix: str, suffix: str, language: str | None = None) -> IndentStyle:
        """Return the style of the lines around the cursor; where none is indented, that of the
        language's formatter."""
        current = prefix[prefix.rfind("\n") + 1 :]
        width = indent_width(current)
        following = _lead(next((x for x in suffix.split("\n", 9)[1:9] if x.strip()), ""))
        for text in (current + "x", prefix, suffix):
            found = _INDENTED.findall(text)
            if any(indent.startswith("\t") for indent in found):
                return cls("\t", width, following)
            if any(len(indent) > 1 for indent in found):
                return cls(" " * _unit_width(prefix + "x" + suffix), width, following)
        return cls("\t" if profile_of(language).indents_with_tabs else "", width, following)

    def applied(self, text: str) -> str:
        """Return `text` with the document's tabs or spaces before all lines but the first."""
        if "\n" not in text or not self.unit:
            return text
        first, *rest = text.split("\n")
        last = next((line for line in reversed(rest) if line.strip()), "")
        if self.following and _lead(last) == self.following and last.lstrip()[0] not in ")]}":
            return text  # as the lines are that it is put before, whatever the rest of the file is
        rest = self._converted(rest)
        if first.rstrip().endswith(_BLOCK_ENDS):
            rest = self._in_steps(rest)
        return "\n".join([first, *rest])

    def _in_steps(self, lines: list[str]) -> list[str]:
        """Return the body of a block, and what follows it, with this document's steps.

        A model may write steps of another width; they show where the first line of the body is
        deeper than one step.
        """
        leads = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
        step = len(self.unit)
        if self.unit == "\t" or not leads or leads[0] - self.width <= step:
            return lines
        base = min(leads) if min(leads) < leads[0] else leads[0] - _USUAL_WIDTH
        their_step = leads[0] - base
        if their_step == step or any((lead - base) % their_step for lead in leads):
            return lines
        return [
            " " * (self.width + (lead - base) // their_step * step) + line.lstrip(" ")
            if line.strip() and (lead := len(line) - len(line.lstrip(" "))) >= base
            else line
            for line in lines
        ]

    def _by_brackets(self, lines: list[str]) -> list[str]:
        """Return lines whose white space says nothing, indented by the brackets around them."""
        depth, result = self.width // _TAB_WIDTH + 1, []
        for line in lines:
            bare = line.strip()
            closes = bare[:1] in (")", "]", "}")
            result.append("\t" * max(0, depth - int(closes)) + bare if bare else "")
            depth += sum(bare.count(char) for char in "([{")
            depth -= sum(bare.count(char) for char in ")]}")
        return result

    def _converted(self, lines: list[str]) -> list[str]:
        leads = [found.group() if (found := _LEADING.match(line)) else "" for line in lines]
        if self.unit == "\t" and any(" \t" in lead for lead in leads):
            return self._by_brackets(lines)
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


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _unit_width(text: str) -> int:
    """Return 2 or 4: the width of a level in a text that is indented with spaces.

    It is by how much a line is mostly deeper than the one before; some lines are aligned with
    something else.
    """
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith("\t")]
    widths = [len(line) - len(line.lstrip(" ")) for line in lines]
    steps = [after - before for before, after in itertools.pairwise(widths)]
    n_twos, n_fours = steps.count(2), sum(step in (4, 8) for step in steps)
    if n_twos + n_fours:
        return 2 if n_twos > n_fours else _USUAL_WIDTH
    return 2 if any(width % 4 == 2 for width in widths) else _USUAL_WIDTH


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
