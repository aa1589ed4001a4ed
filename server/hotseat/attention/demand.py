"""From chances per language to wants per model, by the roster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hotseat.attention.forecast import Chance, forecast
from hotseat.attention.forecaster import Guess
from hotseat.attention.state import AttentionState
from hotseat.domain.demand import Demand, Want, merge_wants
from hotseat.domain.experts import Expert, ModelSpec, Roster

GENERALIST = 0.15
ASKED_FOR_S = 600.0
"""How long a load by hand counts as wanted."""
IDLE_S = 1800.0
"""Who does nothing for so long needs nothing but what is pinned: keep-alives run out then."""


def demand(
    state: AttentionState,
    roster: Roster,
    now_s: float,
    guesses: Mapping[str, Guess] | None = None,
) -> Demand:
    """What this window wants, strongest first. One want per model; the strongest reason wins.

    `guesses` are the forecaster's by language; without them recency decides.
    """
    wants: list[Want] = []
    if now_s - state.active_s < IDLE_S:
        wants += _by_language(forecast(state, now_s, guesses), roster)
        if state.buffers and roster.generalist is not None:
            wants.append(_want(roster.generalist, GENERALIST, "the generalist", generalist=True))
    for name, asked_s in state.asked.items():
        if now_s - asked_s < ASKED_FOR_S and (expert := roster.by_name(name)) is not None:
            wants.append(_want(expert, 0.9, "asked for"))
    for expert in roster.everyone():
        if state.pinned.get(expert.name, expert.pinned):
            wants.append(_want(expert, 0.95, "pinned", pinned=True))
    return merge_wants(wants)


def _by_language(chances: Mapping[str, Chance], roster: Roster) -> Iterable[Want]:
    """One want per model: the chances of its languages together, the strongest one's reason."""
    sums: dict[ModelSpec, float] = {}
    best: dict[ModelSpec, tuple[Expert, str, Chance]] = {}
    expert_for = roster.expert_for
    for language, chance in chances.items():
        if (expert := expert_for(language)) is None:
            continue
        spec = expert.seat
        known = best.get(spec)
        if known is None:
            sums[spec] = chance.probability
            best[spec] = (expert, language, chance)
            continue
        sums[spec] += chance.probability
        if _strength(chance) > _strength(known[2]):
            best[spec] = (expert, language, chance)
    for spec, (expert, language, chance) in best.items():
        probability = min(1.0, sums[spec])
        reason = f"{language} {chance.reason}"
        yield _want(expert, probability, reason, demanded=chance.demanded)


def _strength(chance: Chance) -> tuple[bool, float]:
    return (chance.demanded, chance.probability)


def _want(
    expert: Expert,
    probability: float,
    reason: str,
    *,
    demanded: bool = False,
    pinned: bool = False,
    generalist: bool = False,
) -> Want:
    return Want(
        expert.name,
        expert.seat,
        probability,
        demanded,
        pinned,
        (expert.name,) if pinned else (),
        generalist=generalist,
        reason=reason,
        size_hint_bytes=expert.size_bytes,
        adapter=expert.over_base,
    )
