"""Facts that conversations result in: decisions, preferences, facts of the project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotseat.conversation.memory.words import is_related, words

MAX_FACT_CHARS = 500


class FactKind(StrEnum):
    """What a fact is about."""

    DECISION = "decision"
    PREFERENCE = "preference"
    PROJECT = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One statement. Pinned ones are part of every brief."""

    id: int
    kind: FactKind
    text: str
    pinned: bool = False
    turn_id: int | None = None
    """The turn that it was distilled from; None for one that the user wrote or that was pinned."""
    superseded_by: int | None = None
    at_s: float = 0.0
    origin: str = ""
    """The program that asked to remember it; empty for what Hotseat and its user wrote."""
    is_confirmed: bool = True
    """False: a program's note that the user has not confirmed. No expert gets it."""


def relevant_facts(facts: Sequence[Fact], question: str) -> list[Fact]:
    """Return the facts that still count and share words with `question`, the best first; pinned
    ones are not among them."""
    counting = [f for f in facts if not f.pinned and f.superseded_by is None and f.is_confirmed]
    return facts_about(counting, question)


def facts_about(facts: Sequence[Fact], question: str) -> list[Fact]:
    """Return the facts that share words with `question`, the best first."""
    asked = set(words(question))
    scored = []
    for fact in facts:
        said = set(words(fact.text))
        shared = sum(1 for word in asked if any(is_related(word, other) for other in said))
        if shared:
            scored.append((-shared / (3 + len(said)), -fact.id, fact))
    return [fact for *_, fact in sorted(scored, key=lambda found: found[:2])]
