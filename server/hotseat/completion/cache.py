"""Suggestions that are known already: typed through, come back to, or computed ahead.

Owns the lookup. A suggestion answers for every place that its own text leads to: after `ret` the
suggestion `return x` is still good for `urn x`. Knows no clock and no engine.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from hotseat.completion.answer import Answer

MAX_ENTRIES = 250
FORWARD_CHARS = 120
"""A suggestion may have been made so far before the cursor."""
PUT_AGAIN_CHARS = 30
"""From here on the rest of a suggestion is put where it was found, so that a long one is not
forgotten while it is accepted word by word."""
MAX_CLOSERS = 3
"""What an editor adds after the cursor while a suggestion is typed."""
TAIL_CHARS = 600
"""Of the text before the cursor: enough to distinguish places."""
END_CHARS = 24
"""Of the end of a tail. A lookup compares ends first: to hash FORWARD_CHARS whole tails takes 0.15
ms."""
HEAD_CHARS = 400
"""Of the text after the cursor."""

_OPENER_OF = {")": "(", "]": "[", "}": "{"}
_QUOTES = ('"', "'", "`")
_CLOSERS = (*_OPENER_OF, *_QUOTES)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`[^`]*`')


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The model and how it is used: another model, template or language gives another answer."""

    model: str
    """`ModelSpec.key`."""
    digest: str
    """Of the model's file, where the engine reports it."""
    template: str
    language: str


class Typed(NamedTuple):
    """What became of the text at an older place: `text` was typed there, and the editor added
    `closers` after the cursor, which close brackets and quotes of it."""

    text: str
    closers: str = ""


@dataclass(frozen=True, slots=True)
class CursorPlace:
    """A cursor, by the text right before and right after it."""

    before: str
    after: str

    @classmethod
    def of(cls, prefix: str, suffix: str) -> CursorPlace:
        """Return the place between the two texts."""
        return cls(prefix[-TAIL_CHARS - FORWARD_CHARS :], suffix[: HEAD_CHARS + MAX_CLOSERS])

    @property
    def head(self) -> str:
        return self.after[:HEAD_CHARS]

    def heads(self) -> Iterator[tuple[str, str]]:
        """Yield the closers that an editor may have added, and the head without them; none
        first."""
        yield "", self.head
        for n in range(1, MAX_CLOSERS + 1):
            if self.after[n - 1 : n] not in _CLOSERS:
                return
            yield self.after[:n], self.after[n : n + HEAD_CHARS]

    @property
    def tail(self) -> str:
        return self.before[-TAIL_CHARS:]

    def tail_before(self, n_chars: int) -> tuple[str, str]:
        """Return the tail of the place `n_chars` earlier, and what was typed since."""
        end = len(self.before) - n_chars
        return self.before[max(0, end - TAIL_CHARS) : end], self.before[end:]

    @property
    def n_forward(self) -> int:
        """The most characters that may have been typed since a suggestion was made."""
        return min(FORWARD_CHARS, len(self.before))

    def typed_since(self, older: CursorPlace) -> Typed | None:
        """Return what was typed at `older` to come here; None if that is another place."""
        for closers, head in self.heads():
            if head != older.head:
                continue
            for n in range(self.n_forward + 1):
                tail, typed = self.tail_before(n)
                if tail == older.tail and _opens(typed, closers):
                    return Typed(typed, closers)
        return None


def before_closers(text: str, closers: str) -> int | None:
    """Return where the rest of a suggestion, `text`, has the first of the closers that follow the
    cursor already; None if it does not have it. One in a string of `text` is none."""
    depths = dict.fromkeys(_OPENER_OF.values(), 0)
    strings = () if closers[0] in _QUOTES else [m.span() for m in _STRING.finditer(text)]
    for i, char in enumerate(text):
        if any(begin <= i < end for begin, end in strings):
            continue
        if char == closers[0] and (char not in _OPENER_OF or not depths[_OPENER_OF[char]]):
            return i
        if char in depths:
            depths[char] += 1
        elif char in _OPENER_OF:
            depths[_OPENER_OF[char]] -= 1
    return None


