"""The changes of one file: what each step put in place of which lines of the text at its beginning.

Lines are a text split at "\\n"; a line of a file with "\\r\\n" ends with "\\r". So lines that no
step touches stay as they are, whatever their ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

Lines = tuple[str, ...]
MAX_EXACT_LINES = 1_000
"""Of more lines, frequent ones are no anchors of the comparison: it would take seconds."""


def lines_of(text: str) -> Lines:
    """Return a text's lines."""
    return tuple(text.split("\n"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`lines` stand for the lines [first, stop) of the base. `steps` wrote them."""

    first: int
    stop: int
    lines: Lines
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChanges:
    """What the steps made of one file. `base` is None for a file that the task creates.

    `changes` are in order and do not touch each other.
    """

    path: str
    base: str | None
    changes: tuple[Change, ...] = ()

    @property
    def base_lines(self) -> Lines:
        return lines_of(self.base or "")

    @property
    def steps(self) -> tuple[int, ...]:
        """Return the ids of the steps whose results it holds, in order."""
        return tuple(sorted({id_ for change in self.changes for id_ in change.steps}))

    @property
    def text(self) -> str:
        """Return the text with all changes."""
        return self.text_with([True] * len(self.changes))

    def text_with(self, accepted: Sequence[bool]) -> str:
        """Return the text with these of the changes."""
        base, done = self.base_lines, 0
        found: list[str] = []
        for change, is_accepted in zip(self.changes, accepted, strict=True):
            found += base[done : change.first]
            found += change.lines if is_accepted else base[change.first : change.stop]
            done = change.stop
        return "\n".join([*found, *base[done:]])

    def with_lines(self, step: int, first: int, stop: int, new: Sequence[str]) -> FileChanges:
        """Return the changes after a step that put `new` in place of [first, stop) of `text`.

        Lines that the step left as they are belong to no change.
        """
        old = self.text.split("\n")[first:stop]
        same, same_end = _same_at_ends(old, new)
        old, new = old[same : len(old) - same_end], new[same : len(new) - same_end]
        first += same
        matcher = SequenceMatcher(None, old, new, autojunk=len(old) > MAX_EXACT_LINES)
        found = self
        for tag, i, i_stop, j, j_stop in reversed(matcher.get_opcodes()):
            if tag != "equal":
                found = found._with_change(step, first + i, first + i_stop, tuple(new[j:j_stop]))
        return found

    def _with_change(self, step: int, first: int, stop: int, new: Lines) -> FileChanges:
        """Join a change with those that it touches."""
        current = self.text.split("\n")
        before: list[Change] = []
        after: list[Change] = []
        touched: list[tuple[Change, int]] = []
        shift = shift_before = shift_after = 0
        for change in self.changes:
            begin = change.first + shift
            end = begin + len(change.lines)
            grown = len(change.lines) - (change.stop - change.first)
            if end < first:
                before.append(change)
                shift_before += grown
            elif begin > stop:
                after.append(change)
            else:
                touched.append((change, begin))
            if begin <= stop:
                shift_after += grown
            shift += grown
        begin, end = first, stop
        base_first, base_stop = first - shift_before, stop - shift_after
        for change, start in touched:
            begin, base_first = min(begin, start), min(base_first, change.first)
            end, base_stop = max(end, start + len(change.lines)), max(base_stop, change.stop)
        lines = (*current[begin:first], *new, *current[stop:end])
        steps = {step, *(id_ for change, _ in touched for id_ in change.steps)}
        joined = Change(first=base_first, stop=base_stop, lines=lines, steps=tuple(sorted(steps)))
        return FileChanges(path=self.path, base=self.base, changes=(*before, joined, *after))

    def accepted_in(self, text: str) -> tuple[bool, ...] | None:
        """Return which of the changes a text holds; None if it is another text."""
        return _accepted(self.base_lines, self.changes, lines_of(text))

    def undone(self, accepted: Sequence[bool]) -> FileChanges:
        """Return the changes that bring the text with these changes back to the base."""
        found, shift = [], 0
        base = self.base_lines
        for change, is_accepted in zip(self.changes, accepted, strict=True):
            if not is_accepted:
                continue
            first = change.first + shift
            found.append(
                Change(
                    first=first,
                    stop=first + len(change.lines),
                    lines=base[change.first : change.stop],
                    steps=change.steps,
                )
            )
            shift += len(change.lines) - (change.stop - change.first)
        return FileChanges(path=self.path, base=self.text_with(accepted), changes=tuple(found))


def _same_at_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return how many lines are equal at the beginning, and at the end of the rest."""
    most = min(len(old), len(new))
    same = next((i for i in range(most) if old[i] != new[i]), most)
    most -= same
    at_end = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    return same, at_end


_Choices = tuple[bool, "_Choices"] | None
"""The last choice, and those before it."""


def _accepted(base: Lines, changes: Sequence[Change], now: Lines) -> tuple[bool, ...] | None:
    """Follow all ways in which `now` can be made of the base, change by change."""
    starts = (0, *(change.stop for change in changes))
    ends = (*(change.first for change in changes), len(base))
    same = [base[start:end] for start, end in zip(starts, ends, strict=True)]
    reached: dict[int, _Choices] = {}
    if now[: len(same[0])] == same[0]:
        reached[len(same[0])] = None
    for change, unchanged in zip(changes, same[1:], strict=True):
        further: dict[int, _Choices] = {}
        for at, choices in reached.items():
            for choice in (True, False):
                part = change.lines if choice else base[change.first : change.stop]
                whole = (*part, *unchanged)
                if now[at : at + len(whole)] == whole:
                    further.setdefault(at + len(whole), (choice, choices))
        reached = further
    if len(now) not in reached:
        return None
    found, left = [], reached[len(now)]
    while left is not None:
        choice, left = left
        found.append(choice)
    return tuple(reversed(found))
