"""Which replica a request goes to, so that a model stays where it is. Pure, but for `Placement`.

The router on Ray Serve and the simulation decide by the same functions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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

    def has(self, model: str) -> bool:
        return any(one.name == model for one in self.residents)


def choose(
    model: str, size_bytes: int, replicas: Sequence[ReplicaView], waited_s: float
) -> tuple[str, ...]:
    """Return the replicas that may take a request to `model` now, the best first.

    Those that have the model come first. Without one, or when these were full for SPILL_S, it is
    the replica whose memory has room; else the one whose models would leave that were unused
    longest, of all replicas: together they keep what was used last. Empty: wait, and ask again.
    """
    holders = sorted((r for r in replicas if r.has(model)), key=lambda r: (r.n_ongoing, r.name))
    ready = [r.name for r in holders if not r.is_full]
    if ready:
        return tuple(ready)
    if holders and waited_s < SPILL_S:
        return ()
    others = [r for r in replicas if not r.has(model) and not r.is_full]
    return tuple(r.name for r in sorted(others, key=lambda r: _price(r, size_bytes)))


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

    def __init__(self, *, bound_bytes: int, sizes: Mapping[str, int]) -> None:
        """`sizes`: bytes of each model as they are estimated; answers correct them."""
        self._bound_bytes = bound_bytes
        self._sizes = dict(sizes)
        self._replicas: dict[str, _Replica] = {}
        self._requests: dict[str, tuple[str, str]] = {}
        """By the request's id: replica and model."""

    def place(
        self, model: str, load: Mapping[str, tuple[int, int]], *, waited_s: float, now_s: float
    ) -> tuple[str, ...]:
        """Return the replicas that may take the request, the best first; empty: wait.

        `load`: requests and their limit, by replica, of all that are alive. The first one counts
        as having the model from now on, so that the next request goes there too.
        """
        for gone in self._replicas.keys() - load.keys():
            del self._replicas[gone]
        for name in load:
            self._replicas.setdefault(name, _Replica())
        views = [self._view(name, *load[name]) for name in load]
        found = choose(model, self.size_bytes(model), views, waited_s)
        if found and model not in self._replicas[found[0]].seats:
            self._make_room(found[0], model)
            self._replicas[found[0]].seats[model] = _Seat(now_s)
        return found

    def routed(self, request: str, replica: str, model: str, *, now_s: float) -> None:
        """The request has been sent there."""
        seats = self._replicas.setdefault(replica, _Replica()).seats
        seat = seats.setdefault(model, _Seat(now_s))
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
            known.seats.setdefault(name, _Seat(known.used_s.get(name, now_s)))
        for name in [n for n, seat in known.seats.items() if n not in there and not seat.n_users]:
            del known.seats[name]

    def resident(self) -> dict[str, int]:
        """Return the models that any replica has, with the bytes of one copy."""
        copies: Counter[str] = Counter()
        for replica in tuple(self._replicas.values()):
            copies.update(tuple(replica.seats))
        return {model: self.size_bytes(model) for model in copies}

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
            del self._replicas[name].seats[leaving]


class _Shared:
    placement: Placement | None = None


def share(placement: Placement) -> None:
    """Make it the one of this process: Ray makes the router, and the ingress reads it."""
    _Shared.placement = placement


def shared() -> Placement | None:
    return _Shared.placement
