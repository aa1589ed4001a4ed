"""The simulated engine: carries out the scheduler's effects in virtual time.

It answers each effect as the keeper does: with the engine's list of models where the engine has a
limit of its own, and with the event that ends the effect. Decides nothing but what Ollama decides:
which model it evicts at its limit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ResidentModel
from hotseat.lab.simulate.agenda import Agenda
from hotseat.lab.simulate.outcome import SimulatedEngine
from hotseat.residency.messages import (
    CancelLoad,
    Effect,
    Estimate,
    Estimated,
    Event,
    Load,
    LoadCancelled,
    LoadDone,
    Observed,
    Unload,
    UnloadDone,
)

UNLOAD_S = 0.02
POLL_S = 0.5
"""From an eviction to the next list of models, on average; the keeper reads it every second."""


@dataclass(slots=True)
class _LoadUnderWay:
    spec: ModelSpec
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineEvents:
    """Callbacks. `feed` takes the scheduler's events; the others report to the outcome."""

    feed: Callable[[Event], None]
    load_begins: Callable[[ModelSpec], None]
    load_ends: Callable[[ModelSpec], None]
    """The model is in memory, and the scheduler does not know it yet."""
    gone: Callable[[ModelSpec], None]


class VirtualEngine:
    """One engine. The scheduler requests one load at a time, so there is no queue."""

    def __init__(self, engine: SimulatedEngine, agenda: Agenda, events: EngineEvents) -> None:
        self._engine = engine
        self._agenda = agenda
        self._events = events
        self._loading: _LoadUnderWay | None = None
        self._resident: list[ModelSpec] = []

    def carry_out(self, effect: Effect) -> None:
        match effect:
            case Estimate(spec, _):
                self._events.feed(Estimated(spec, self._engine.sizes[spec.model]))
            case Load(spec):
                self._load(spec)
            case CancelLoad(spec):
                self._cancel(spec)
            case Unload(spec):
                self._drop(spec)
                self._agenda.after(UNLOAD_S, lambda: self._events.feed(UnloadDone(spec)))
            case _:
                pass

    def observe(self) -> None:
        """Feed the engine's list of models, as the keeper does; only where there is a limit to
        learn."""
        if self._engine.max_models is not None:
            seen = tuple(
                ResidentModel(
                    model=canonical_model_name(spec.model),
                    digest="",
                    size_bytes=self._engine.sizes[spec.model],
                )
                for spec in self._resident
            )
            ours = frozenset(model.model for model in seen)
            self._events.feed(Observed(self._agenda.now_s, seen, ours))

    def _load(self, spec: ModelSpec) -> None:
        limit = self._engine.max_models
        while limit is not None and len(self._resident) >= limit:
            # All keep-alives are equal here: then Ollama takes any; by name, as `ollama` does.
            self._drop(min(self._resident, key=lambda s: s.model))
            self._agenda.after(POLL_S, self.observe)
        self._events.load_begins(spec)
        load = self._loading = _LoadUnderWay(spec)
        self._agenda.after(self._engine.load_s, lambda: self._end(load))

    def _cancel(self, spec: ModelSpec) -> None:
        load = self._loading
        if load is None or load.spec != spec:
            return
        load.is_cancelled = True
        if self._engine.preempts_loads:
            self._loading = None
            self._events.gone(spec)
            self._agenda.after(0.0, lambda: self._events.feed(LoadCancelled(spec)))

    def _end(self, load: _LoadUnderWay) -> None:
        if load is not self._loading:
            return  # it was cancelled, and another may be under way
        self._loading = None
        spec = load.spec
        if load.is_cancelled:
            self._events.gone(spec)
            self._agenda.after(UNLOAD_S, lambda: self._events.feed(LoadCancelled(spec)))
            return
        self._resident.append(spec)
        self._events.load_ends(spec)
        self.observe()
        self._events.feed(LoadDone(spec, self._engine.load_s))

    def _drop(self, spec: ModelSpec) -> None:
        if spec in self._resident:
            self._resident.remove(spec)
            self._events.gone(spec)
