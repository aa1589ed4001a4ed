"""The changes of one document since it was opened: what each edited place was before.

Owns a copy of the text, which lags behind the editor's until `edited` is called; nothing here is on
the typing path. Places are runs of lines. One that is edited again stays one place, and the places
after an edit move with their lines. Bounded in number and in size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hotseat.documents.columns import to_column
from hotseat.documents.store import Change
from hotseat.domain.text import Position, PositionEncoding
from hotseat.next_edit.changes import MAX_HUNK_LINES, Hunk

MAX_PLACES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Lines [first_line, first_line + n_lines) of the present text, and what they were."""

    first_line: int
    n_lines: int
    old: tuple[str, ...]
    is_accepted: bool = False
    """Made by accepting an offer."""

    @property
    def stop(self) -> int:
        """The line after it."""
        return self.first_line + self.n_lines


class DocumentHistory:
    """The text of a document in lines, and the places edited in it, the newest last."""

    def __init__(self, text: str) -> None:
        self.lines = split(text)
        self._places: list[Place] = []

    @property
    def places(self) -> Sequence[Place]:
        """Return the edited places, the newest last."""
        return self._places

    def hunks(self) -> Iterator[tuple[Hunk, bool]]:
        """Yield the changes that are still in the text, the newest last, and whether each came
        from an accepted offer. `first_line` is that of the present text."""
        for place in self._places:
            new = tuple(self.lines[place.first_line : place.stop])
            if new != place.old:
                hunk = Hunk(first_line=place.first_line, old=place.old, new=new)
                yield hunk, place.is_accepted

    def edited(
        self, change: Change, encoding: PositionEncoding, *, is_accepted: bool = False
    ) -> None:
        """Make a client's change."""
        range_, text = change
        if range_ is None:
            self.lines = split(text)
            self._places.clear()
            return
        first, column = self._column(range_.start, encoding)
        last, end_column = self._column(range_.end, encoding)
        old = self.lines[first : last + 1]
        new = split(old[0][:column] + text + old[-1][end_column:])
        first, old, new = _changed_lines(first, old, new)
        if not old and not new:
            return
        self._note(first, first + len(old), len(new), is_accepted=is_accepted)
        self.lines[first : first + len(old)] = new

    def _column(self, position: Position, encoding: PositionEncoding) -> tuple[int, int]:
        if position.line >= len(self.lines):
            return len(self.lines) - 1, len(self.lines[-1])
        line = self.lines[max(0, position.line)]
        return max(0, position.line), min(to_column(line, position.character, encoding), len(line))

    def _note(self, first: int, stop: int, n_new: int, *, is_accepted: bool) -> None:
        """Lines [first, stop) are about to become `n_new` others."""
        same = [place for place in self._places if _is_same(place, first, stop)]
        same.sort(key=lambda place: (place.first_line, place.n_lines))
        begin = min([first, *(place.first_line for place in same)])
        end = max([stop, *(place.stop for place in same)])
        old: list[str] = []
        at = begin
        for place in same:
            old += [*self.lines[at : place.first_line], *place.old]
            at = place.stop
        old += self.lines[at:end]
        more = n_new - (stop - first)
        self._places = [
            replace(place, first_line=place.first_line + more)
            if place.first_line >= stop
            else place
            for place in self._places
            if place not in same
        ]
        n_lines = end - begin + more
        if max(len(old), n_lines) <= MAX_HUNK_LINES:
            is_accepted = is_accepted and all(place.is_accepted for place in same)
            one = Place(first_line=begin, n_lines=n_lines, old=tuple(old), is_accepted=is_accepted)
            self._places = [*self._places, one][-MAX_PLACES:]


def _is_same(place: Place, first: int, stop: int) -> bool:
    """Return whether an edit of lines [first, stop) is in a place, or inserts right at one."""
    if first == stop or place.n_lines == 0:
        return place.first_line <= first <= place.stop or first <= place.first_line < stop
    return place.first_line < stop and first < place.stop


def split(text: str) -> list[str]:
    """Return the lines without their endings, as LSP counts them."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


def _changed_lines(first: int, old: list[str], new: list[str]) -> tuple[int, list[str], list[str]]:
    """Return first line and lines without those at either end that stay the same."""
    while old and new and old[0] == new[0]:
        first, old, new = first + 1, old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return first, old, new
