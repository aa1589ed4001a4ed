"""What happens to the scheduler (events), and what it wants done (effects)."""

from __future__ import annotations

from dataclasses import dataclass, field

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import BesideMemory, EngineLimit, ResidentModel
from hotseat.residency.beside import BesideBounds
from hotseat.residency.engine_memory.runners import ModelFacts
from hotseat.residency.pressure import MachineMemory


@dataclass(frozen=True, slots=True)
class DemandChanged:
    demand: Demand
    busy: frozenset[ModelSpec] = frozenset()
    is_complete: bool = True
    """False: windows of an earlier keeper have not reported yet. What it left in memory stays."""


@dataclass(frozen=True, slots=True)
class BudgetChanged:
    budget_bytes: int
    windows_bytes: int = 0
    """Taken out of it by what windows hold for models in their own processes."""


@dataclass(frozen=True, slots=True)
class Estimated:
    spec: ModelSpec
    size_bytes: int


@dataclass(frozen=True, slots=True)
class LoadDone:
    spec: ModelSpec
    load_s: float


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """Also for a failed estimate: the model is not there, or its file is bad."""

    spec: ModelSpec
    error: str
    is_missing: bool = False
    """The engine has no such model. It is asked again when a window reports that it has one now."""


@dataclass(frozen=True, slots=True)
class LoadCancelled:
    spec: ModelSpec


@dataclass(frozen=True, slots=True)
class UnloadDone:
    spec: ModelSpec


@dataclass(frozen=True, slots=True)
class UnloadFailed:
    spec: ModelSpec
    error: str


@dataclass(frozen=True, slots=True)
class Observed:
    """The engine's list of loaded models, asked for at `asked_s`.

    `ours` are names that an earlier keeper noted as loaded by Hotseat. `orphan_bytes` are those of
    loads under way that it began.
    """

    asked_s: float
    resident: tuple[ResidentModel, ...]
    ours: frozenset[str] = frozenset()
    orphan_bytes: int = 0
    beside: BesideMemory = field(default_factory=BesideMemory)


@dataclass(frozen=True, slots=True)
class Used:
    """A request of Hotseat's to the model was under way from `began_s` until `until_s`."""

    name: str
    """Canonical."""
    began_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Described:
    """What the engine's store says of a model. `name` is canonical."""

    name: str
    facts: ModelFacts


@dataclass(frozen=True, slots=True)
class EngineKnown:
    """An engine was connected: what its kind does, and what an earlier run learned of it."""

    shares_bases: bool = False
    preempts_loads: bool = False
    """A load ends at once when its request is closed, and delays no other load."""
    evicts_models: bool = False
    """It unloads a model by itself when one too many is loaded, and does not report the limit."""
    is_another: bool = False
    """Not the engine that was connected before: another version, for example."""
    limit: EngineLimit = field(default_factory=EngineLimit)
    limit_age_s: float = 0.0
    max_models: int | None = None
    """By the daemon's configuration, where that can be read."""
    n_at_least: int = 0
    """How many models it holds at least, by its configuration."""
    keeps_prompts: bool = False
    """It holds memory beside its models, whose bounds the keeper sets."""


@dataclass(frozen=True, slots=True)
class MemorySeen:
    """What the machine has left; None where it does not matter, as for an engine elsewhere."""

    memory: MachineMemory | None


@dataclass(frozen=True, slots=True)
class EngineLost:
    """The engine does not answer. What was in memory counts as gone until it is listed again."""


@dataclass(frozen=True, slots=True)
class Forgiven:
    """The user turned to it again (`hotseat.load`, `hotseat.pin`, a finished pull, its language
    after an unload by hand): forget its failures, and that the user had unloaded it."""

    spec: ModelSpec


@dataclass(frozen=True, slots=True)
class ModelsReleased:
    """The user unloaded these models. `stops_engine`: and stopped the engine."""

    names: frozenset[str]
    """Canonical."""
    stops_engine: bool = False


@dataclass(frozen=True, slots=True)
class Resumed:
    """The user needs the engine again that was stopped by hand."""


@dataclass(frozen=True, slots=True)
class Tick:
    pass


Event = (
    DemandChanged
    | BudgetChanged
    | Estimated
    | LoadDone
    | LoadFailed
    | LoadCancelled
    | UnloadDone
    | UnloadFailed
    | MemorySeen
    | Used
    | Described
    | EngineKnown
    | Observed
    | EngineLost
    | Forgiven
    | ModelsReleased
    | Resumed
    | Tick
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Find out what the model would take; answered by Estimated or LoadFailed."""

    spec: ModelSpec
    size_hint_bytes: int | None


@dataclass(frozen=True, slots=True)
class Load:
    """Answered by LoadDone, LoadFailed or LoadCancelled."""

    spec: ModelSpec
    keep_alive_s: float | None = field(default=None, compare=False)
    """None: as long as the roster says."""


@dataclass(frozen=True, slots=True)
class CancelLoad:
    """Answered by LoadCancelled, or by LoadDone if the load ended before."""

    spec: ModelSpec
    made_for: ModelSpec | None = field(default=None, compare=False)
    """The model that gets the place; for the decision log."""
    is_by_hand: bool = field(default=False, compare=False)
    """The user unloaded the model; for the decision log."""


@dataclass(frozen=True, slots=True)
class Unload:
    """Answered by UnloadDone or UnloadFailed."""

    spec: ModelSpec
    made_for: ModelSpec | None = field(default=None, compare=False)
    """The model that gets the place, if there is one; for the decision log."""
    is_by_hand: bool = field(default=False, compare=False)
    """The user unloaded the model; for the decision log."""


@dataclass(frozen=True, slots=True)
class Renew:
    """Send the keep-alive again; needs no answer."""

    spec: ModelSpec
    keep_alive_s: float | None = field(default=None, compare=False)
    """None: as long as the roster says."""


@dataclass(frozen=True, slots=True)
class BoundBeside:
    """Bound what the engine holds beside its models; needs no answer. Loads wait for it."""

    bounds: BesideBounds


Effect = BoundBeside | Estimate | Load | CancelLoad | Unload | Renew
