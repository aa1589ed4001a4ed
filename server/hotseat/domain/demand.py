"""Which models are needed, and how strongly: attention sends these values to residency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from hotseat.domain.experts import Adapter, ModelSpec


class Want(NamedTuple):
    """One model that a window wants."""

    expert: str
    spec: ModelSpec
    probability: float
    """Probability of being needed within the horizon, 0 to 1."""
    demanded: bool
    """True: the user needs it now. False: speculative."""
    pinned: bool = False
    pinned_by: tuple[str, ...] = ()
    """The experts that are pinned, of those that use the model."""
    awaited: bool = False
    """The user has asked it and waits for the answer. Precedes what is merely under a cursor."""
    generalist: bool = False
    """It can answer for every language, so it is unloaded last when memory runs short."""
    reason: str = ""
    """Shown to the user: `focused file is Go`, `visible beside it`, `left 40 s ago`."""
    size_hint_bytes: int | None = None
    """Size of the model's file according to the roster; None if it has none."""
    adapter: Adapter | None = None
    """For an engine that can load an adapter while it runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Everything one window (or all of them, merged) wants; strongest first."""

    wants: tuple[Want, ...] = ()

    def want_for(self, spec: ModelSpec) -> Want | None:
        return next((w for w in self.wants if w.spec == spec), None)


def merge_wants(wants: Iterable[Want]) -> Demand:
    """Return one want per model: the strongest, demanded or pinned if any of them is."""
    by_spec: dict[ModelSpec, Want] = {}
    for want in wants:
        known = by_spec.get(want.spec)
        if known is None:
            by_spec[want.spec] = want
            continue
        strongest = max(known, want, key=_strength)
        by_spec[want.spec] = strongest._replace(
            demanded=known.demanded or want.demanded,
            pinned=known.pinned or want.pinned,
            pinned_by=(*known.pinned_by, *(n for n in want.pinned_by if n not in known.pinned_by)),
            awaited=known.awaited or want.awaited,
            generalist=known.generalist or want.generalist,
            size_hint_bytes=strongest.size_hint_bytes or known.size_hint_bytes,
            adapter=strongest.adapter or known.adapter,
        )
    return Demand(wants=tuple(sorted(by_spec.values(), key=_strength, reverse=True)))


def _strength(want: Want) -> tuple[bool, float, str]:
    return (want.demanded, want.probability, want.expert)
