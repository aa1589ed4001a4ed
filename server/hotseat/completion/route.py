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


def _nothing(_expert: Expert) -> str:
    return ""


def route(
    language: str | None,
    roster: Roster,
    obstacle: Callable[[Expert], str],
    occupation: Callable[[Expert], str] = _nothing,
) -> Route:
    """Return the model that answers now; a load is never waited for. Stand-ins in order: other
    experts that list the language, the generalist, then any expert in the roster's order.

    `obstacle` returns why an expert cannot answer now (`is not in memory yet`); empty if it can.
    `occupation` returns what it has to finish first (`is answering a question`); empty if it is
    free. An expert that is not free answers only if no other can.
    """
    if language is None:
        return Route(wanted=None, served_by=None, note="the language is not known")
    wanted = roster.expert_for(language)
    if wanted is None:
        off = language in roster.disabled_languages
        note = f"{language} is switched off" if off else f"there is no expert for {language}"
        return Route(wanted=None, served_by=None, note=note)
    why_not = obstacle(wanted) or occupation(wanted)
    if not why_not:
        return Route(wanted=wanted, served_by=wanted)
    others = [e for e in roster.experts if not e.writes_next_edits]
    same = [e for e in others if language in e.languages]
    general = [roster.generalist] if roster.generalist else []
    able = [e for e in (wanted, *same, *general, *others) if not obstacle(e)]
    if not able:
        return Route(wanted=wanted, served_by=None, note=f"{wanted.name} {why_not}")
    chosen = next((e for e in able if not occupation(e)), able[0])
    if chosen == wanted:
        note = f"{wanted.name} {why_not}, and no other model is free"
    else:
        note = f"{chosen.name} stands in for {wanted.name}, which {why_not}"
    return Route(wanted=wanted, served_by=chosen, note=note)
