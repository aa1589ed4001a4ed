"""Which experts keep their languages: only those that the interval says help.

Pure. An expert without a gain that can be seen gives its language to the generalist, which is in
memory anyway; a gain that is not there is not worth a seat.
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
"""Fewer in a language say nothing."""


class Verdict(StrEnum):
    HELPS = "helps"
    WORSE = "worse"
    UNCLEAR = "unclear"
    SAME = "same model"
    TOO_FEW = "too few holes"

    @property
    def gives_way(self) -> bool:
        """To the generalist."""
        return self in (Verdict.WORSE, Verdict.UNCLEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of one language that an expert serves."""

    language: str
    expert: str
    arm: str
    verdict: Verdict
    reason: str
    """A sentence, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatChange:
    """An expert's languages, before and after; none after: it is taken out of the roster."""

    expert: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    decisions: tuple[Decision, ...]
    changes: tuple[SeatChange, ...]


def propose(figures: Figures, roster: Roster) -> Proposal:
    decisions = tuple(
        decision
        for language in figures.languages
        if (decision := _decide(figures, roster, language)) is not None
    )
    given_up = {d.language for d in decisions if d.verdict.gives_way}
    return Proposal(decisions=decisions, changes=_changes(roster, given_up))


def verdict_of(comparison: Comparison | None) -> Verdict:
    """Similarity and bits count alike: one interval must be all gain, and none all loss."""
    if comparison is None or comparison.similarity is None:
        return Verdict.TOO_FEW
    if comparison.similarity.n < MIN_SPANS:
        return Verdict.TOO_FEW
    told = [d for d in (comparison.similarity, comparison.bits_per_byte) if d is not None]
    if comparison.bits_per_byte is not None and comparison.bits_per_byte.n < MIN_SPANS:
        told = [comparison.similarity]
    if any(d.is_loss for d in told):
        return Verdict.WORSE
    return Verdict.HELPS if any(d.is_gain for d in told) else Verdict.UNCLEAR


def n_needed(difference: Difference) -> int | None:
    """Holes with which a gain of this size would show, if it is one; None where there is none."""
    if difference.mean <= 0:
        return None
    half = (difference.high - difference.low) / 2
    n = int(difference.n * (half / difference.mean) ** 2) + 1
    return max(n, int(difference.n * 1.2))


def _decide(figures: Figures, roster: Roster, language: str) -> Decision | None:
    """None where the generalist serves it, and where its expert was not judged."""
    expert = roster.expert_for(language)
    if expert is None or expert not in roster.experts or expert == roster.generalist:
        return None
    arm = next((a for a in figures.arms if expert.name in a.experts), None)
    if arm is None:
        return None
    if arm.is_generalist:
        verdict, reason = Verdict.SAME, f"{arm.label} is the generalist's model: it costs nothing"
    else:
        comparison = figures.against.get((arm.name, language))
        verdict = verdict_of(comparison)
        reason = _reason(verdict, comparison, figures, arm, language)
    return Decision(
        language=language, expert=expert.name, arm=arm.name, verdict=verdict, reason=reason
    )


def _reason(
    verdict: Verdict, comparison: Comparison | None, figures: Figures, arm: Arm, language: str
) -> str:
    similarity = comparison.similarity if comparison is not None else None
    if verdict is Verdict.TOO_FEW or comparison is None or similarity is None:
        n = similarity.n if similarity is not None else 0
        return f"{n} holes of {language} were filled; fewer than {MIN_SPANS} say nothing"
    told = f"similarity {gain_text(similarity)}"
    if comparison.bits_per_byte is not None:
        told += f", bits saved in each byte {gain_text(comparison.bits_per_byte)}"
    if (extra := figures.extra_bytes.get(arm.name)) is not None:
        told += f", for {extra / 1e6:.0f} MB more"
    if verdict is Verdict.UNCLEAR and (needed := n_needed(similarity)) is not None:
        told += f"; a gain of that size would show with about {_rounded(needed)} holes"
    return told


def gain_text(difference: Difference) -> str:
    """`+0.043 (+0.011 to +0.075)`"""
    return f"{difference.mean:+.3f} ({difference.low:+.3f} to {difference.high:+.3f})"


def _rounded(n: int) -> int:
    """Two digits: more would promise too much."""
    step = int(10 ** max(0, len(str(n)) - 2))
    return -(-n // step) * step


def _changes(roster: Roster, given_up: set[str]) -> tuple[SeatChange, ...]:
    """Of every expert that lists a language given up: another that lists it would get it else."""
    changes = []
    for expert in roster.experts:
        if expert == roster.generalist or not given_up & set(expert.languages):
            continue
        first = _first_to_list(roster)
        # Named in a person's file it comes before the others: only what it serves now is kept.
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
