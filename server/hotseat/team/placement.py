"""Which replica a request goes to, so that a model stays where it is. Pure, but for `Placement`.

The router on Ray Serve and the simulation decide by the same functions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from hotseat.team.seats import Resident, to_unload

SPILL_S = 2.0
"""A request waits so long for a replica that has its model and is full. Then another one may load
the model, which takes about as long for a small one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaView:
    """One replica as the router knows it."""

    name: str
    residents: tuple[Resident, ...]
    bound_bytes: int
    n_ongoing: int
    limit: int
    """Requests that it takes at once."""

    @property
    def is_full(self) -> bool:
        return self.n_ongoing >= self.limit


def choose_holder(
    holders: Iterable[str], load: Mapping[str, tuple[int, int]], *, waited_s: float, spill_s: float
) -> tuple[str, ...] | None:
    """Return those of the replicas that have the model that may take a request, the best first.

    `load`: requests and their limit, by replica. Empty: wait for one of them, and ask again. None:
    another one is to load the model.
    """
    here = [(load[name][0], name) for name in holders]
    ready = [name for n, name in sorted(here) if n < load[name][1]]
    if ready or (here and waited_s < spill_s):
        return tuple(ready)
    return None


def choose_new(size_bytes: int, replicas: Iterable[ReplicaView]) -> tuple[str, ...]:
    """Return the replicas that may load a model, the best first; `replicas` do not have it.

    The best one has room in its memory; else its models that would leave were unused longest, of
    all replicas: together they keep what was used last. Empty: all are full; wait, and ask again.
    """
    ready = [replica for replica in replicas if not replica.is_full]
    return tuple(r.name for r in sorted(ready, key=lambda r: _price(r, size_bytes)))


def _price(replica: ReplicaView, size_bytes: int) -> tuple[int, float, int, str]:
    """Return what the place costs: whether it is free, then how lately what leaves was used."""
    leaving = to_unload(replica.residents, size_bytes, replica.bound_bytes)
    if leaving is None:
        return (2, 0.0, replica.n_ongoing, replica.name)  # Its models are all in use.
    if not leaving:
        held = sum(one.size_bytes for one in replica.residents)
        return (0, float(held), replica.n_ongoing, replica.name)
    used_s = max(one.used_at_s for one in replica.residents if one.name in leaving)
    return (1, used_s, replica.n_ongoing, replica.name)


@dataclass(slots=True)
class _Seat:
    used_at_s: float
    n_users: int = 0


@dataclass(slots=True)
class _Replica:
    seats: dict[str, _Seat] = field(default_factory=dict)
    used_s: dict[str, float] = field(default_factory=dict)
    """When each model was used last, also of those that were thought to have left."""


