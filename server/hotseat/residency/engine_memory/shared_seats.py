"""Wants whose models share a runner, or exclude each other: one seat for them. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from hotseat.domain.demand import Want, merge_wants
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState
from hotseat.residency.engine_memory.runners import Runners
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.policy import rank


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSeats:
    """What the plan is made for."""

    wants: tuple[Want, ...]
    replaces: Mapping[ModelSpec, ModelSpec] = field(default_factory=dict)
    """Wanted model → the one in memory that must be unloaded first, because both use one runner."""
    replaced_foreign: frozenset[str] = frozenset()
    """Models of other programs that the engine itself replaces by a wanted one."""


def share_seats(
    records: Iterable[ModelRecord],
    runners: Runners,
    wants: Iterable[Want],
    *,
    busy: Collection[ModelSpec],
    foreign: Collection[str],
) -> SharedSeats:
    """Replace wants for aliases by wants for what they share, and settle those that exclude others.

    Of models that exclude each other, one that is only likely to be needed never replaces one that
    is in memory or needed. Of two that are needed, the one in memory stays. A model that is at
    work is waited for.
    """
    held = {r.spec: r for r in records if r.occupies and r.ours and not r.alias_of}
    wants = tuple(wants)
    if not _any_shared(runners, wants, held, foreign):
        return SharedSeats(wants=wants)
    merged = _without_aliases(runners, held, wants)
    if not _any_shared(runners, merged, held, foreign):
        return SharedSeats(wants=merged)
    chosen: list[Want] = []
    replaces: dict[ModelSpec, ModelSpec] = {}
    replaced_foreign: set[str] = set()
    warm = {r.spec for r in records if r.state is ModelState.WARM}
    needed = {want.spec for want in merged if want.demanded or want.pinned}
    awaited = {want.spec for want in merged if want.awaited}
    for want in sorted(merged, key=lambda w: (w.spec not in needed, w.spec not in held, rank(w))):
        spec = want.spec
        if spec in held or spec in warm:
            chosen.append(want)
            continue
        rivals = [other for other in held if runners.exclude_each_other(spec, other)]
        others = [w.spec for w in chosen if runners.exclude_each_other(spec, w.spec)]
        name = canonical_model_name(spec.model)
        theirs = [f for f in foreign if f == name or runners.replaces(name, f)]
        if runners.shares_bases:
            theirs = [f for f in theirs if f == name]
        if spec not in needed:
            if not rivals and not others and not theirs:
                chosen.append(want)
            continue
        stays = [
            other
            for other in rivals
            if other in busy
            or held[other].state is not ModelState.WARM
            or (other in needed and not (want.awaited and other not in awaited))
        ]
        if stays or any(other not in held for other in others):
            continue
        chosen.append(want)
        replaces.update((spec, other) for other in rivals)
        replaced_foreign.update(theirs)
    gone = set(replaces.values())
    kept = {want.spec: want for want in chosen if want.spec not in gone}
    return SharedSeats(
        wants=tuple(want for want in merged if want.spec in kept),
        replaces=replaces,
        replaced_foreign=frozenset(replaced_foreign),
    )


def _without_aliases(
    runners: Runners, held: Collection[ModelSpec], wants: tuple[Want, ...]
) -> tuple[Want, ...]:
    """Return one want for all models that one runner serves: for the one in memory or on its way
    there, else for the first in rank."""
    by_runner: dict[Hashable, ModelSpec] = {}
    for spec in [*held, *(want.spec for want in sorted(wants, key=rank))]:
        by_runner.setdefault(runners.variant(spec), spec)
    if all(by_runner[runners.variant(want.spec)] == want.spec for want in wants):
        return wants
    moved = [want._replace(spec=by_runner[runners.variant(want.spec)]) for want in wants]
    return merge_wants(moved).wants


def _any_shared(
    runners: Runners,
    wants: Iterable[Want],
    held: Collection[ModelSpec],
    foreign: Collection[str],
) -> bool:
    """Return whether any two names have one runner: the usual case is that none have."""
    specs = {*held, *(want.spec for want in wants)}
    keys = [runners.variant(spec)[0] for spec in specs]
    return len(set(keys)) < len(keys) or any(runners.key(name) in keys for name in foreign)
