"""How much of what was accepted is still there later: a region that moves with the edits.

Owns the region's arithmetic and the measure. The text stays in memory, for the comparison alone.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from hotseat.documents.shift import end_of, newlines, ordered, shifted
from hotseat.domain.text import Position, PositionEncoding, Range

SEARCH_LINES = 20
"""So far from where it was, a text is looked for that was replaced together with its
surroundings."""
MAX_CHARS = 4000
"""Of either text, that are compared."""
_N_CLOSE_LOOKS = 3
_TOKEN = re.compile(r"\w+|[^\w\s]|\n|[^\S\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Where an accepted text is now. `start` never lies after `end`."""

    start: Position
    end: Position
    text: str
    """As it was accepted, with "\\n" as the only line ending."""
    exact: bool = True
    """False: it was replaced together with its surroundings (by a formatter, or in a client's way
    of telling), and is somewhere between `start` and `end`, if at all."""


def moved(region: Region, change: tuple[Range | None, str], encoding: PositionEncoding) -> Region:
    """After one change."""
    range_, text = change
    if range_ is None:
        whole = Position(0, 0)
        return _replaced(region, whole, end_of(whole, text, encoding), text, encoding)
    start, end = ordered(range_)
    new_end = end_of(start, text, encoding)
    if region.start == region.end == start == end:  # undone, and perhaps done again
        return _found(region, start, newlines(text), encoding) or replace(
            region, start=new_end, end=new_end
        )
    if end <= region.start:
        return replace(
            region,
            start=shifted(region.start, end, new_end),
            end=shifted(region.end, end, new_end),
        )
    if start >= region.end:
        return region
    if region.start <= start and end <= region.end:
        return replace(region, end=shifted(region.end, end, new_end))
    if not text:  # deleted across a border: what is left is on one side
        left = shifted(region.end, end, start) if end < region.end else start
        return replace(region, start=min(start, region.start), end=left)
    stop = shifted(region.end, end, new_end) if end < region.end else new_end
    return _replaced(region, min(start, region.start), stop, text, encoding, at=start)


def retained_share(region: Region, text_now: str) -> float:
    """0 to 1, by edit similarity: words that are gone lower it, and so do words added inside.

    `text_now` is what the document has between `start` and `end`.
    """
    then = _TOKEN.findall(region.text[:MAX_CHARS])
    text_now = newlines(text_now[: MAX_CHARS * 4])
    if region.exact:
        return _similarity(then, _TOKEN.findall(text_now[:MAX_CHARS]))
    lines = text_now.split("\n")
    n_lines = region.text.count("\n") + 1
    windows = [
        _TOKEN.findall("\n".join(lines[i : i + n_lines]))
        for i in range(max(1, len(lines) - n_lines + 1))
    ]
    wanted = Counter(then)
    # The order of words is looked at only where most of them are.
    windows.sort(key=lambda window: (wanted & Counter(window)).total(), reverse=True)
    return max(_share_in(then, window) for window in windows[:_N_CLOSE_LOOKS])


def _replaced(
    region: Region,
    start: Position,
    end: Position,
    text: str,
    encoding: PositionEncoding,
    *,
    at: Position | None = None,
) -> Region:
    """The region was replaced together with something else by `text`, which begins at `at`."""
    text = newlines(text)
    if text.count(region.text) == 1:
        found = _found(region, at or start, text, encoding)
        if found is not None:
            return found
    first = max(start, Position(max(0, region.start.line - SEARCH_LINES), 0))
    last = min(end, Position(region.end.line + SEARCH_LINES, 0))
    # What replaced it may end before it began: then it is gone.
    return replace(region, start=min(first, last), end=last, exact=False)


def _found(region: Region, at: Position, text: str, encoding: PositionEncoding) -> Region | None:
    """Where the accepted text stands in a new one, letter by letter."""
    i = text.find(region.text)
    if i < 0 or not region.text:
        return None
    start = end_of(at, text[:i], encoding)
    return replace(region, start=start, end=end_of(start, region.text, encoding), exact=True)


def _similarity(then: list[str], now: list[str]) -> float:
    longer = max(sum(map(len, then)), sum(map(len, now)))
    return _n_same(then, now) / longer if longer else 1.0


def _share_in(then: list[str], now: list[str]) -> float:
    """`now` may hold more than what was accepted: the rest of its lines."""
    n_chars = sum(map(len, then))
    return _n_same(then, now) / n_chars if n_chars else 1.0


def _n_same(then: list[str], now: list[str]) -> int:
    """Characters of the tokens that both have, in the same order."""
    matcher = SequenceMatcher(None, then, now, autojunk=False)
    return sum(
        len(token)
        for block in matcher.get_matching_blocks()
        for token in then[block.a : block.a + block.size]
    )
