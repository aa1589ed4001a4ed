"""The keeper's state as every window, `hotseat status` and the editors see it, and its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from hotseat.domain.decisions import Action, Decision, Outcome
from hotseat.domain.demand import Demand, Want
from hotseat.domain.experts import Adapter, ModelSpec, canonical_model_name, freeze_options
from hotseat.domain.residency import ModelState
from hotseat.engines.capabilities import EngineCapabilities, flags
from hotseat.engines.discovery import EngineAddress
from hotseat.engines.protocol import EngineInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus(EngineCapabilities):
    """The engine with its capabilities: until it has answered, those of its kind."""

    kind: str
    """`ollama`, `embedded` or `openai`."""
    url: str = ""
    version: str = ""
    up: bool = False
    can_start: bool = False
    """Hotseat starts it if it is not running."""
    message: str = ""
    """Why it is not up, and what to do."""
    n_slots: int | None = None
    """Requests that a model takes at a time; None if the engine does not report it."""


def engine_status(
    address: EngineAddress, info: EngineInfo | None = None, *, up: bool = False, message: str = ""
) -> EngineStatus:
    """Return the status of the engine at `address`. `info` is its answer, None before that."""
    return EngineStatus(
        **flags(info or address.capabilities),
        kind=address.kind.value,
        url=address.url,
        version=info.version if info is not None else "",
        up=up,
        can_start=address.can_start,
        message=message,
        n_slots=info.n_slots if info is not None else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFocus:
    """What one editor window is at: the language under its cursor and that language's expert."""

    pid: int
    language: str | None = None
    expert: str | None = None
    focused: bool = True
    """False: the user is in another program or window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStatus:
    """One model that a window wants, or wanted and that is still in memory."""

    expert: str
    """The expert that wants it most, or did last."""
    spec: ModelSpec
    state: ModelState
    size_bytes: int | None = None
    measured: bool = False
    ours: bool = False
    probability: float = 0.0
    demanded: bool = False
    pinned: bool = False
    reason: str = ""
    error: str = ""
    load_s: float | None = None
    contested: bool = False
    """Another client keeps loading it with other options: Hotseat leaves it to that client."""
    silent: bool = False
    """It is in memory and does not answer the requests of a window."""
    n_answers: int = 0
    """Answers to questions that it writes for all windows now."""
    state_s: float = 0.0
    """How long it has been in this state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperState:
    engine: EngineStatus
    models: tuple[ModelStatus, ...] = ()
    budget_bytes: int = 0
    used_bytes: int = 0
    foreign_bytes: int = 0
    peak_bytes: int = 0
    """Largest `used_bytes` since this keeper began."""
    kept_bytes: int = 0
    """Of `used_bytes`: prompts that the engine keeps, of loaded and unloaded models."""
    spare_bytes: int = 0
    """Of `used_bytes`: a process that waits for the next load."""
    windows: tuple[WindowFocus, ...] = ()
    keeper_pid: int = 0
    released: tuple[str, ...] = ()
    """Canonical names of the models that the user has unloaded, until they are turned to again."""
    is_stopped: bool = False
    """The user stopped the engine: it starts again when it is needed."""

    def model(self, spec: ModelSpec) -> ModelStatus | None:
        return next((m for m in self.models if m.spec == spec), None)

    def is_released(self, spec: ModelSpec) -> bool:
        """Return whether the user has unloaded the model, and not turned to it since."""
        return canonical_model_name(spec.model) in self.released

    def is_news_after(self, before: KeeperState) -> bool:
        """Return whether more than time has passed: while a model loads, and when more differs than
        times and probabilities, which decay."""
        if any(model.state is ModelState.LOADING for model in self.models):
            return True
        return _timeless(self) != _timeless(before)

    def state_of(self, spec: ModelSpec) -> ModelState:
        model = self.model(spec)
        return model.state if model else ModelState.ABSENT


def _timeless(state: KeeperState) -> KeeperState:
    models = (replace(model, state_s=0.0, probability=0.0) for model in state.models)
    return replace(state, models=tuple(models))


def encode_spec(spec: ModelSpec) -> dict[str, Any]:
    return {"model": spec.model, "options": dict(spec.options)}


def decode_spec(data: dict[str, Any]) -> ModelSpec:
    return ModelSpec(model=str(data["model"]), options=freeze_options(data.get("options") or {}))


def encode_want(want: Want) -> dict[str, Any]:
    return {**want._asdict(), "spec": encode_spec(want.spec)}


def decode_want(data: dict[str, Any]) -> Want:
    adapter = Adapter(*map(str, data["adapter"])) if data.get("adapter") else None
    pinned_by = tuple(map(str, data.get("pinned_by", ())))
    decoded = {"spec": decode_spec(data["spec"]), "adapter": adapter, "pinned_by": pinned_by}
    return Want(**{**data, **decoded})


def encode_demand(demand: Demand, busy: Sequence[tuple[ModelSpec, float | None]]) -> dict[str, Any]:
    """`busy`: the models in use, with the age of the oldest request in seconds, None without."""
    return {
        "wants": [encode_want(want) for want in demand.wants],
        "busy": [encode_spec(spec) for spec, _ in busy],
        "busy_s": [age_s for _, age_s in busy],
    }


def encode_state(state: KeeperState) -> dict[str, Any]:
    models = [{**_flat(m), "spec": encode_spec(m.spec)} for m in state.models]
    windows = [asdict(window) for window in state.windows]
    engine = asdict(state.engine)
    return {**_flat(state), "engine": engine, "models": models, "windows": windows}


def decode_state(data: dict[str, Any]) -> KeeperState:
    models = tuple(
        ModelStatus(**{**m, "spec": decode_spec(m["spec"]), "state": ModelState(m["state"])})
        for m in data["models"]
    )
    windows = tuple(WindowFocus(**window) for window in data["windows"])
    engine = EngineStatus(**data["engine"])
    decoded = {"engine": engine, "models": models, "windows": windows}
    return KeeperState(**{**data, **decoded, "released": tuple(data.get("released", ()))})


def encode_decision(decision: Decision) -> dict[str, Any]:
    return asdict(decision)


def decode_decision(data: dict[str, Any]) -> Decision:
    """Raises KeyError, TypeError and ValueError for an entry of another version."""
    action, outcome = Action(data["action"]), Outcome(data["outcome"])
    return Decision(**{**data, "action": action, "outcome": outcome})


def _flat(value: Any) -> dict[str, Any]:
    """Field values as they are: dataclasses.asdict would turn nested specs into dicts too."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
