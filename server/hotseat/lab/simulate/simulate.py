"""Traces replayed in virtual time through the product's attention, forecaster and scheduler.

Owns the virtual clock and the simulated engine. Has no policy of its own: the code that decides is
the code of the editor.
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
from hotseat.lab.simulate.outcome import BETWEEN_SESSIONS_S, SimulatedEngine, SimulationResult
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

Policy = Callable[[Sequence[TraceVisit], SimulatedEngine], SimulationResult]


@dataclass(slots=True)
class Calibration:
    """The forecasts at each change of language, and the language that followed."""

    forecasts: list[tuple[float, bool]] = field(default_factory=list)
    """For every candidate: its probability, and whether it was the next language."""
    log_losses: list[float] = field(default_factory=list)
    """The log-loss in nats of each change to a language that was seen before."""


class Simulation:
    """One window and one engine, for the users of a trace. `forecasting` False switches habits
    off."""

    def __init__(
        self,
        engine: SimulatedEngine,
        *,
        forecasting: bool = True,
        calibration: Calibration | None = None,
    ) -> None:
        self.outcome = SimulationResult()
        self._engine = engine
        self._calibration = calibration
        self._forecaster = Forecaster() if forecasting else None
        self._attention = Attention(self._forecaster, lambda uri: uri)
        self._specs = {language: ModelSpec(language) for language in sorted(engine.sizes)}
        self._roster = Roster(
            experts=tuple(
                Expert(name=language, languages=(language,), spec=spec)
                for language, spec in self._specs.items()
            ),
            disabled_languages=frozenset(),
        )
        self._scheduler = Scheduler(budget_bytes=engine.budget_bytes, keep_alive_s=math.inf)
        self._now_s = 1000.0
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._last: str | None = None
        self._here: str | None = None
        self._first_key_s = math.inf
        self._left_s = math.inf
        self._loads: dict[ModelSpec, int] = {}
        """Loads in flight, by the number of their end event on the agenda."""
        self._feed(Observed(self._now_s, ()))

    def run(self, visits: Sequence[TraceVisit]) -> SimulationResult:
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

    # --- the user ---

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
        self._first_key_s = begun_s + self._engine.reaction_s
        if switched and not warm:
            outcome.stalls += 1
            # Count the wait until the user leaves; `_loaded` subtracts the rest if the load ends
            # earlier.
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
            if self._engine.reaction_s < settles_in_s:
                self._at(begun_s + self._engine.reaction_s, lambda: self._type(visit))
        self._wait_until(self._left_s)

    def _type(self, visit: TraceVisit) -> None:
        self._attention.attend(Edited(visit.path, visit.language), self._now_s)
        self._send_demand()

    def _committed(self, commit: Sequence[TraceVisit]) -> None:
        if self._forecaster is not None:
            files = [(visit.path, visit.language) for visit in commit]
            self._forecaster.committed(files, self._now_s)

    def _next_session(self) -> None:
        """Close the window, and open another one after a pause, with the user not known yet."""
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
        """Send the demand if it changed, as a window does."""
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
                self._feed(Estimated(spec, self._engine.sizes[spec.model]))
            case Load(spec):
                self.outcome.loaded(spec.model, used=spec.model == self._here)
                end = self._at(self._now_s + self._engine.load_s, lambda: self._loaded(spec))
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
        self._feed(LoadDone(spec, self._engine.load_s))
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


def reactive(visits: Sequence[TraceVisit], engine: SimulatedEngine) -> SimulationResult:
    """Hotseat without its forecaster: loads on focus, and keeps the models used last."""
    return Simulation(engine, forecasting=False).run(visits)


def hotseat(visits: Sequence[TraceVisit], engine: SimulatedEngine) -> SimulationResult:
    """Hotseat with its forecaster."""
    return Simulation(engine).run(visits)


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
    visits: Sequence[TraceVisit], engine: SimulatedEngine, policies: Sequence[str] = tuple(POLICIES)
) -> dict[str, SimulationResult]:
    """Return results by policy. The optima are left out when there are too many experts for
    them."""
    n_experts = len({visit.language for visit in visits})
    return {
        name: POLICIES[name](visits, engine)
        for name in policies
        if name not in OPTIMA or n_experts <= MAX_EXPERTS
    }


def calibrate(visits: Sequence[TraceVisit], engine: SimulatedEngine) -> Calibration:
    """Replay the trace and return the forecasts that were made."""
    calibration = Calibration()
    Simulation(engine, calibration=calibration).run(visits)
    return calibration
