"""Several agents in virtual time: on an engine that loads what is asked, and through the gateway.

Each wait is noted with what had become of the model. The code that decides is the product's: the
gateway's forecast and the scheduler. The engine alone is idealised: it evicts the model that was
used last the longest time ago, and loads two models as fast side by side as one after the other.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hotseat.domain.demand import Want, merge_wants
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.gateway.sequences import Sequences
from hotseat.lab.simulate.agenda import Agenda
from hotseat.lab.simulate.outcome import SimulatedEngine
from hotseat.lab.simulate.virtual_engine import EngineEvents, VirtualEngine
from hotseat.residency.messages import (
    CancelLoad,
    DemandChanged,
    EngineKnown,
    Event,
    Load,
    Observed,
    Unload,
)
from hotseat.residency.scheduler import Scheduler

START_S = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One conversation: the expert of each request, and the pause before it in seconds."""

    steps: tuple[tuple[str, float], ...]
    mentioned: frozenset[str] = frozenset()
    """Experts whose files its messages name."""


class Cause(StrEnum):
    """Why the model of a request was not in memory."""

    COLD = "never loaded"
    DEMAND = "evicted for another request"
    SPECULATION = "evicted for a speculation"
    CANCELLED = "its load was cancelled for another request"


@dataclass(slots=True, kw_only=True)
class Waits:
    """What the requests of one run waited."""

    total_s: float = 0.0
    longest_s: float = 0.0
    n_loads: int = 0
    n_speculative: int = 0
    """Of the loads: for a model that no request waited for."""
    by_cause_s: Counter[Cause] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)
    """Each load, eviction and wait, with its time."""

    def waited(self, seconds: float, cause: Cause) -> None:
        self.total_s += seconds
        self.longest_s = max(self.longest_s, seconds)
        if seconds > 0.0:
            self.by_cause_s[cause] += seconds  # type: ignore[assignment]


@dataclass(slots=True, eq=False)
class _Asked:
    agent: int
    task: int
    expert: str
    since_s: float
    rest: Iterator[tuple[int, str, float]]


class _Agents:
    """`tasks` are those of each agent, one after the other. An answer takes `answer_s`."""

    def __init__(self, tasks: Sequence[Sequence[Task]], *, load_s: float, answer_s: float) -> None:
        self.waits = Waits()
        self.tasks = [task for of_agent in tasks for task in of_agent]
        self.names = sorted({name for task in self.tasks for name, _ in task.steps})
        self.agenda = Agenda(START_S)
        self.load_s = load_s
        self.in_use = Counter[str]()
        self._answer_s = answer_s
        first = 0
        self._steps: list[Iterator[tuple[int, str, float]]] = []
        for of_agent in tasks:
            self._steps.append(_steps(first, of_agent))
            first += len(of_agent)
        self._n_left = sum(len(task.steps) for task in self.tasks)

    def run(self) -> Waits:
        for agent, steps in enumerate(self._steps):
            self._go_on(agent, steps)
        while self._n_left:
            self.agenda.wait_until(self.agenda.now_s + 1.0)
        return self.waits

    def asked(self, request: _Asked) -> None:
        raise NotImplementedError

    def ended(self, request: _Asked) -> None:
        raise NotImplementedError

    def answer(self, request: _Asked, cause: Cause) -> None:
        """The model is in memory."""
        waited_s = self.agenda.now_s - request.since_s
        self.waits.waited(waited_s, cause)
        if waited_s > 0.0:
            self.note(
                f"agent {request.agent} waited {waited_s:.2f} s for {request.expert}: {cause}"
            )
        self.in_use[request.expert] += 1
        self.agenda.after(self._answer_s, lambda: self._end(request))

    def note(self, text: str) -> None:
        self.waits.log.append(f"{self.agenda.now_s - START_S:8.2f} {text}")

    def _go_on(self, agent: int, steps: Iterator[tuple[int, str, float]]) -> None:
        step = next(steps, None)
        if step is not None:
            task, expert, pause_s = step
            self.agenda.after(
                pause_s,
                lambda: self.asked(_Asked(agent, task, expert, self.agenda.now_s, steps)),
            )

    def _end(self, request: _Asked) -> None:
        self.in_use[request.expert] -= 1
        self._n_left -= 1
        self.ended(request)
        self._go_on(request.agent, request.rest)


