"""A conversation as a value: questions, answers, who gave them, and what was shown for them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotseat.domain.text import Range

MAX_TURNS = 50
"""More than any model's context holds; what is older is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Lines of a file that a model was shown. In the client's positions; lines are whole."""

    uri: str
    range: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and its answer, which is as long as it had become when it was stopped."""

    question: str
    answer: str
    expert: str
    language: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Oldest turn first."""

    id: str
    turns: tuple[Turn, ...] = ()

    def with_turn(self, turn: Turn) -> Conversation:
        return replace(self, turns=(*self.turns, turn)[-MAX_TURNS:])
