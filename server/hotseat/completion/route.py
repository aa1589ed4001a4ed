"""Which model answers: the language's own expert, or the best warm other, labelled as such."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hotseat.domain.experts import Expert, Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`served_by` is None if no model can answer; `note` has the reason, or the name of the
    stand-in."""

    wanted: Expert | None
    served_by: Expert | None
    note: str = ""


def route(language: str | None, roster: Roster, obstacle: Callable[[Expert], str]) -> Route:
    """Return the model that answers now; a load is never waited for. Stand-ins in order: other
    experts that list the language, the generalist, then any expert in the roster's order.

    `obstacle` returns why an expert cannot answer now (`is not warm yet`); empty if it can.
    """
    if language is None:
        return Route(wanted=None, served_by=None, note="the language is not known")
    wanted = roster.expert_for(language)
    if wanted is None:
        off = language in roster.disabled_languages
        note = f"{language} is switched off" if off else f"there is no expert for {language}"
        return Route(wanted=None, served_by=None, note=note)
    why_not = obstacle(wanted)
    if not why_not:
        return Route(wanted=wanted, served_by=wanted)
    same = [e for e in roster.experts if language in e.languages]
    general = [roster.generalist] if roster.generalist else []
    for other in (*same, *general, *roster.experts):
        if not obstacle(other):
            note = f"{other.name} stands in for {wanted.name}, which {why_not}"
            return Route(wanted=wanted, served_by=other, note=note)
    return Route(wanted=wanted, served_by=None, note=f"{wanted.name} {why_not}")
