"""A team's server in virtual time: requests, loads, room, routing and hints, without any waiting.

Decides by the server's own code: `team.placement` (which replica), `team.seats` (what leaves
memory) and `team.hints` (which hints are passed on). Developers' turns are simply first come, first
served. A replica loads one model at a time.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hotseat.lab.simulate.team.workload import Ask
from hotseat.team.hints import IDLE_S, Load, idle_needed_s, is_passed_on
from hotseat.team.placement import SPILL_S, Placement
from hotseat.team.seats import Resident, to_unload


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The server and its times, measured or assumed."""

    replicas: int
    bound_bytes: int
    sizes: Mapping[str, int]
    limit: int = 4
    """Requests that one replica takes at once."""
    load_s: float = 1.0
    first_s: float = 0.1
    """From a request to its first token, with the model in memory."""
    answer_s: float = 0.5
    """From a request to its end, with the model in memory."""
    idle_s: float = IDLE_S
    spill_s: float = SPILL_S


@dataclass(slots=True)
class Result:
    """Of one run. Stalls are what first tokens came later than from a model in memory."""

    stalls_s: list[float] = field(default_factory=list)
    loads: int = 0
    hint_loads: int = 0

    @property
    def stall_s(self) -> float:
        return sum(self.stalls_s)

    def percentile_s(self, share: float) -> float:
        """Return the stall that this share of the requests does not exceed; 0 without requests."""
        ordered = sorted(self.stalls_s)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass(slots=True, eq=False)
class _Request:
    developer: int
    ask: Ask
    at_s: float
    number: int


@dataclass(slots=True, eq=False)
class _Seat:
    size_bytes: int
    used_at_s: float
    n_users: int = 0
    is_loaded: bool = False
    waiting: list[_Request] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Replica:
    name: str
    seats: dict[str, _Seat] = field(default_factory=dict)
    queue: deque[_Request] = field(default_factory=deque)
    """Requests whose model has no seat yet."""
    loading: str | None = None
    n_loading: int = 0
    """Of the load under way: an earlier one that was cancelled has another number."""
    hint_of: int | None = None
    """The developer whose hint is loaded."""
    n_ongoing: int = 0


