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
            generalist = _want(roster.generalist, probability=GENERALIST, reason="the generalist")
            wants.append(generalist._replace(generalist=True))
    for name, (load, asked_s) in state.asked.items():
        if load and now_s - asked_s < ASKED_FOR_S and (expert := roster.by_name(name)) is not None:
            wants.append(_want(expert, probability=0.9, reason="asked for"))
    for expert in roster.everyone():
        if state.pinned.get(expert.name, expert.pinned):
            wants.append(_want(expert, probability=0.95, pinned=True, reason="pinned"))
    unwanted = {name for name, (load, _) in state.asked.items() if not load}
    return merge_wants(want for want in wants if want.expert not in unwanted)


def _by_language(chances: Mapping[str, Chance], roster: Roster) -> Iterable[Want]:
    """One want per model: the chances of its languages together, the strongest one's reason."""
    sums: dict[ModelSpec, float] = {}
    best: dict[ModelSpec, tuple[Expert, str, Chance]] = {}
    for language, chance in chances.items():
        if (expert := roster.expert_for(language)) is None:
            continue
        spec = expert.seat
        sums[spec] = sums.get(spec, 0.0) + chance.probability
        known = best.get(spec)
        if known is None or _strength(chance) > _strength(known[2]):
            best[spec] = (expert, language, chance)
    for spec, (expert, language, chance) in best.items():
        yield _want(
            expert,
            probability=min(1.0, sums[spec]),
            demanded=chance.demanded,
            reason=f"{language} {chance.reason}",
        )


def _strength(chance: Chance) -> tuple[bool, float]:
    return (chance.demanded, chance.probability)


def _want(
    expert: Expert, *, probability: float, reason: str, demanded: bool = False, pinned: bool = False
) -> Want:
    return Want(
        expert=expert.name,
        spec=expert.seat,
        probability=probability,
        demanded=demanded,
        pinned=pinned,
        reason=reason,
        size_hint_bytes=expert.size_bytes,
        adapter=expert.over_base,
    )
