"""What Ollama's scheduler does next: use a runner, end one, or load. Pure.

The facts are those of `server/sched.go` in Ollama 0.33: a runner is known by the file of its base,
so two names with one base and the same adapters share it, and other adapters over that base replace
it. The number of runners is limited; memory is not checked on a CPU.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotseat.embedded.options import GivenOptions, LoadOptions

DEFAULT_MAX_MODELS = 3
"""Ollama's default on a CPU (`defaultModelsPerGPU`); OLLAMA_MAX_LOADED_MODELS sets another."""
DEFAULT_N_SLOTS = 1
"""Ollama's default; OLLAMA_NUM_PARALLEL sets another."""

_DEFAULT_DRAFT_NUM_PREDICT = 4
_DEFAULT_BATCH = 512
_BATCH_BY_CONTEXT = ((32768, 2048), (4096, 1024))
"""Batch sizes for contexts of more tokens than the first number, where no request set one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerSetup:
    """The part of a load that a later request is compared with."""

    base: str
    """The digest of the base; at most one runner has it."""
    adapters: tuple[str, ...]
    n_ctx: int
    """The effective number of tokens: what was given, cut to the trained length."""
    given: GivenOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerView:
    """A loaded runner, as the scheduler sees it."""

    setup: RunnerSetup
    n_users: int
    keep_alive_s: float
    """The last keep_alive given, not the remaining time; 0 after the runner was chosen to end."""
    answers: bool = True
    """Whether its process answers. Only the wanted runner is asked."""


@dataclass(frozen=True, slots=True)
class Use:
    """The wanted model is loaded as wanted."""


@dataclass(frozen=True, slots=True)
class End:
    """The runner of this base has to end first; a busy one ends with its last request."""

    base: str


@dataclass(frozen=True, slots=True)
class Load:
    """There is room for the wanted model."""


Step = Use | End | Load


def setup_of(base: str, adapters: tuple[str, ...], options: LoadOptions) -> RunnerSetup:
    """Return what Ollama compares of a load."""
    return RunnerSetup(base=base, adapters=adapters, n_ctx=options.n_ctx, given=options.given)


def next_step(wanted: RunnerSetup, runners: Sequence[RunnerView], max_models: int) -> Step:
    """Return the next step of the request at the head of the queue."""
    for runner in runners:
        if runner.setup.base == wanted.base:
            usable = runner.answers and not needs_reload(runner.setup, wanted)
            return Use() if usable else End(wanted.base)
    if len(runners) >= max_models:
        return End(victim(runners).setup.base)
    return Load()


def victim(runners: Iterable[RunnerView]) -> RunnerView:
    """Return the runner that ends to make room.

    An idle one before busy ones, then the one with the shortest keep_alive, then the first by the
    name of its file, which is its digest. Raises ValueError without runners.
    """
    return min(runners, key=lambda r: (r.n_users > 0, r.keep_alive_s, r.setup.base))


def needs_reload(loaded: RunnerSetup, wanted: RunnerSetup) -> bool:
    """Return whether Ollama loads the model again for `wanted`.

    What a request does not give takes the value that Ollama chose at the load, where it chose one.
    """
    return (
        loaded.adapters != wanted.adapters
        or loaded.n_ctx != wanted.n_ctx
        or loaded.given.shift != wanted.given.shift
        or loaded.given.main_gpu != wanted.given.main_gpu
        or (loaded.given.num_thread or 0) != (wanted.given.num_thread or 0)
        or _draft(loaded) != _draft(wanted)
        or _other_gpu_layers(loaded.given.num_gpu, wanted.given.num_gpu)
        or _other_batch(loaded, wanted)
        or _other_mmap(loaded.given.use_mmap, wanted.given.use_mmap)
    )


def _draft(setup: RunnerSetup) -> int:
    given = setup.given.draft_num_predict
    return _DEFAULT_DRAFT_NUM_PREDICT if given is None else given


def _other_gpu_layers(loaded: int | None, wanted: int | None) -> bool:
    # A request that leaves the number to Ollama accepts any.
    return wanted is not None and wanted >= 0 and wanted != loaded


def _other_batch(loaded: RunnerSetup, wanted: RunnerSetup) -> bool:
    before, after = loaded.given.num_batch, wanted.given.num_batch
    if before is None:
        return after is not None and after != _automatic_batch(loaded.n_ctx)
    return before != (_DEFAULT_BATCH if after is None else after)


def _automatic_batch(n_ctx: int) -> int:
    return next((batch for above, batch in _BATCH_BY_CONTEXT if n_ctx > above), _DEFAULT_BATCH)


def _other_mmap(loaded: bool | None, wanted: bool | None) -> bool:
    # On a CPU, Ollama loads without mmap unless a request gives use_mmap.
    if loaded is None:
        return wanted is True
    return loaded is not wanted
