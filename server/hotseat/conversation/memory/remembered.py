"""What recall works on: turns as they were stored, what a question looks for, and what is found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from hotseat.conversation.memory.dates import Days, asked_days


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedTurn:
    """One question or answer as it was stored."""

    id: int
    conversation: str
    number: int
    """Its place in the conversation, from 0."""
    is_user: bool
    day: date
    text: str
    language: str | None = None
    expert: str | None = None
    words: tuple[str, ...] | None = None
    """Those of its text (`words.words`), where the store has them."""
    spoken_of: tuple[Days, ...] | None = None
    """The days that its text names, where the store has them."""

    def speaks_of(self, days: Days) -> bool:
        """Return whether it was said on one of the days, or names one."""
        if self.day in days:
            return True
        named = self.spoken_of
        if named is None:
            named = asked_days(self.text, self.day).days
        return any(said.first <= days.last and days.first <= said.last for said in named)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCounts:
    """What the weights of words depend on: the whole store, not the candidates."""

    n_turns: int
    mean_words: float
    n_with: Mapping[str, int] = field(default_factory=dict)
    """In how many turns each word of the question, or one that begins like it, occurs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for."""

    words: tuple[str, ...]
    identifiers: tuple[str, ...]
    days: tuple[Days, ...]
    cues: tuple[re.Pattern[str], ...]
    """A turn that matches one of these may be the kind of sentence that is asked for."""
    values: frozenset[str]
    """Kinds of values that are asked for (`cues.VALUES`)."""
    wants_first: bool
    """What was so in the beginning is asked for, not what is so now."""
    is_about_time: bool
    """Little is asked besides what happened on those days."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A turn, and how well it fits: larger is better."""

    turn: RememberedTurn
    score: float
    coverage: float = 1.0
    """The share of the question's words that it or the question before it holds, 0 to 1."""
