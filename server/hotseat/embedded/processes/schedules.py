"""The pool of each way to schedule loads."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from hotseat.embedded.kept.store import KeptStore
from hotseat.embedded.models.store import ModelStore
from hotseat.embedded.processes.drafting import N_DRAFTING_SLOTS, DraftingPair
from hotseat.embedded.processes.model_pool import ModelPool
from hotseat.embedded.processes.ollama_pool import OllamaPool
from hotseat.embedded.processes.ollama_schedule import DEFAULT_MAX_MODELS, DEFAULT_N_SLOTS
from hotseat.embedded.processes.pool import Pool
from hotseat.embedded.processes.runner import N_SLOTS, Child
from hotseat.embedded.processes.spare import SpareChild
from hotseat.embedded.schedule import Schedule, ScheduleSettings


def make_pool(
    settings: ScheduleSettings, store: ModelStore, sockets: Path | None, *, load_timeout_s: float
) -> ModelPool:
    """Return an empty pool; see `Pool` for the arguments. Needs a running event loop."""
    if settings.schedule is Schedule.OLLAMA:
        return OllamaPool(
            store,
            sockets,
            start=partial(Child.start, timeout_s=load_timeout_s),
            max_models=settings.max_models or DEFAULT_MAX_MODELS,
            n_slots=settings.n_slots or DEFAULT_N_SLOTS,
            leaves_orphans=settings.leaves_orphans,
        )
    spare = SpareChild() if settings.has_spare else None
    if spare is not None:
        spare.start()
    plain = Pool(
        store,
        sockets,
        load_timeout_s=load_timeout_s,
        max_models=settings.max_models,
        n_slots=settings.n_slots or N_SLOTS,
        kept=KeptStore(settings.kept_bytes) if settings.kept_bytes else None,
        spare=spare,
    )
    if settings.max_models is not None:
        return plain  # A second process of a model would be one too many.
    return DraftingPair(
        plain,
        Pool(
            store,
            _own_sockets(sockets),
            load_timeout_s=load_timeout_s,
            n_slots=N_DRAFTING_SLOTS,
            size_of=Child.private_bytes,
        ),
    )


def _own_sockets(sockets: Path | None) -> Path | None:
    """Return a folder of their own for a second pool, whose sockets are numbered from 1 too."""
    if sockets is None:
        return None
    folder = sockets / "d"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
