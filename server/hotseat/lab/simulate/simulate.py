"""Traces replayed in virtual time through the product's own attention, forecaster and scheduler.

Owns the virtual clock and the engine that is simulated. Holds no policy of its own: what decides
here is the code that decides in the editor.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hotseat.attention.attention import Attention
from hotseat.attention.forecaster import Forecaster
from hotseat.domain.demand import Demand
from hotseat.domain.events import Closed, Edited, Focused, Opened
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.domain.residency import ModelState
from hotseat.lab.simulate.baselines import lru, ollama
from hotseat.lab.simulate.optimum import MAX_EXPERTS, optimum, optimum_demand
from hotseat.lab.simulate.outcome import BETWEEN_SESSIONS_S, Outcome, World
from hotseat.lab.simulate.traces import TraceVisit
from hotseat.residency.messages import (
    CancelLoad,
    DemandChanged,
    Effect,
    Estimate,
    Estimated,
    Event,
    Load,
    LoadCancelled,
    LoadDone,
    Observed,
    Tick,
    Unload,
    UnloadDone,
)
from hotseat.residency.scheduler import Scheduler
from hotseat.residency.settings import MIN_RESIDENCY_S

UNLOAD_S = 0.02

Policy = Callable[[Sequence[TraceVisit], World], Outcome]


@dataclass(slots=True)
class Calibration:
    """What was forecast at each change of language, and what came."""

    forecasts: list[tuple[float, bool]] = field(default_factory=list)
    """For every candidate: its probability, and whether it was the next."""
    log_losses: list[float] = field(default_factory=list)
    """In nats, of each change to a language that had been seen before."""


class Simulation:
    """One window, one engine, one person after another. `forecasting` False leaves habits out."""

    def __init__(
        self, world: World, *, forecasting: bool = True, calibration: Calibration | None = None
    ) -> None:
        self.outcome = Outcome()
        self._world = world
        self._calibration = calibration
        self._forecaster = Forecaster() if forecasting else None
        self._attention = Attention(self._forecaster, lambda uri: uri)
        self._specs = {language: ModelSpec(language) for language in sorted(world.sizes)}
        self._roster = Roster(
            experts=tuple(
                Expert(name=language, languages=(language,), spec=spec)
                for language, spec in self._specs.items()
            ),
            disabled_languages=frozenset(),
        )
        self._scheduler = Scheduler(budget_bytes=world.budget_bytes, keep_alive_s=math.inf)
        self._now_s = 1000.0
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._last: str | None = None
        self._here: str | None = None
        self._first_key_s = math.inf
        self._left_s = math.inf
        self._loads: dict[ModelSpec, int] = {}
        """Loads in flight, by the number that their end has on the agenda."""
        self._feed(Observed(self._now_s, ()))

    def run(self, visits: Sequence[TraceVisit]) -> Outcome:
        session: str | None = None
        commit: list[TraceVisit] = []
        for visit in visits:
            if commit and commit[-1].commit != visit.commit:
                self._committed(commit)
                commit = []
            commit.append(visit)
            if session is not None and visit.session != session:
                self._next_session()
            session = visit.session
            self._visit(visit)
        return self.outcome.ended()

    # --- the person ---

    def _visit(self, visit: TraceVisit) -> None:
        language, spec, outcome = visit.language, self._specs[visit.language], self.outcome
        switched, self._last = language != self._last, language
        warm = self._is_warm(spec)
        outcome.switches += switched
        if self._calibration is not None and self._here != language:
            self._note_calibration(self._calibration, language)
        begun_s = self._now_s
        self._here = language
        self._left_s = begun_s + visit.dwell_s
        self._first_key_s = begun_s + self._world.reaction_s
        if switched and not warm:
            outcome.stalls += 1
            # Until it is warm, or the person leaves: taken back when it is there earlier.
            outcome.stall_s += max(0.0, self._left_s - self._first_key_s)
        if warm:
            outcome.used(language)
            self._first_key_s = math.inf
        elif not switched:
            self._first_key_s = math.inf
        if self._forecaster is not None:
            self._forecaster.person = visit.developer
        known = self._attention.state.buffers.get(visit.path)
        if known is None or known.language != language:
            self._attention.attend(Opened(visit.path, language), begun_s)
        self._attention.attend(Focused(visit.path), begun_s)
        self._send_demand()
        if settles_in_s := self._attention.settles_in_s(begun_s):
            self._at(begun_s + settles_in_s, self._send_demand)
            if self._world.reaction_s < settles_in_s:
                self._at(begun_s + self._world.reaction_s, lambda: self._type(visit))
        self._wait_until(self._left_s)

    def _type(self, visit: TraceVisit) -> None:
        self._attention.attend(Edited(visit.path, visit.language), self._now_s)
        self._send_demand()

    def _committed(self, commit: Sequence[TraceVisit]) -> None:
        if self._forecaster is not None:
            files = [(visit.path, visit.language) for visit in commit]
            self._forecaster.committed(files, self._now_s)

    def _next_session(self) -> None:
        """The window is closed; later another is opened, and nobody knows yet by whom."""
        for path in self._attention.state.buffers:
            self._attention.attend(Closed(path), self._now_s)
        self._here = None
        self._feed(DemandChanged(Demand()))
        self._wait_until(self._now_s + BETWEEN_SESSIONS_S / 2)
        if self._forecaster is not None:
            self._forecaster.person = ""
        self._attention.begin(self._now_s)
        self._send_demand()
        self._wait_until(self._now_s + BETWEEN_SESSIONS_S / 2)

    def _send_demand(self) -> None:
        """As a window does it: only what is new."""
        wants = self._attention.demand(self._roster, self._now_s)
        if wants != self._scheduler.demand:
            self._feed(DemandChanged(wants))

    def _note_calibration(self, calibration: Calibration, language: str) -> None:
        if self._forecaster is None:
            return
        guesses = self._forecaster.forecast(())
        if language in guesses:
            calibration.log_losses.append(-math.log(max(1e-12, guesses[language].probability)))
        for candidate, guess in guesses.items():
            calibration.forecasts.append((guess.probability, candidate == language))

    # --- the engine ---

    def _feed(self, event: Event) -> None:
        for effect in self._scheduler.handle(event, self._now_s):
            self._carry_out(effect)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Estimate(spec, _):
                self._feed(Estimated(spec, self._world.sizes[spec.model]))
            case Load(spec):
                self.outcome.loaded(spec.model, used=spec.model == self._here)
                end = self._at(self._now_s + self._world.load_s, lambda: self._loaded(spec))
                self._loads[spec] = end
            case CancelLoad(spec):
                self._loads.pop(spec, None)
                self.outcome.gone(spec.model)
                self._at(self._now_s, lambda: self._feed(LoadCancelled(spec)))
            case Unload(spec):
                self.outcome.gone(spec.model)
                self._at(self._now_s + UNLOAD_S, lambda: self._feed(UnloadDone(spec)))
            case _:
                pass

    def _loaded(self, spec: ModelSpec) -> None:
        if spec.model == self._here:
            self.outcome.used(spec.model)
            if self._first_key_s < math.inf:
                ready_s = max(self._now_s, self._first_key_s)
                self.outcome.stall_s -= max(0.0, self._left_s - ready_s)
                self._first_key_s = math.inf
        self._feed(LoadDone(spec, self._world.load_s))
        self._at(self._now_s + MIN_RESIDENCY_S, lambda: self._feed(Tick()))

    def _is_warm(self, spec: ModelSpec) -> bool:
        return any(r.spec == spec and r.state is ModelState.WARM for r in self._scheduler.records())

    # --- the clock ---

    def _at(self, when_s: float, what: Callable[[], None]) -> int:
        number = next(self._order)
        heapq.heappush(self._agenda, (when_s, number, what))
        return number

    def _wait_until(self, when_s: float) -> None:
        while self._agenda and self._agenda[0][0] < when_s:
            self._now_s, _, what = heapq.heappop(self._agenda)
            what()
        self._now_s = when_s


def reactive(visits: Sequence[TraceVisit], world: World) -> Outcome:
    """Hotseat without its forecaster: loads on focus, keeps what was left last."""
    return Simulation(world, forecasting=False).run(visits)


def hotseat(visits: Sequence[TraceVisit], world: World) -> Outcome:
    return Simulation(world).run(visits)


POLICIES: dict[str, Policy] = {
    "lru": lru,
    "ollama": ollama,
    "reactive": reactive,
    "hotseat": hotseat,
    "optimum_demand": optimum_demand,
    "optimum": optimum,
}
OPTIMA = ("optimum_demand", "optimum")


def simulate(
    visits: Sequence[TraceVisit], world: World, policies: Sequence[str] = tuple(POLICIES)
) -> dict[str, Outcome]:
    """Outcomes by policy. The optima are left out where there are too many experts for them."""
    n_experts = len({visit.language for visit in visits})
    return {
        name: POLICIES[name](visits, world)
        for name in policies
        if name not in OPTIMA or n_experts <= MAX_EXPERTS
    }


def calibrate(visits: Sequence[TraceVisit], world: World) -> Calibration:
    """Replay with the forecaster's chances written down."""
    calibration = Calibration()
    Simulation(world, calibration=calibration).run(visits)
    return calibration
