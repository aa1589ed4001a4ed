"""Which experts keep their languages: only those whose confidence interval shows a gain.

Pure. An expert without a measurable gain gives its language to the generalist, which is in memory
anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotseat.domain.experts import Roster
from hotseat.infill.scores import Difference
from hotseat.judge.arms import Arm
from hotseat.judge.figures import Comparison, Figures

MIN_SPANS = 12
"""With fewer spans in a language nothing is concluded."""


class Judgement(StrEnum):
    """Whether an expert helps in a language. The values are part of the JSON report."""

    HELPS = "helps"
    WORSE = "worse"
    UNCLEAR = "unclear"
    SAME = "same model"
    TOO_FEW = "too few holes"

    @property
    def gives_way(self) -> bool:
        """Return whether the language goes to the generalist."""
        return self in (Judgement.WORSE, Judgement.UNCLEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The judgement on one language that an expert serves."""

    language: str
    expert: str
    arm: str
    judgement: Judgement
    reason: str
    """A sentence for the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatChange:
    """The languages of an expert before and after; if none are left, the expert is removed."""

    expert: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The decision for each language, and the changes of the roster that follow."""

    decisions: tuple[Decision, ...]
    changes: tuple[SeatChange, ...]


def propose(figures: Figures, roster: Roster) -> Proposal:
    """Return which experts keep their languages."""
    decisions = tuple(
        decision
        for language in figures.languages
        if (decision := _decide(figures, roster, language)) is not None
    )
    given_up = {d.language for d in decisions if d.judgement.gives_way}
    return Proposal(decisions=decisions, changes=_changes(roster, given_up))


def judgement_of(comparison: Comparison | None) -> Judgement:
    """Judge a comparison; similarity and bits count alike.

    An arm helps if one interval lies above zero and none lies below it.
    """
    if comparison is None or comparison.similarity is None:
        return Judgement.TOO_FEW
    if comparison.similarity.n < MIN_SPANS:
        return Judgement.TOO_FEW
    differences = [d for d in (comparison.similarity, comparison.bits_per_byte) if d is not None]
    if comparison.bits_per_byte is not None and comparison.bits_per_byte.n < MIN_SPANS:
        differences = [comparison.similarity]
    if any(d.is_loss for d in differences):
        return Judgement.WORSE
    return Judgement.HELPS if any(d.is_gain for d in differences) else Judgement.UNCLEAR


def n_needed(difference: Difference) -> int | None:
    """Return how many spans would show a gain of this size, or None if there is no gain."""
    if difference.mean <= 0:
        return None
    half = (difference.high - difference.low) / 2
    n = int(difference.n * (half / difference.mean) ** 2) + 1
    return max(n, int(difference.n * 1.2))


def _decide(figures: Figures, roster: Roster, language: str) -> Decision | None:
    """Return None if the generalist serves the language, or if its expert was not judged."""
    expert = roster.expert_for(language)
    if expert is None or expert not in roster.experts or expert == roster.generalist:
        return None
    arm = next((a for a in figures.arms if expert.name in a.experts), None)
    if arm is None:
        return None
    if arm.is_generalist:
        judgement, reason = (
            Judgement.SAME,
            f"{arm.label} is the generalist's model: it needs no extra memory",
        )
    else:
        comparison = figures.against.get((arm.name, language))
        judgement = judgement_of(comparison)
        reason = _reason(judgement, comparison, figures, arm, language)
    return Decision(
        language=language, expert=expert.name, arm=arm.name, judgement=judgement, reason=reason
    )


def _reason(
    judgement: Judgement, comparison: Comparison | None, figures: Figures, arm: Arm, language: str
) -> str:
    similarity = comparison.similarity if comparison is not None else None
    if judgement is Judgement.TOO_FEW or comparison is None or similarity is None:
        n = similarity.n if similarity is not None else 0
        return f"{n} holes of {language} were filled; at least {MIN_SPANS} are needed"
    text = f"similarity {gain_text(similarity)}"
    if comparison.bits_per_byte is not None:
        text += f", bits saved in each byte {gain_text(comparison.bits_per_byte)}"
    if (extra := figures.extra_bytes.get(arm.name)) is not None:
        text += f", for {extra / 1e6:.0f} MB more"
    if judgement is Judgement.UNCLEAR and (needed := n_needed(similarity)) is not None:
        text += f"; a gain of that size would show with about {_rounded(needed)} holes"
    return text


def gain_text(difference: Difference) -> str:
    """Return a text such as `+0.043 (+0.011 to +0.075)`."""
    return f"{difference.mean:+.3f} ({difference.low:+.3f} to {difference.high:+.3f})"


def _rounded(n: int) -> int:
    """Round up to two digits; more digits would suggest too much precision."""
    step = int(10 ** max(0, len(str(n)) - 2))
    return -(-n // step) * step


def _changes(roster: Roster, given_up: set[str]) -> tuple[SeatChange, ...]:
    """Return a change for every expert that lists a language given up.

    Otherwise another expert that lists the language would get it.
    """
    changes = []
    for expert in roster.experts:
        if expert == roster.generalist or not given_up & set(expert.languages):
            continue
        first = _first_to_list(roster)
        # Experts in the user's file precede the others, so only languages that it serves now are
        # kept.
        after = tuple(
            name for name in expert.languages if name not in given_up and first[name] == expert.name
        )
        changes.append(SeatChange(expert=expert.name, before=expert.languages, after=after))
    return tuple(changes)


def _first_to_list(roster: Roster) -> Mapping[str, str]:
    first: dict[str, str] = {}
    for expert in roster.experts:
        for language in expert.languages:
            first.setdefault(language, expert.name)
    return first
