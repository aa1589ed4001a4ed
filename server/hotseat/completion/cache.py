"""Suggestions that are known already: typed through, come back to, or computed ahead.

Owns the lookup. A suggestion answers for every place that its own text leads to: after `ret` the
suggestion `return x` is still good for `urn x`. Knows no clock and no engine.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from hotseat.completion.answer import Answer

MAX_ENTRIES = 250
FORWARD_CHARS = 50
"""A suggestion may have been made so far before the cursor."""
TAIL_CHARS = 600
"""Of the text before the cursor: enough to distinguish places, and hashed 51 times a lookup."""
HEAD_CHARS = 400
"""Of the text after the cursor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The model and how it is used: another model, template or language gives another answer."""

    model: str
    """`ModelSpec.key`."""
    digest: str
    """Of the model's file, where the engine reports it."""
    template: str
    language: str


@dataclass(frozen=True, slots=True)
class CursorPlace:
    """A cursor, by the text right before and right after it."""

    before: str
    head: str

    @classmethod
    def of(cls, prefix: str, suffix: str) -> CursorPlace:
        """Return the place between the two texts."""
        return cls(prefix[-TAIL_CHARS - FORWARD_CHARS :], suffix[:HEAD_CHARS])

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

    def typed_since(self, older: CursorPlace) -> str | None:
        """Return what was typed at `older` to come here; None if that is another place."""
        if self.head != older.head:
            return None
        for n in range(self.n_forward + 1):
            tail, typed = self.tail_before(n)
            if tail == older.tail:
                return typed
        return None


@dataclass(frozen=True, slots=True)
class CompletionKey:
    """What an answer is good for: a place, and who answers there."""

    scope: Scope
    place: CursorPlace

    def typed_since(self, older: CompletionKey) -> str | None:
        """Return what was typed since `older`; None if another answer is wanted here."""
        return self.place.typed_since(older.place) if self.scope == older.scope else None


class SuggestionCache:
    """The latest `max_entries` suggestions."""

    def __init__(self, max_entries: int = MAX_ENTRIES) -> None:
        # By what stays the same while a line is typed, so that a lookup mostly ends at once.
        self._by_head: dict[tuple[Scope, str], dict[str, Answer]] = {}
        self._newest: OrderedDict[tuple[Scope, str, str], None] = OrderedDict()
        self._max_entries = max_entries

    def __len__(self) -> int:
        return len(self._newest)

    def put(self, key: CompletionKey, answer: Answer) -> None:
        """Keep the answer, and forget the one that was used least lately if there are too many."""
        scope, head, tail = key.scope, key.place.head, key.place.tail
        self._by_head.setdefault((scope, head), {})[tail] = answer
        self._newest[scope, head, tail] = None
        self._newest.move_to_end((scope, head, tail))
        if len(self._newest) > self._max_entries:
            (scope, head, tail), _ = self._newest.popitem(last=False)
            known = self._by_head[scope, head]
            del known[tail]
            if not known:
                del self._by_head[scope, head]

    def find(self, key: CompletionKey) -> Answer | None:
        """Return what is left to suggest here.

        An empty answer if the model had nothing to suggest, None if nothing is known.
        """
        scope, place = key.scope, key.place
        known = self._by_head.get((scope, place.head))
        if known is None:
            return None
        for n in range(place.n_forward + 1):
            tail, typed = place.tail_before(n)
            answer = known.get(tail)
            if answer is None or not answer.text.startswith(typed):
                continue
            if len(answer.text) > n or n == 0:
                self._newest.move_to_end((scope, place.head, tail))
                return answer.after_typing(n)
        return None
