"""Models that the user has unloaded: no want loads them until the user turns to them again.

Pure. The scheduler holds one `Released` and replaces it with each event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hotseat.domain.demand import Demand, Want
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState
from hotseat.residency.engine_memory.runners import Runners
from hotseat.residency.lifecycle import ModelRecord


@dataclass(frozen=True, slots=True)
class Released:
    """`names` are canonical names of models."""

    names: frozenset[str] = frozenset()
    is_stopped: bool = False
    """The user stopped the engine: it is not started until any model is turned to."""

    def adding(self, names: Iterable[str], *, is_stopped: bool = False) -> Released:
        """Return the value after the user unloaded these models too."""
        return Released(self.names | frozenset(names), self.is_stopped or is_stopped)

    def without(self, spec: ModelSpec, runners: Runners) -> Released:
        """Return the value after the user turned to the model."""
        if self == NOTHING_RELEASED:
            return self
        stay = (n for n in self.names if not _is_same(runners, ModelSpec(n), spec))
        return Released(frozenset(stay))

    def resumed(self) -> Released:
        """Return the value after the user needs the engine, for whatever model."""
        return replace(self, is_stopped=False)

    def holds(self, spec: ModelSpec, runners: Runners) -> bool:
        """Return whether the user has unloaded the model, by this name or one that shares its
        runner."""
        if canonical_model_name(spec.model) in self.names:
            return True
        return any(_is_same(runners, ModelSpec(name), spec) for name in self.names)

    def after_demand(self, before: Demand, demand: Demand, runners: Runners) -> Released:
        """Return the value after new wants: a new question to a model turns to it."""
        released = self
        asked = {want.spec for want in before.wants if want.awaited}
        for want in demand.wants:
            if want.awaited and want.spec not in asked:
                released = released.without(want.spec, runners)
        return released

    def remaining(self, demand: Demand, runners: Runners) -> Demand:
        """Return the wants that count."""
        if not self.names:
            return demand
        return Demand(wants=tuple(w for w in demand.wants if not self.holds(w.spec, runners)))


NOTHING_RELEASED = Released()


class ReleaseOutcome(StrEnum):
    """What becomes of a model that the user unloads."""

    UNLOADED = "unloaded"
    """It leaves memory now, or its load is cancelled."""
    BUSY = "busy"
    """It leaves memory when its requests have ended."""
    ABSENT = "absent"
    """It is not in memory."""
    FOREIGN = "foreign"
    """Another program loaded it: it stays."""
    HELD = "held"
    """Another expert that needs it shares it: it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What the user unloads: a model, on behalf of `experts`; of none if the model is meant."""

    model: str
    """Canonical."""
    experts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAnswer:
    """What becomes of it."""

    model: str
    outcome: ReleaseOutcome
    size_bytes: int = 0
    """What it takes in memory now."""
    holder: str = ""
    """The expert that keeps it in memory, if `outcome` is HELD."""
    is_pinned: bool = False
    """The holder is pinned; otherwise its language is under the cursor."""


def answer_release(
    release: Release,
    *,
    records: Iterable[ModelRecord],
    windows: Iterable[Sequence[Want]],
    busy: Collection[ModelSpec],
    runners: Runners,
) -> ReleaseAnswer:
    """Return what becomes of the model. `windows` are the wants of each window."""
    spec = ModelSpec(release.model)
    same = [r for r in records if r.occupies and _is_same(runners, r.spec, spec)]
    size_bytes = sum(r.size_bytes or 0 for r in same if not r.alias_of)
    answer = ReleaseAnswer(
        model=release.model, outcome=ReleaseOutcome.ABSENT, size_bytes=size_bytes
    )
    if release.experts:
        for want in (w for wants in windows for w in wants if _is_same(runners, w.spec, spec)):
            pinned = [name for name in want.pinned_by if name not in release.experts]
            if want.demanded and want.expert not in release.experts:
                return replace(answer, outcome=ReleaseOutcome.HELD, holder=want.expert)
            if pinned:
                return replace(
                    answer, outcome=ReleaseOutcome.HELD, holder=pinned[0], is_pinned=True
                )
    if not same:
        return answer
    if not any(r.ours for r in same):
        return replace(answer, outcome=ReleaseOutcome.FOREIGN)
    if any(r.spec in busy and r.state is ModelState.WARM for r in same):
        return replace(answer, outcome=ReleaseOutcome.BUSY)
    return replace(answer, outcome=ReleaseOutcome.UNLOADED)


def due_releases(
    records: Iterable[ModelRecord],
    released: Released,
    runners: Runners,
    *,
    busy: Collection[ModelSpec],
    now_s: float,
) -> list[ModelRecord]:
    """Return the released models of Hotseat's that are to leave memory now.

    Warm ones that nothing works with, and those whose load has not been cancelled yet.
    """
    if not released.names:
        return []
    at_work = {runners.variant(spec) for spec in busy}
    return [
        r
        for r in records
        if r.ours
        and not r.alias_of
        and not r.cancelling
        and r.state in (ModelState.WARM, ModelState.LOADING)
        and r.retry_at_s <= now_s
        and released.holds(r.spec, runners)
        and (r.state is ModelState.LOADING or runners.variant(r.spec) not in at_work)
    ]


def _is_same(runners: Runners, spec: ModelSpec, other: ModelSpec) -> bool:
    """Return whether they have the same weights and adapters; the options do not matter."""
    return runners.variant(spec)[:2] == runners.variant(other)[:2]
