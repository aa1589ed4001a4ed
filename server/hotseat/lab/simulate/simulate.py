"""Traces replayed in virtual time through the product's attention, forecaster and scheduler.

Owns the simulated user; `agenda` is the virtual clock, `virtual_engine` the engine. Has no policy
of its own: the code that decides is the code of the editor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hotseat.attention.attention import Attention
from hotseat.attention.forecaster import Forecaster
from hotseat.domain.demand import Demand
from hotseat.domain.events import Closed, Edited, Focused, Opened
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.domain.residency import ModelState
from hotseat.lab.simulate.agenda import Agenda
from hotseat.lab.simulate.baselines import lru, ollama
from hotseat.lab.simulate.optimum import MAX_EXPERTS, optimum, optimum_demand
from hotseat.lab.simulate.outcome import BETWEEN_SESSIONS_S, SimulatedEngine, SimulationResult
from hotseat.lab.simulate.traces import TraceVisit
from hotseat.lab.simulate.virtual_engine import EngineEvents, VirtualEngine
from hotseat.residency.messages import DemandChanged, EngineKnown, Event, Observed, Tick
from hotseat.residency.scheduler import Scheduler
from hotseat.residency.settings import MIN_RESIDENCY_S

LOOK_S = 1.0
"""From a focus to the scheduler's first look at the time; the keeper looks every second."""
MAX_LOOK_S = 60.0
"""After a longer pause it does not look again before the next focus: nothing changes by then."""

Policy = Callable[[Sequence[TraceVisit], SimulatedEngine], SimulationResult]


@dataclass(slots=True)
class Calibration:
    """The forecasts at each change of language, and the language that followed."""

    forecasts: list[tuple[float, bool]] = field(default_factory=list)
    """For every candidate: its probability, and whether it was the next language."""
    log_losses: list[float] = field(default_factory=list)
    """The log-loss in nats of each change to a language that was seen before."""


@dataclass(frozen=True, slots=True)
class _Wait:
    """A wait that may come: from the first key, at `key_s`, to the load's end."""

    key_s: float
    counts_as_stall: bool


class Simulation:
    """One window and one engine, for the users of a trace. `forecasting` False switches habits
    off; `speculating` False keeps all wants that are not demanded from the scheduler."""

    def __init__(
        self,
        engine: SimulatedEngine,
        *,
        forecasting: bool = True,
        speculating: bool = True,
        calibration: Calibration | None = None,
    ) -> None:
        self.outcome = SimulationResult()
        self._engine = engine
        self._speculating = speculating
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
        self._agenda = Agenda(1000.0)
        self._virtual_engine = VirtualEngine(
            engine,
            self._agenda,
            EngineEvents(
                feed=self._feed,
                load_begins=self._load_begins,
                load_ends=self._load_ends,
                gone=self._gone,
            ),
        )
        self._last: str | None = None
        self._here: str | None = None
        self._wait: _Wait | None = None
        self._key_s = math.inf
        self._n_visits = 0
        self._feed(EngineKnown(preempts_loads=engine.preempts_loads))
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
        if switched:
            outcome.begin_switch()
            outcome.stalls += not warm
        if self._calibration is not None and self._here != language:
            self._note_calibration(self._calibration, language)
        begun_s = self._now_s
        key_s = self._engine.key_s(visit)
        self._key_s = begun_s + key_s
        self._here = language
        self._n_visits += 1
        if warm:
            outcome.used(language)
        else:
            self._wait = _Wait(self._key_s, counts_as_stall=switched)
        if self._forecaster is not None:
            self._forecaster.person = visit.developer
        known = self._attention.state.buffers.get(visit.path)
        if known is None or known.language != language:
            self._attention.attend(Opened(visit.path, language), begun_s)
        self._attention.attend(Focused(visit.path), begun_s)
        self._send_demand()
        if settles_in_s := self._attention.settles_in_s(begun_s):
            self._agenda.after(settles_in_s, self._send_demand)
            if key_s < min(settles_in_s, visit.dwell_s):
                self._agenda.after(key_s, lambda: self._type(visit))
        if self._speculating:
            self._poll(self._n_visits, LOOK_S)
        self._agenda.wait_until(begun_s + visit.dwell_s)
        self._wait_ends()

    def _wait_ends(self) -> None:
        """The expert is ready, or the user leaves."""
        wait, self._wait = self._wait, None
        if wait is None:
            return
        wait_s = max(0.0, self._now_s - wait.key_s)
        self.outcome.waits_s[-1] += wait_s
        if wait.counts_as_stall:
            self.outcome.stall_s += wait_s

    def _poll(self, visit: int, in_s: float) -> None:
        """Let the scheduler look again, as at each list of models: at growing intervals."""

        def look() -> None:
            if visit == self._n_visits:
                self._feed(Tick())
                if in_s < MAX_LOOK_S:
                    self._poll(visit, 2 * in_s)

        self._agenda.after(in_s, look)

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
        self._agenda.wait_until(self._now_s + BETWEEN_SESSIONS_S / 2)
        if self._forecaster is not None:
            self._forecaster.person = ""
        self._attention.begin(self._now_s)
        self._send_demand()
        self._agenda.wait_until(self._now_s + BETWEEN_SESSIONS_S / 2)

    def _send_demand(self) -> None:
        """Send the demand if it changed, as a window does."""
        demand = self._attention.demand(self._roster, self._now_s)
        if not self._speculating:
            demand = Demand(wants=tuple(want for want in demand.wants if want.demanded))
        if demand != self._scheduler.demand:
            self._feed(DemandChanged(demand))

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
            self._virtual_engine.carry_out(effect)

    def _load_begins(self, spec: ModelSpec) -> None:
        self.outcome.loaded(spec.model, used=spec.model == self._here)

    def _load_ends(self, spec: ModelSpec) -> None:
        if spec.model == self._here:
            self.outcome.used(spec.model)
            self._wait_ends()
        self._agenda.after(MIN_RESIDENCY_S, lambda: self._feed(Tick()))

    def _gone(self, spec: ModelSpec) -> None:
        self.outcome.gone(spec.model)
        if spec.model == self._here and self._wait is None:  # the engine evicted it
            self._wait = _Wait(max(self._now_s, self._key_s), counts_as_stall=False)

    def _is_warm(self, spec: ModelSpec) -> bool:
        return any(r.spec == spec and r.state is ModelState.WARM for r in self._scheduler.records())

    @property
    def _now_s(self) -> float:
        return self._agenda.now_s


def focus(visits: Sequence[TraceVisit], engine: SimulatedEngine) -> SimulationResult:
    """Hotseat on focus alone: loads what is under the cursor, and keeps the models used last."""
    return Simulation(engine, forecasting=False, speculating=False).run(visits)


def reactive(visits: Sequence[TraceVisit], engine: SimulatedEngine) -> SimulationResult:
    """Hotseat without its forecaster (`forecast: false`, which `bench switch` calls `focus`): loads
    on focus, keeps the models used last, and loads one of those ahead where there is room."""
    return Simulation(engine, forecasting=False).run(visits)


def hotseat(visits: Sequence[TraceVisit], engine: SimulatedEngine) -> SimulationResult:
    """Hotseat with its forecaster."""
    return Simulation(engine).run(visits)


POLICIES: dict[str, Policy] = {
    "lru": lru,
    "ollama": ollama,
    "focus": focus,
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
