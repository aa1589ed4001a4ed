"""A conversation as a value: questions, answers, the experts that answered, and the code shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotseat.domain.text import Range

MAX_TURNS = 50
"""More than any model's context holds; older turns are dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Lines of a file that were shown to a model. Positions use the client's encoding; lines are
    whole."""

    uri: str
    range: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and its answer. An answer that was stopped ends where it was stopped."""

    question: str
    answer: str
    expert: str
    language: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The turns of one conversation, oldest first."""

    id: str
    turns: tuple[Turn, ...] = ()

    def with_turn(self, turn: Turn) -> Conversation:
        return replace(self, turns=(*self.turns, turn)[-MAX_TURNS:])
