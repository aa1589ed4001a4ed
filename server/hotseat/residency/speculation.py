"""What a speculative load is worth: the wait that it is expected to save, less the wait that it may
cause. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence

from hotseat.domain.demand import Want
from hotseat.domain.experts import ModelSpec


def speculative_values(
    hoped: Sequence[Want],
    *,
    resident: Container[ModelSpec],
    sizes: Mapping[ModelSpec, int],
    load_s: Mapping[ModelSpec, float],
    delay_s: Callable[[float], float] | None,
    free_bytes: int,
    n_free: int | None,
) -> dict[ModelSpec, float]:
    """Return the value of loading each absent model of `hoped` now, in seconds of wait that it is
    expected to save. Models that are worth nothing, or whose size is not known, are left out.

    The value is P(needed) · load time. On an engine that ends no load early, a load has a price:
    the time by which it outlasts the user's stay (`delay_s` of its length), times the probability
    that the user goes on to a model that is not in memory and has to wait for that. `delay_s` is
    None for an engine that ends a load early. `free_bytes` and `n_free` are what can be loaded
    without an eviction; `n_free` is None without a limit on the number of models.
    """
    values = {}
    for want in hoped:
        spec = want.spec
        size_bytes = sizes.get(spec)
        if spec in resident or size_bytes is None:
            continue
        seconds = load_s.get(spec, 1.0)
        value = want.probability * seconds
        if delay_s is not None:
            must_evict = size_bytes > free_bytes or (n_free is not None and n_free <= 0)
            value -= delay_s(seconds) * chance_of_absent(hoped, resident, must_evict)
        if value > 0.0:
            values[spec] = value
    return values


def chance_of_absent(
    hoped: Sequence[Want], resident: Container[ModelSpec], must_evict: bool
) -> float:
    """Return the probability that the user's next model is not in memory during a load.

    The model that is being loaded is absent until its load ends: a user who comes to it waits for
    the rest. If the load `must_evict` one, the least likely of those in memory makes room.
    """
    there = [want.probability for want in hoped if want.spec in resident]
    absent = sum(want.probability for want in hoped if want.spec not in resident)
    return absent + (min(there) if must_evict and there else 0.0)


def is_one_seat(
    wants: Sequence[Want],
    sizes: Mapping[ModelSpec, int],
    *,
    room_bytes: int,
    max_models: int | None,
) -> bool:
    """Return whether no two of the wanted models have room at once, as far as is known.

    With one wanted model there is no choice to make. With more, it is true until two sizes are
    known.
    """
    if len(wants) < 2:
        return False
    if max_models is not None and max_models <= 1:
        return True
    smallest = sorted(sizes[want.spec] for want in wants if want.spec in sizes)[:2]
    return len(smallest) < 2 or sum(smallest) > room_bytes
