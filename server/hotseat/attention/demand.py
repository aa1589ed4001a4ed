"""From chances per language to wants per model, by the roster."""

from __future__ import annotations

from hotseat.attention.forecast import forecast
from hotseat.attention.state import AttentionState
from hotseat.domain.demand import Demand, Want, merge_wants
from hotseat.domain.experts import Expert, Roster

GENERALIST = 0.15
ASKED_FOR_S = 600.0
"""How long a load by hand counts as wanted."""


def demand(state: AttentionState, roster: Roster, now_s: float) -> Demand:
    """What this window wants, strongest first. One want per model; the strongest reason wins."""
    wants: list[Want] = []
    for language, chance in forecast(state, now_s).items():
        if (expert := roster.expert_for(language)) is not None:
            wants.append(
                _want(
                    expert,
                    probability=chance.probability,
                    demanded=chance.demanded,
                    reason=f"{language} is {chance.reason}"
                    if not chance.reason.startswith("left")
                    else f"{language}, {chance.reason}",
                )
            )
    for name, (load, asked_s) in state.asked.items():
        if load and now_s - asked_s < ASKED_FOR_S and (expert := roster.by_name(name)) is not None:
            wants.append(_want(expert, probability=0.9, reason="asked for"))
    for expert in roster.everyone():
        if state.pinned.get(expert.name, expert.pinned):
            wants.append(_want(expert, probability=0.95, pinned=True, reason="pinned"))
    if state.buffers and roster.generalist is not None:
        wants.append(_want(roster.generalist, probability=GENERALIST, reason="the generalist"))
    unwanted = {name for name, (load, _) in state.asked.items() if not load}
    return merge_wants(want for want in wants if want.expert not in unwanted)


def _want(
    expert: Expert, *, probability: float, reason: str, demanded: bool = False, pinned: bool = False
) -> Want:
    return Want(
        expert=expert.name,
        spec=expert.spec,
        probability=probability,
        demanded=demanded,
        pinned=pinned,
        reason=reason,
        size_hint_bytes=expert.size_bytes,
    )
