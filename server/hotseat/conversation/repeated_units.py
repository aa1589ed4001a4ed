"""Sentences, lines and blocks of code of an answer that say again what was said before in it.

Small models often repeat themselves in a loop that is not exact: the same items of a list in
another order, the same sentence with another beginning. Rows of tables are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_MARKER = re.compile(r"(?:[-*+>•]|#{1,6}|\d+[.)])\s+|[*_]{2}")
_SENTENCE = re.compile(r".*?(?:[.!?](?=\s+[A-Z\"'`*_(\[])\s+|[。！？]|$)", re.DOTALL)
_WORD = re.compile(r"\w+")
N_GRAM = 5
MIN_NEAR_WORDS = 8
"""A shorter text says the same only if it is the same."""
NEAR_SHARE = 0.6
"""A longer text says again what was said if so large a share of its n-grams was there before, and
no word of it is new: lines of a good list are similar, but each has a word of its own."""
DROPPED_SHARE = 0.75
"""Share of known n-grams from which on a text of a loop is dropped, also with a new word."""
MIN_KEY_CHARS = 6
"""A shorter line (`Yes.`, `Then:`) may come back."""
REGION_SHARE = 0.6
"""Repeated units are dropped from the first one on after which so large a share is repeated."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, a line without sentences, or a block of code: text[start:end]."""

    start: int
    end: int
    key: str
    is_complete: bool = True
    may_repeat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedTail:
    """How much the end of a text says again, in units and characters."""

    n_units: int
    n_chars: int


def repeated_tail(text: str) -> RepeatedTail:
    """Return how much of the end of `text` says again what was said, without a gap."""
    found = [unit for unit in units(text) if unit.is_complete and not unit.may_repeat]
    repeats = _repeats(found)
    tail = list(takewhile(lambda pair: pair[1], zip(found[::-1], repeats[::-1], strict=True)))
    return RepeatedTail(n_units=len(tail), n_chars=sum(unit.end - unit.start for unit, _ in tail))


def without_repeats(text: str, *, end: int) -> str:
    """Return `text` up to `end` without the units that the loop repeats with which `text` ends."""
    found = units(text)
    repeats = _repeats(found, allows_new_words=True)
    first = next((i for i in range(len(found)) if _is_region(repeats, i)), len(found))
    dropped = [unit for unit, repeat in zip(found[first:], repeats[first:], strict=True) if repeat]
    text = text[:end]
    for unit in dropped[::-1]:
        if unit.start < end:
            text = _without(text, unit.start, min(unit.end, end))
    return text


def _without(text: str, start: int, end: int) -> str:
    """Return `text` without [start, end), and without the line if nothing else is in it."""
    line_start = text.rfind("\n", 0, start) + 1
    rest, _, following = text[end:].partition("\n")
    if rest.strip() or _without_markers(text[line_start:start]):
        return text[:start] + text[end:]
    return text[:line_start] + following


def units(text: str) -> list[Unit]:
    """Return the units of a text in Markdown, in order."""
    found: list[Unit] = []
    fence, block_start, at = "", 0, 0
    for line in text.splitlines(keepends=True):
        end = at + len(line)
        opening = _FENCE.match(line)
        if fence:
            if opening and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                found.append(Unit(block_start, end, _key(text[block_start:end])))
                fence = ""
        elif opening:
            fence, block_start = opening[1], at
        else:
            found += _units_of_line(text, at, end)
        at = end
    if fence:
        found.append(Unit(block_start, at, _key(text[block_start:]), is_complete=False))
    return found


def _units_of_line(text: str, start: int, end: int) -> Iterator[Unit]:
    line = text[start:end]
    if line.lstrip().startswith("|"):
        yield Unit(start, end, "", may_repeat=True)
        return
    for match in _SENTENCE.finditer(line.rstrip("\n")):
        key = _key(match[0])
        if key:
            is_last = match.end() == len(line.rstrip("\n"))
            is_complete = not is_last or line.endswith("\n") or match[0].rstrip()[-1:] in ".!?"
            may_repeat = len(key) < MIN_KEY_CHARS
            yield Unit(start + match.start(), start + match.end(), key, is_complete, may_repeat)


def _key(text: str) -> str:
    return " ".join(_without_markers(text).lower().rstrip(".!?:;, \n").split())


def _without_markers(text: str) -> str:
    text = text.strip()
    while marker := _MARKER.match(f"{text} "):
        text = text[marker.end() :].lstrip()
    return text


def _repeats(found: Sequence[Unit], *, allows_new_words: bool = False) -> list[bool]:
    """Return for each unit whether it says again what a unit before it said."""
    keys: set[str] = set()
    known_words: set[str] = set()
    grams: set[tuple[str, ...]] = set()
    repeats = []
    for unit in found:
        words = _WORD.findall(unit.key)
        own = [tuple(words[i : i + N_GRAM]) for i in range(len(words) - N_GRAM + 1)]
        n_known = sum(gram in grams for gram in own)
        has_new_word = not known_words.issuperset(words)
        share = n_known / len(own) if len(words) >= MIN_NEAR_WORDS else 0.0
        is_near = share >= NEAR_SHARE and not has_new_word
        is_near = is_near or (allows_new_words and share >= DROPPED_SHARE)
        is_beginning = not unit.is_complete and any(key.startswith(unit.key) for key in keys)
        is_same = unit.key in keys or is_near or is_beginning
        repeats.append(is_same and not (unit.may_repeat and unit.is_complete))
        keys.add(unit.key)
        known_words.update(words)
        grams.update(own)
    return repeats


def _is_region(repeats: Sequence[bool], first: int) -> bool:
    rest = repeats[first:]
    return rest[0] and sum(rest) >= REGION_SHARE * len(rest)
