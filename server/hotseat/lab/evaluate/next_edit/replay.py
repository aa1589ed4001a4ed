"""One file of a commit, replayed: hunk after hunk from the top, with offers after each.

An offer that the commit makes too is accepted, and the next one is asked for. One that it does not
make is dismissed, and no other of its kind is taken. What was accepted need not be done any more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from hotseat.domain.syntax import NameUse
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.lab.evaluate.next_edit.commits import ChangedFile
from hotseat.next_edit.changes import Hunk, replaced_tokens
from hotseat.next_edit.history import DocumentHistory
from hotseat.next_edit.offers import Kind, Offer, Search
from hotseat.next_edit.tokens import tokens_of
from hotseat.parsing.remote_uses import offsets_of, uses_of

MAX_OFFERS = 400
"""After one hunk."""
MAX_HUNK_TOKENS = 3000
Uses = Callable[[str, str, "list[tuple[int, int]]"], "list[NameUse] | None"]
"""(text, language, places) to how the tokens there are used."""


@dataclass(slots=True)
class Tally:
    """What the replays of some files came to."""

    repeats: int = 0
    offered_right: int = 0
    offers: int = 0
    wrong: int = 0
    steps: int = 0
    """Hunks after which the file has another one."""
    next_hunk_line: int = 0
    exact: int = 0
    times_ms: list[float] = field(default_factory=list)
    wrong_offers: list[tuple[str, Offer, str]] = field(default_factory=list)
    """Path, offer, and the line that it was made for."""


def repeats_of(file: ChangedFile) -> set[tuple[int, int]]:
    """Return the places, as old line and number of the token in it, where a word is replaced by
    another as in an earlier hunk."""
    first: dict[Kind, int] = {}
    found = set()
    for number, hunk in enumerate(file.hunks):
        for one in replaced_tokens(hunk):
            if one.is_one and first.setdefault((one.old, one.new), number) != number:
                found.add((hunk.first_line + one.old_row, one.old_index))
    return found


class Replay:
    """The text of one file between its hunks."""

    def __init__(self, file: ChangedFile, uses: Uses) -> None:
        self._file, self._uses = file, uses
        self._history = DocumentHistory("\n".join(file.lines))
        self._origin: list[int | None] = list(range(len(file.lines)))
        """Of each present line, its number in the text before; None for a line of a hunk."""
        self._shifts: dict[int, list[tuple[int, int]]] = {}
        """Of each old line: token index and growth of what was accepted in it."""
        self._becomes = _regions(file)
        self._dismissed: set[Kind] = set()

    def run(self, tally: Tally) -> None:
        """Replay the file."""
        repeats = repeats_of(self._file)
        tally.repeats += len(repeats)
        for number, hunk in enumerate(self._file.hunks):
            if self._is_done(hunk):
                tally.exact += 1
            self._make(hunk)
            left = self._file.hunks[number + 1 :]
            self._follow(tally, repeats, has_more=bool(left))

    def _follow(self, tally: Tally, repeats: set[tuple[int, int]], *, has_more: bool) -> None:
        tally.steps += has_more
        for n in range(MAX_OFFERS):
            began_s = time.perf_counter()
            offer = self._offer()
            tally.times_ms.append(1000 * (time.perf_counter() - began_s))
            if offer is None:
                return
            tally.offers += 1
            place = self._old_place(offer)
            line = place[0] if place is not None else None
            if n == 0 and has_more and line is not None and line in self._becomes:
                tally.next_hunk_line += 1
            if place is not None and self._is_right(place, offer.kind):
                tally.offered_right += place in repeats
                self._accept(offer, place)
            else:
                tally.wrong += 1
                text = self._history.lines[offer.line]
                tally.wrong_offers.append((self._file.path, offer, text))
                self._dismissed.add(offer.kind)

    def _offer(self) -> Offer | None:
        lines = self._history.lines
        edits = list(self._history.hunks())
        search = Search(lines, self._file.language, edits, self._dismissed)
        places = search.places
        uses = self._uses(search.text, self._file.language, places) if places else None
        return search.best(uses)

    def _make(self, hunk: Hunk) -> None:
        at = self._present(hunk)
        lines = self._history.lines
        text = "\n".join(hunk.new)
        if hunk.old:
            end = at + len(hunk.old) - 1
            range_ = Range(Position(at, 0), Position(end, len(lines[end])))
            if not hunk.new:
                range_ = Range(Position(at, 0), Position(end + 1, 0))
        else:
            range_, text = Range(Position(at, 0), Position(at, 0)), text + "\n"
        self._history.edited((range_, text), PositionEncoding.UTF32)
        self._origin[at : at + len(hunk.old)] = [None] * len(hunk.new)

    def _present(self, hunk: Hunk) -> int:
        """Return the present line of a hunk that is not made yet."""
        for at, origin in enumerate(self._origin):
            if origin is not None and origin >= hunk.first_line:
                return at
        return len(self._origin)

    def _is_done(self, hunk: Hunk) -> bool:
        """Return whether accepted offers have made the hunk already."""
        at = self._present(hunk)
        return bool(hunk.old) and self._history.lines[at : at + len(hunk.old)] == list(hunk.new)

    def _old_place(self, offer: Offer) -> tuple[int, int] | None:
        """Return old line and old number of the first token that an offer replaces."""
        origin = self._origin[offer.line] if offer.line < len(self._origin) else None
        if origin is None:
            return None
        starts = [token.start for token in tokens_of(self._history.lines[offer.line])]
        if offer.start not in starts:
            return None
        index = starts.index(offer.start)
        return origin, index - sum(by for at, by in self._shifts.get(origin, ()) if at < index)

    def _is_right(self, place: tuple[int, int], kind: Kind) -> bool:
        """Return whether the commit replaces these tokens, there, by the new ones."""
        line, index = place
        old, new = kind
        becomes = self._becomes.get(line, {})
        first, last = becomes.get(index), becomes.get(index + len(old) - 1)
        if first is None or last is None or first[:2] != last[:2]:
            return False
        before, after, offset = first
        if before[offset : offset + len(old)] != old:
            return False
        end = len(after) - (len(before) - offset - len(old))
        return after[offset : offset + len(new)] == new or (
            end >= len(new) and after[end - len(new) : end] == new
        )

    def _accept(self, offer: Offer, place: tuple[int, int]) -> None:
        old, new = offer.kind
        starts = [token.start for token in tokens_of(self._history.lines[offer.line])]
        index = starts.index(offer.start)
        range_ = Range(Position(offer.line, offer.start), Position(offer.line, offer.end))
        self._history.edited((range_, offer.new), PositionEncoding.UTF32, is_accepted=True)
        self._shifts.setdefault(place[0], []).append((index, len(new) - len(old)))
        self._becomes[place[0]] = {
            at: one
            for at, one in self._becomes[place[0]].items()
            if not place[1] <= at < place[1] + len(old)
        }


def uses_by(service_uses: Callable[[bytes, str, list[int]], object]) -> Uses:
    """Return a function that asks `SyntaxService.uses` in this process."""

    def uses(text: str, language: str, places: list[tuple[int, int]]) -> list[NameUse] | None:
        data = text.encode("utf-8", "replace")
        return uses_of(service_uses(data, language, offsets_of(text, places)), len(places))

    return uses


_Region = tuple[tuple[str, ...], tuple[str, ...], int]
"""Tokens before and after, and which of those before."""


def _regions(file: ChangedFile) -> dict[int, dict[int, _Region]]:
    """Return for each old line what becomes of its tokens, by their number."""
    found: dict[int, dict[int, _Region]] = {}
    for hunk in file.hunks:
        for row, index, region in _changed(hunk):
            found.setdefault(hunk.first_line + row, {})[index] = region
    return found


def _changed(hunk: Hunk) -> Iterator[tuple[int, int, _Region]]:
    if len(hunk.old) == len(hunk.new):
        for row, (old, new) in enumerate(zip(hunk.old, hunk.new, strict=True)):
            yield from _compared([(row, old)], [(row, new)])
    else:
        yield from _compared(list(enumerate(hunk.old)), list(enumerate(hunk.new)))


def _compared(
    old: list[tuple[int, str]], new: list[tuple[int, str]]
) -> Iterator[tuple[int, int, _Region]]:
    before = [(r, i, t.text) for r, line in old for i, t in enumerate(tokens_of(line))]
    after = [t.text for _, line in new for t in tokens_of(line)]
    if max(len(before), len(after)) > MAX_HUNK_TOKENS:
        return
    matcher = SequenceMatcher(None, [text for _, _, text in before], after, autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag in ("replace", "delete"):
            was = tuple(text for _, _, text in before[i:i_end])
            for number in range(i, i_end):
                row, index, _ = before[number]
                yield row, index, (was, tuple(after[j:j_end]), number - i)
