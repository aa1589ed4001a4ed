"""Which models should be in memory: a pure decision, no clock, no log, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotseat.domain.demand import Want
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import Plan

# A speculative want must be this much more probable than a resident one to take its seat, or two
# of them whose chances decay past each other would swap for nothing.
SWAP_MARGIN = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One model in memory that Hotseat loaded."""

    spec: ModelSpec
    size_bytes: int
    busy: bool = False
    wanted_s: float = 0.0
    """When somebody last wanted it."""


def plan(
    *,
    wants: Sequence[Want],
    seats: Sequence[Seat],
    sizes: Mapping[ModelSpec, int],
    budget_bytes: int,
    foreign: Mapping[ModelSpec, int] | None = None,
    foreign_bytes: int = 0,
    max_models: int | None = None,
) -> Plan:
    """Fill the budget by demand; what is left of it keeps what was wanted last.

    `sizes` holds what absent models would take; one without a size is not planned for.
    `foreign` are wanted models that somebody else loaded: they are warm and cost nothing here.
    `foreign_bytes` is what all others' models take, theirs included. `max_models` is how many the
    engine lets Hotseat hold, if that is known.

    Busy models stay. Pinned ones come first, then demanded ones, then by probability.
    """
    foreign = foreign or {}
    resident = {seat.spec: seat for seat in seats}
    room = budget_bytes - foreign_bytes - sum(s.size_bytes for s in seats if s.busy)
    count = sum(s.busy for s in seats)
    seated: set[ModelSpec] = {s.spec for s in seats if s.busy}
    load: list[Want] = []
    too_large: list[ModelSpec] = []

    def fits(size_bytes: int) -> bool:
        return size_bytes <= room and (max_models is None or count < max_models)

    for want in sorted(wants, key=lambda w: _rank(w, w.spec in resident)):
        spec = want.spec
        if spec in seated or spec in foreign:
            continue
        seat = resident.get(spec)
        size_bytes = seat.size_bytes if seat else sizes.get(spec)
        if size_bytes is None:
            continue
        if not fits(size_bytes):
            if seat is None and want.demanded:
                too_large.append(spec)
            continue
        seated.add(spec)
        room -= size_bytes
        count += 1
        if seat is None:
            load.append(want)

    unload: list[ModelSpec] = []
    leftovers = [seat for seat in seats if seat.spec not in seated]
    for seat in sorted(leftovers, key=lambda s: (-s.wanted_s, s.spec.key)):
        if fits(seat.size_bytes):
            room -= seat.size_bytes
            count += 1
        else:
            unload.append(seat.spec)

    load.sort(key=lambda w: (not w.demanded, _rank(w, False)))
    return Plan(
        load=tuple(want.spec for want in load), unload=tuple(unload), too_large=tuple(too_large)
    )


def _rank(want: Want, resident: bool) -> tuple[bool, bool, float, str]:
    bonus = SWAP_MARGIN if resident else 0.0
    return (not want.pinned, not want.demanded, -(want.probability + bonus), want.spec.key)