def _opens(typed: str, closers: str) -> bool:
    return all(_OPENER_OF.get(char, char) in typed for char in closers)


@dataclass(frozen=True, slots=True)
class CompletionKey:
    """What an answer is good for: a place, and who answers there."""

    scope: Scope
    place: CursorPlace

    def typed_since(self, older: CompletionKey) -> Typed | None:
        """Return what was typed since `older`; None if another answer is wanted here."""
        return self.place.typed_since(older.place) if self.scope == older.scope else None


class _Known:
    """The answers before one head, by the tail of their places."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self._n_by_end: Counter[str] = Counter()
        self._n_by_first: Counter[str] = Counter()
        """How many of the answers begin with a character. It was typed where one still counts."""

    def put(self, tail: str, answer: Answer) -> None:
        if tail in self.answers:
            self.remove(tail)
        self.answers[tail] = answer
        self._n_by_end[tail[-END_CHARS:]] += 1
        self._n_by_first[answer.text[:1]] += 1

    def remove(self, tail: str) -> None:
        _less(self._n_by_first, self.answers.pop(tail).text[:1])
        _less(self._n_by_end, tail[-END_CHARS:])

    def distances(self, place: CursorPlace) -> Iterator[int]:
        """Yield how many characters before `place` one of these may be, the nearest first."""
        before, ends, firsts = place.before, self._n_by_end, self._n_by_first
        last = len(before)
        if before[-END_CHARS:] in ends:
            yield 0
        for end in range(last - 1, last - place.n_forward - 1, -1):
            if before[end] in firsts and before[max(0, end - END_CHARS) : end] in ends:
                yield last - end


def _less(counts: Counter[str], key: str) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]


class SuggestionCache:
    """The latest `max_entries` suggestions."""

    def __init__(self, max_entries: int = MAX_ENTRIES) -> None:
        # By what stays the same while a line is typed, so that a lookup mostly ends at once.
        self._by_head: dict[tuple[Scope, str], _Known] = {}
        self._newest: OrderedDict[tuple[Scope, str, str], None] = OrderedDict()
        self._max_entries = max_entries

    def __len__(self) -> int:
        return len(self._newest)

    def put(self, key: CompletionKey, answer: Answer) -> None:
        """Keep the answer, and forget the one that was used least lately if there are too many."""
        scope, head, tail = key.scope, key.place.head, key.place.tail
        self._by_head.setdefault((scope, head), _Known()).put(tail, answer)
        self._newest[scope, head, tail] = None
        self._newest.move_to_end((scope, head, tail))
        if len(self._newest) > self._max_entries:
            (scope, head, tail), _ = self._newest.popitem(last=False)
            known = self._by_head[scope, head]
            known.remove(tail)
            if not known.answers:
                del self._by_head[scope, head]

    def find(self, key: CompletionKey) -> Answer | None:
        """Return what is left to suggest here.

        An empty answer if the model had nothing to suggest, None if nothing is known.
        """
        scope, place = key.scope, key.place
        for closers, head in place.heads():
            known = self._by_head.get((scope, head))
            if known is None:
                continue
            for n in known.distances(place):
                tail, typed = place.tail_before(n)
                answer = known.answers.get(tail)
                if answer is None or not answer.text.startswith(typed):
                    continue
                rest = _rest(answer, typed, closers)
                if rest is None:
                    continue
                self._newest.move_to_end((scope, head, tail))
                if n >= PUT_AGAIN_CHARS:
                    self.put(key, rest)
                return rest
        return None


def _rest(answer: Answer, typed: str, closers: str) -> Answer | None:
    """Return what is left to suggest of an answer after a part of it was typed; None if nothing
    is."""
    rest = answer.after_typing(len(typed))
    if closers:
        at = before_closers(rest.text, closers) if _opens(typed, closers) else None
        rest = rest.first_chars(at or 0)
    return rest if rest.text or not typed else None
