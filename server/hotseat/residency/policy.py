"""Which models should be in memory: a pure decision, no clock, no log, no I/O.

Pinned models come first, then demanded ones, then those that may not be unloaded yet; the rest of
the budget goes to the set of models that leaves the least to wait for: Σ P(needed) · load time. On
an engine that ends no load early, a speculative load pays for the demanded loads that it may delay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from hotseat.domain.demand import Want
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import Plan
from hotseat.residency.knapsack import Item, choose
from hotseat.residency.speculation import is_one_seat, speculative_values

# What a load costs the user who works meanwhile, as a share of its own time: a model in memory
# gives way only to one whose expected wait is longer than its own by this much of a load. The
# smaller, the fewer stalls and the more loads (docs/forecast.md).
SWAP_MARGIN = 0.07
# Among models that no window wants, the one needed last stays: it has this small value.
_RECENCY = 1e-6


class Seat(NamedTuple):
    """One model in memory that Hotseat loaded."""

    spec: ModelSpec
    size_bytes: int
    busy: bool = False
    young: bool = False
    """Loaded a moment ago: while a window wants it, it gives way to what is demanded, not to a
    speculation. One that no window wants any more has served, and protects nothing."""
    wanted_s: float = 0.0
    """When a window last needed it, or first hoped for it."""


def plan(
    *,
    wants: Sequence[Want],
    seats: Sequence[Seat],
    sizes: Mapping[ModelSpec, int],
    budget_bytes: int,
    foreign: Mapping[ModelSpec, int] | None = None,
    foreign_bytes: int = 0,
    max_models: int | None = None,
    load_s: Mapping[ModelSpec, float] | None = None,
    swap_margin: float = SWAP_MARGIN,
    short: bool = False,
    delay_s: Callable[[float], float] | None = None,
) -> Plan:
    """Fill the budget by demand; what is left of it keeps what was needed last.

    `sizes` holds what absent models would take; one without a size is not planned for.
    `foreign` are wanted models that another program loaded: they are warm and cost nothing here.
    `foreign_bytes` is what all others' models take, theirs included. `max_models` is how many the
    engine lets Hotseat hold, if that is known; the first demanded one has a place even where
    models of others leave none, or it would never be loaded. `load_s` are load times; all the same
    without them. `delay_s` returns by how many seconds a load of the given length is expected
    to outlast the user's stay, on an engine that ends no load early; None for one that does. A
    speculative load has a price there (`speculation`), and with room for one model alone nothing is
    loaded on speculation.

    Busy models stay. Pinned ones come first, then demanded ones, those first whose answer a user
    waits for, each in the order of their probability and among equals those in memory, then wanted
    models that were loaded a moment ago; among the rest the best set is exact for up to
    `knapsack.MAX_EXACT` of them. On a machine that is `short` of memory a resident generalist stays
    before all others: it can answer for them.
    """
    foreign, load_s = foreign or {}, load_s or {}
    resident = {seat.spec: seat for seat in seats}
    room = budget_bytes - foreign_bytes - sum(s.size_bytes for s in seats if s.busy)
    places = None if max_models is None else max_models - sum(s.busy for s in seats)
    seated: set[ModelSpec] = {s.spec for s in seats if s.busy}
    load: list[Want] = []
    too_large: list[ModelSpec] = []
    items: list[Item] = []

    def takes(size_bytes: int, *, demanded: bool = False) -> bool:
        """Whether it fits; then it has its place."""
        nonlocal room, places
        is_first = demanded and not seated and not load
        if size_bytes > room or (places is not None and places <= 0 and not is_first):
            return False
        room -= size_bytes
        places = None if places is None else places - 1
        return True

    if short:
        for want in wants:
            seat = resident.get(want.spec)
            if want.generalist and seat is not None and not seat.busy and takes(seat.size_bytes):
                seated.add(want.spec)
    open_wants = [w for w in wants if w.spec not in foreign and w.spec not in seated]
    needed = [w for w in open_wants if w.pinned or w.demanded]
    for want in sorted(needed, key=lambda w: rank(w, is_resident=w.spec in resident)):
        seat = resident.get(want.spec)
        size_bytes = sizes.get(want.spec) if seat is None else seat.size_bytes
        if size_bytes is None:
            continue
        if takes(size_bytes, demanded=want.demanded):
            if seat is None:
                load.append(want)
            else:
                seated.add(want.spec)
        elif seat is None and want.demanded:
            too_large.append(want.spec)
    hoped = [want for want in open_wants if not (want.pinned or want.demanded)]
    hopes = {want.spec: want.probability for want in hoped if want.spec in resident}
    absent: dict[str, Want] = {}
    room_bytes = budget_bytes - foreign_bytes
    if delay_s is None or not is_one_seat(
        wants, sizes, room_bytes=room_bytes, max_models=max_models
    ):
        movable = [s for s in seats if s.spec not in seated]
        values = speculative_values(
            hoped,
            resident=resident,
            sizes=sizes,
            load_s=load_s,
            delay_s=delay_s,
            free_bytes=room - sum(s.size_bytes for s in movable),
            n_free=None if places is None else places - len(movable),
        )
        items += [Item(spec.key, sizes[spec], value) for spec, value in values.items()]
        absent = {want.spec.key: want for want in hoped if want.spec in values}
    movable = sorted((s for s in seats if s.spec not in seated), key=lambda s: s.wanted_s)
    kept = [
        Item(
            seat.spec.key,
            seat.size_bytes,
            (hopes.get(seat.spec, 0.0) + swap_margin) * load_s.get(seat.spec, 1.0) + i * _RECENCY,
        )
        for i, seat in enumerate(movable, start=1)
    ]
    # A model that was just loaded gives way to what is demanded by its worth, as any other: only a
    # speculation finds its seat taken.
    wanted = {want.spec for want in wants}
    young = [seat for seat in movable if seat.young and seat.spec in wanted]
    stay = choose(kept, room, places) if young else frozenset()
    for seat in young:
        if seat.spec.key in stay and takes(seat.size_bytes):
            seated.add(seat.spec)
    rest = [seat for seat in movable if seat.spec not in seated]
    items += [item for item, seat in zip(kept, movable, strict=True) if seat.spec not in seated]
    chosen = choose(items, room, places)

    load += [want for key, want in absent.items() if key in chosen]
    load.sort(key=lambda w: (not w.demanded, rank(w)))
    unload = [s.spec for s in reversed(rest) if s.spec.key not in chosen]
    return Plan(
        load=tuple(want.spec for want in load), unload=tuple(unload), too_large=tuple(too_large)
    )


def rank(want: Want, *, is_resident: bool = False) -> tuple[bool, bool, bool, float, bool, str]:
    """Return the key by which wants are seated, smallest first.

    Windows that need different models want them equally: then no model is unloaded for another.
    """
    urgency = (not want.pinned, not want.demanded, not want.awaited)
    return (*urgency, -want.probability, not is_resident, want.spec.key)
