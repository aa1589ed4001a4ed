"""Suggestions that are known already: typed through, come back to, or computed ahead.

Owns the lookup. A suggestion answers for every place that its own text leads to: behind `ret` the
suggestion `return x` is still good for `urn x`. Knows no clock and no engine.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from hotseat.completion.postprocess.line_or_block import Mode

MAX_ENTRIES = 250
FORWARD_CHARS = 50
"""So far behind the cursor a suggestion may have been made."""
TAIL_CHARS = 600
"""Of the text before the cursor: enough to tell places apart, and hashed 51 times a lookup."""
HEAD_CHARS = 400
"""Of the text behind the cursor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Who makes the suggestion, and how: another model, template or language is another answer."""

    model: str
    """`ModelSpec.key`."""
    digest: str
    """Of the model's file, where the engine tells."""
    template: str
    language: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a suggestion goes: what stands right before and right behind the cursor."""

    tail: str
    head: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A suggestion, and what is known of it."""

    text: str
    logprobs: tuple[float, ...] = ()
    """Of its tokens, where the engine reports them."""
    token_ends: tuple[int, ...] = ()
    """Where each of these tokens ends in `text`, in characters; empty where nobody knows."""
    mode: Mode = "line"
    parses: bool | None = None
    """The code parses no worse with it than without; None where nobody can tell."""

    def behind(self, n_chars: int) -> Answer:
        """What is left when so much of it was typed: tokens that were typed as a whole do not count
        any more."""
        if not n_chars:
            return self
        left = [
            (logprob, end - n_chars)
            for logprob, end in zip(self.logprobs, self.token_ends, strict=False)
            if end > n_chars
        ]
        return replace(
            self,
            text=self.text[n_chars:],
            logprobs=tuple(x for x, _ in left) if self.token_ends else self.logprobs,
            token_ends=tuple(end for _, end in left),
        )


def place_of(prefix: str, suffix: str) -> Place:
    return Place(prefix[-TAIL_CHARS:], suffix[:HEAD_CHARS])


def typed_since(place: Place, prefix: str, suffix: str) -> str | None:
    """What was typed at `place` to come to (prefix, suffix); None if that is another place."""
    if suffix[:HEAD_CHARS] != place.head:
        return None
    for n in range(min(FORWARD_CHARS, len(prefix)) + 1):
        end = len(prefix) - n
        if prefix[max(0, end - TAIL_CHARS) : end] == place.tail:
            return prefix[end:]
    return None


class SuggestionCache:
    """The latest `max_entries` suggestions."""

    def __init__(self, max_entries: int = MAX_ENTRIES) -> None:
        # By what stays the same while a line is typed, so that a lookup mostly ends at once.
        self._by_head: dict[tuple[Scope, str], dict[str, Answer]] = {}
        self._newest: OrderedDict[tuple[Scope, Place], None] = OrderedDict()
        self._max_entries = max_entries

    def __len__(self) -> int:
        return len(self._newest)

    def put(self, scope: Scope, place: Place, answer: Answer) -> None:
        self._by_head.setdefault((scope, place.head), {})[place.tail] = answer
        self._newest[scope, place] = None
        self._newest.move_to_end((scope, place))
        if len(self._newest) > self._max_entries:
            (scope, place), _ = self._newest.popitem(last=False)
            known = self._by_head[scope, place.head]
            del known[place.tail]
            if not known:
                del self._by_head[scope, place.head]

    def find(self, scope: Scope, prefix: str, suffix: str) -> Answer | None:
        """What is left to suggest here; empty where the model had nothing to say, None where
        nothing is known."""
        head = suffix[:HEAD_CHARS]
        known = self._by_head.get((scope, head))
        if known is None:
            return None
        for n in range(min(FORWARD_CHARS, len(prefix)) + 1):
            end = len(prefix) - n
            tail = prefix[max(0, end - TAIL_CHARS) : end]
            answer = known.get(tail)
            if answer is None or not answer.text.startswith(prefix[end:]):
                continue
            if len(answer.text) > n or n == 0:
                self._newest.move_to_end((scope, Place(tail, head)))
                return answer.behind(n)
        return None