class VirtualTeam:
    """`run` once."""

    def __init__(self, server: Server, asks: Sequence[Iterator[Ask]], *, sends_hints: bool) -> None:
        self._server = server
        self._asks = asks
        self._sends_hints = sends_hints
        self._placement = Placement(
            bound_bytes=server.bound_bytes, sizes=server.sizes, spill_s=server.spill_s
        )
        self._replicas = {f"r{i}": _Replica(f"r{i}") for i in range(server.replicas)}
        self._load = dict.fromkeys(self._replicas, (0, server.limit))
        self._waiting: deque[_Request] = deque()
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._n_events = 0
        self._now_s = 0.0
        self._lead_s = 0.0
        self._n_running = 0
        self._n_requests = 0
        self._is_looking = False
        self._dones: dict[int, Callable[[], None]] = {}
        """By developer: what follows the end of the request under way."""
        self._hints: Counter[str] = Counter()
        self._own_hints: Counter[int] = Counter()
        self.result = Result()

    def run(self, for_s: float, *, lead_s: float = 0.0) -> Result:
        """Return what happened to the requests that began in `for_s`; without the stalls of those
        that began before `lead_s`, when memory was still empty."""
        self._lead_s = lead_s
        for developer in range(len(self._asks)):
            self._next(developer, for_s)
        while self._events:
            self._now_s, _, act = heapq.heappop(self._events)
            act()
        return self.result

    def _after(self, delay_s: float, act: Callable[[], None]) -> None:
        self._n_events += 1
        heapq.heappush(self._events, (self._now_s + delay_s, self._n_events, act))

    # Developers

    def _next(self, developer: int, for_s: float) -> None:
        ask = next(self._asks[developer])
        if self._now_s + ask.pause_s > for_s:
            return

        def begin() -> None:
            self._n_requests += 1
            self._waiting.append(_Request(developer, ask, self._now_s, self._n_requests))
            self._admit()

        def done() -> None:
            self._next(developer, for_s)

        self._dones[developer] = done
        self._after(ask.pause_s, begin)
        if self._sends_hints:
            opened_s = ask.pause_s - ask.reaction_s
            self._after(opened_s, lambda: self._hint(developer, ask.model, 1.0))

    # Routing

    def _admit(self) -> None:
        """Send each request that waits and has a place."""
        for _ in range(len(self._waiting)):
            request = self._waiting.popleft()
            if not self._send(request):
                self._waiting.append(request)
        if self._waiting and not self._is_looking:
            self._is_looking = True
            self._after(0.1, self._look)

    def _look(self) -> None:
        self._is_looking = False
        self._admit()

    def _send(self, request: _Request) -> bool:
        model = request.ask.model
        waited_s = self._now_s - request.at_s
        names = self._placement.place(model, self._load, waited_s=waited_s, now_s=self._now_s)
        if not names:
            return False
        replica = self._replicas[names[0]]
        self._n_running += 1
        self._count(replica, +1)
        self._placement.routed(str(request.number), replica.name, model, now_s=self._now_s)
        seat = replica.seats.get(model)
        if seat is None:
            replica.queue.append(request)
            if replica.hint_of is not None and replica.loading is not None:
                self._cancel_hint(replica)
            self._make_room(replica)
        else:
            self._use(replica, seat, request)
        return True

    def _count(self, replica: _Replica, by: int) -> None:
        replica.n_ongoing += by
        self._load[replica.name] = (replica.n_ongoing, self._server.limit)

    # Memory

    def _make_room(self, replica: _Replica) -> None:
        """Begin the next load, if none is under way and there is room for it."""
        while replica.loading is None and replica.queue:
            request = replica.queue[0]
            seat = replica.seats.get(request.ask.model)
            if seat is None:
                seat = self._seat(replica, request.ask.model, idle_s=None)
                if seat is None:
                    return
                self._begin_load(replica, request.ask.model)
            replica.queue.popleft()
            self._use(replica, seat, request)

    def _seat(self, replica: _Replica, model: str, *, idle_s: float | None) -> _Seat | None:
        size = self._server.sizes[model]
        residents = [
            Resident(
                name=name,
                size_bytes=seat.size_bytes,
                n_users=max(
                    seat.n_users, idle_s is not None and self._now_s - seat.used_at_s < idle_s
                ),
                used_at_s=seat.used_at_s,
            )
            for name, seat in replica.seats.items()
        ]
        leaving = to_unload(residents, size, self._server.bound_bytes)
        if leaving is None:
            return None
        for name in leaving:
            del replica.seats[name]
        seat = replica.seats[model] = _Seat(size, self._now_s)
        return seat

    def _begin_load(self, replica: _Replica, model: str) -> None:
        replica.loading, replica.n_loading = model, replica.n_loading + 1
        number = replica.n_loading
        self.result.loads += 1

        def loaded() -> None:
            if replica.n_loading != number or replica.loading != model:
                return
            replica.loading = None
            self._end_hint(replica, model)
            seat = replica.seats[model]
            seat.is_loaded = True
            waiting, seat.waiting = seat.waiting, []
            for request in waiting:
                self._serve(replica, seat, request)
            self._report(replica)
            self._make_room(replica)

        self._after(self._server.load_s, loaded)

    def _use(self, replica: _Replica, seat: _Seat, request: _Request) -> None:
        seat.n_users += 1
        seat.used_at_s = self._now_s
        if seat.is_loaded:
            self._serve(replica, seat, request)
        else:
            if replica.loading == request.ask.model:
                self._end_hint(replica, request.ask.model)  # A request waits for it now.
            seat.waiting.append(request)

    def _serve(self, replica: _Replica, seat: _Seat, request: _Request) -> None:
        if request.at_s >= self._lead_s:
            self.result.stalls_s.append(self._now_s - request.at_s)

        def end() -> None:
            seat.n_users -= 1
            seat.used_at_s = self._now_s
            self._n_running -= 1
            self._count(replica, -1)
            self._placement.ended(str(request.number), now_s=self._now_s)
            self._report(replica)
            self._make_room(replica)
            self._dones[request.developer]()
            self._admit()
            if self._sends_hints:
                for model, probability in request.ask.expected:
                    self._hint(request.developer, model, probability)

        self._after(self._server.answer_s, end)

    def _report(self, replica: _Replica) -> None:
        held = [(name, seat.size_bytes) for name, seat in replica.seats.items()]
        self._placement.reported(replica.name, held, now_s=self._now_s)

    # Hints

    def _hint(self, developer: int, model: str, probability: float) -> None:
        server = self._server
        passes = is_passed_on(
            model,
            resident=self._placement,
            under_way=self._hints,
            n_own=self._own_hints[developer],
            n_all=self._hints.total(),
            load=Load(
                n_running=self._n_running,
                n_waiting=len(self._waiting),
                total=server.replicas * server.limit,
                replicas=server.replicas,
            ),
        )
        if not passes:
            return
        names = self._placement.place(model, self._load, waited_s=0.0, now_s=self._now_s)
        replica = self._replicas[names[0]] if names else None
        if replica is None:
            return
        is_free = replica.loading is None and not replica.queue and model not in replica.seats
        idle_s = idle_needed_s(probability, server.idle_s)
        if is_free and self._seat(replica, model, idle_s=idle_s) is not None:
            replica.hint_of = developer
            self._hints[model] += 1
            self._own_hints[developer] += 1
            self.result.hint_loads += 1
            self._begin_load(replica, model)
        self._report(replica)

    def _end_hint(self, replica: _Replica, model: str) -> None:
        if replica.hint_of is not None:
            self._own_hints[replica.hint_of] -= 1
            self._hints[model] -= 1
            self._hints += Counter()  # Without those that have ended.
            replica.hint_of = None

    def _cancel_hint(self, replica: _Replica) -> None:
        model = replica.loading
        assert model is not None
        self._end_hint(replica, model)
        replica.loading = None
        del replica.seats[model]
