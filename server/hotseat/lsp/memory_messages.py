"""The messages of `hotseat/memory`: a part of `ext`, which is their front door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryParams:
    """What to do with the memory of the workspace."""

    action: Literal["list", "search", "show", "pin", "forget"]
    question: str | None = None
    """Of `search`: what is looked for."""
    conversation: str | None = None
    """Of `show` and `forget`: the id of a conversation."""
    turn: int | None = None
    """Of `forget`: the id of a turn. Of `pin`: the turn whose text becomes a pinned fact."""
    fact: int | None = None
    """Of `pin` and `forget`: the id of a fact."""
    text: str | None = None
    """Of `pin`: a new statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalledNote:
    """One line of the brief: of a turn or of a fact."""

    text: str
    turn: int | None
    fact: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryConversation:
    id: str
    title: str
    """The beginning of its first question."""
    last_s: float
    """When its last turn was, in seconds since 1970."""
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryTurn:
    id: int
    conversation: str
    role: Literal["user", "assistant"]
    day: str
    """ISO 8601, in the user's time zone."""
    expert: str | None
    language: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryFact:
    id: int
    kind: Literal["decision", "preference", "project"]
    text: str
    pinned: bool
    superseded_by: int | None
    unconfirmed_from: str | None = None
    """The program whose note it is, while the user has not confirmed it; to pin it confirms it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryResult:
    """`list` returns conversations and facts, `search` and `show` turns, `pin` the facts."""

    conversations: tuple[MemoryConversation, ...] = ()
    turns: tuple[MemoryTurn, ...] = ()
    facts: tuple[MemoryFact, ...] = ()
    removed: int = 0
    """How many entries `forget` removed."""