class Placement:
    """What the ingress knows of all replicas: what it sent there, and what their answers report."""

    def __init__(
        self, *, bound_bytes: int, sizes: Mapping[str, int], spill_s: float = SPILL_S
    ) -> None:
        """`sizes`: bytes of each model as they are estimated; answers correct them."""
        self._spill_s = spill_s
        self._bound_bytes = bound_bytes
        self._sizes = dict(sizes)
        self._replicas: dict[str, _Replica] = {}
        self._homes: dict[str, set[str]] = {}
        """By model: the replicas that have it."""
        self._requests: dict[str, tuple[str, str]] = {}
        """By the request's id: replica and model."""

    def place(
        self, model: str, load: Mapping[str, tuple[int, int]], *, waited_s: float, now_s: float
    ) -> tuple[str, ...]:
        """Return the replicas that may take the request, the best first; empty: wait.

        `load`: requests and their limit, by replica, of all that are alive. The first one counts
        as having the model from now on, so that the next request goes there too.
        """
        if load.keys() != self._replicas.keys():
            self._take_names(load.keys())
        holders = self._homes.get(model, set())
        found = choose_holder(holders, load, waited_s=waited_s, spill_s=self._spill_s)
        if found is None:
            others = (self._view(name, *load[name]) for name in load if name not in holders)
            found = choose_new(self.size_bytes(model), others)
        if found and found[0] not in holders:
            self._make_room(found[0], model)
            self._seat(found[0], model, now_s)
        return found

    def routed(self, request: str, replica: str, model: str, *, now_s: float) -> None:
        """The request has been sent there."""
        self._replicas.setdefault(replica, _Replica())
        seat = self._seat(replica, model, now_s)
        seat.used_at_s, seat.n_users = now_s, seat.n_users + 1
        self._replicas[replica].used_s[model] = now_s
        self._requests[request] = (replica, model)

    def ended(self, request: str, *, now_s: float) -> None:
        """The request's answer has ended, in whatever way."""
        replica, model = self._requests.pop(request, ("", ""))
        if replica in self._replicas and (seat := self._replicas[replica].seats.get(model)):
            seat.used_at_s, seat.n_users = now_s, max(0, seat.n_users - 1)

    def reported(self, replica: str, resident: Iterable[tuple[str, int]], *, now_s: float) -> None:
        """A replica has reported its models with their bytes, with an answer."""
        known = self._replicas.get(replica)
        if known is None:
            return
        there = dict(resident)
        self._sizes.update({name: size for name, size in there.items() if size})
        for name in there:
            self._seat(replica, name, known.used_s.get(name, now_s))
        for name in [n for n, seat in known.seats.items() if n not in there and not seat.n_users]:
            self._leave(replica, name)

    def resident(self) -> dict[str, int]:
        """Return the models that any replica has, with the bytes of one copy."""
        return {model: self.size_bytes(model) for model in tuple(self._homes)}

    def __contains__(self, model: object) -> bool:
        """Return whether any replica has the model."""
        return model in self._homes

    def size_bytes(self, model: str) -> int:
        """Return what a model takes; the mean of the others as long as nothing is known of it."""
        if (size := self._sizes.get(model)) is not None:
            return size
        return sum(self._sizes.values()) // len(self._sizes) if self._sizes else 0

    def _view(self, name: str, n_ongoing: int, limit: int) -> ReplicaView:
        residents = tuple(
            Resident(
                name=model,
                size_bytes=self.size_bytes(model),
                n_users=seat.n_users,
                used_at_s=seat.used_at_s,
            )
            for model, seat in self._replicas[name].seats.items()
        )
        return ReplicaView(
            name=name,
            residents=residents,
            bound_bytes=self._bound_bytes,
            n_ongoing=n_ongoing,
            limit=limit,
        )

    def _make_room(self, name: str, model: str) -> None:
        """Forget what the replica will unload; its next answer reports what it did."""
        view = self._view(name, 0, 1)
        for leaving in to_unload(view.residents, self.size_bytes(model), self._bound_bytes) or ():
            self._leave(name, leaving)

    def _take_names(self, alive: Collection[str]) -> None:
        """Forget replicas that have ended, and take note of new ones."""
        for gone in self._replicas.keys() - alive:
            for model in tuple(self._replicas[gone].seats):
                self._leave(gone, model)
            del self._replicas[gone]
        for name in alive:
            self._replicas.setdefault(name, _Replica())

    def _seat(self, replica: str, model: str, used_at_s: float) -> _Seat:
        self._homes.setdefault(model, set()).add(replica)
        return self._replicas[replica].seats.setdefault(model, _Seat(used_at_s))

    def _leave(self, replica: str, model: str) -> None:
        del self._replicas[replica].seats[model]
        homes = self._homes[model]
        homes.discard(replica)
        if not homes:
            del self._homes[model]


class _Shared:
    placement: Placement | None = None


def share(placement: Placement) -> None:
    """Make it the one of this process: Ray makes the router, and the ingress reads it."""
    _Shared.placement = placement


def shared() -> Placement | None:
    return _Shared.placement