class EngineAlone(_Agents):
    """`n_seats` models fit."""

    def __init__(
        self, tasks: Sequence[Sequence[Task]], *, n_seats: int, load_s: float, answer_s: float
    ) -> None:
        super().__init__(tasks, load_s=load_s, answer_s=answer_s)
        self._n_seats = n_seats
        self._used_s: dict[str, float] = {}
        """The models in memory."""
        self._loading: set[str] = set()
        self._queue: list[_Asked] = []
        self._seen: set[str] = set()

    def asked(self, request: _Asked) -> None:
        self._queue.append(request)
        self._look()

    def ended(self, request: _Asked) -> None:
        self._used_s[request.expert] = self.agenda.now_s
        self._look()

    def _look(self) -> None:
        for request in list(self._queue):
            name = request.expert
            if name in self._used_s:
                self._queue.remove(request)
                self._used_s[name] = self.agenda.now_s
                self.answer(request, Cause.DEMAND if name in self._seen else Cause.COLD)
            elif name not in self._loading and self._has_room():
                self._loading.add(name)
                self.waits.n_loads += 1
                self.agenda.after(self.load_s, lambda name=name: self._loaded(name))

    def _has_room(self) -> bool:
        if len(self._used_s) + len(self._loading) < self._n_seats:
            return True
        idle = [name for name in self._used_s if not self.in_use[name]]
        if not idle:
            return False
        victim = min(idle, key=lambda name: self._used_s[name])
        self._seen.add(victim)
        del self._used_s[victim]
        return True

    def _loaded(self, name: str) -> None:
        self._loading.discard(name)
        self._used_s[name] = self.agenda.now_s
        self._look()


class ThroughGateway(_Agents):
    """The same, with what the gateway and the keeper decide. `forecasts` False: no model is loaded
    ahead, and the one used last the longest time ago leaves."""

    def __init__(
        self,
        tasks: Sequence[Sequence[Task]],
        *,
        n_seats: int,
        load_s: float,
        answer_s: float,
        forecasts: bool = True,
    ) -> None:
        super().__init__(tasks, load_s=load_s, answer_s=answer_s)
        self._forecasts = forecasts
        self._experts = [Expert(name=n, languages=(n,), spec=ModelSpec(n)) for n in self.names]
        self._waiting: list[_Asked] = []
        self._sequences = Sequences()
        self._causes: dict[str, Cause] = {}
        self._scheduler = Scheduler(budget_bytes=n_seats, keep_alive_s=math.inf)
        engine = SimulatedEngine(
            budget_bytes=n_seats, sizes=dict.fromkeys(self.names, 1), load_s=load_s
        )
        events = EngineEvents(
            feed=self._feed,
            load_begins=lambda spec: None,
            load_ends=lambda spec: None,
            gone=lambda spec: None,
        )
        self._engine = VirtualEngine(engine, self.agenda, events)
        self._feed(EngineKnown(preempts_loads=True))
        self._feed(Observed(self.agenda.now_s, ()))

    def asked(self, request: _Asked) -> None:
        now_s, conversation = self.agenda.now_s, str(request.task)
        self._sequences.begin(conversation, request.expert, now_s, str(request.agent))
        self._waiting.append(request)
        self._send_demand()
        self._look()

    def ended(self, request: _Asked) -> None:
        mentioned = self.tasks[request.task].mentioned
        self._sequences.end(str(request.task), (), self.agenda.now_s, mentioned)
        self.agenda.after(0.0, self._send_demand)

    def _look(self) -> None:
        warm = {r.spec.model for r in self._scheduler.records() if r.state is ModelState.WARM}
        for request in list(self._waiting):
            if request.expert in warm:
                self._waiting.remove(request)
                self.answer(request, self._causes.get(request.expert, Cause.COLD))
                self._send_demand()

    def _send_demand(self) -> None:
        used = {*(one.expert for one in self._waiting), *(+self.in_use)}
        demanded = [
            Want(
                expert=name,
                spec=ModelSpec(name),
                probability=1.0,
                demanded=True,
                awaited=True,
            )
            for name in used
        ]
        hoped = self._sequences.wants(self._experts, self.agenda.now_s) if self._forecasts else []
        busy = frozenset(ModelSpec(name) for name in used)
        self._feed(DemandChanged(merge_wants([*demanded, *hoped]), busy))

    def _feed(self, event: Event) -> None:
        scheduler = self._scheduler
        for effect in scheduler.handle(event, self.agenda.now_s):
            match effect:
                case Load(spec):
                    is_needed = self._is_demanded(spec)
                    self.waits.n_loads += 1
                    self.waits.n_speculative += not is_needed
                    self.note(f"loads {spec.model}{'' if is_needed else ' on speculation'}")
                case Unload(spec, made_for):
                    is_needed = made_for is not None and self._is_demanded(made_for)
                    self._causes[spec.model] = Cause.DEMAND if is_needed else Cause.SPECULATION
                    self.note(f"evicts {spec.model} for {made_for.model if made_for else 'none'}")
                case CancelLoad(spec):
                    self._causes[spec.model] = Cause.CANCELLED
                    self.note(f"cancels the load of {spec.model}")
                case _:
                    pass
            self._engine.carry_out(effect)
        if self._waiting:
            self.agenda.after(0.0, self._look)

    def _is_demanded(self, spec: ModelSpec) -> bool:
        want = self._scheduler.demand.want_for(spec)
        return want is not None and want.demanded


def _steps(first: int, tasks: Sequence[Task]) -> Iterator[tuple[int, str, float]]:
    for number, task in enumerate(tasks, start=first):
        for expert, pause_s in task.steps:
            yield number, expert, pause_s
