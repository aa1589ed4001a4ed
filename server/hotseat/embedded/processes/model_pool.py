"""What the routes need of a pool of loaded models, whichever way it schedules loads."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from hotseat.embedded.kept.store import KeptStore
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.store import StoredModel
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.entry import Lease, LoadedModel
from hotseat.embedded.processes.spare import SpareChild


class ModelPool(Protocol):
    """The loaded models, and the way to use one."""

    @property
    def n_slots(self) -> int:
        """Return the number of requests to one model that run concurrently."""

    @property
    def shares_bases(self) -> bool:
        """Return whether models with different adapters over one base share its memory."""

    @property
    def preempts_loads(self) -> bool:
        """Return whether a load ends at once when its client leaves, and delays no other."""

    @property
    def drafts(self) -> bool:
        """Return whether a process that drafts may be loaded beside the one of a model."""

    @property
    def is_empty(self) -> bool:
        """Return whether no model is loaded and no request waits for one."""

    @property
    def kept(self) -> KeptStore | None:
        """Return the kept prompts; None if it keeps none."""

    @property
    def spare(self) -> SpareChild | None:
        """Return the process that waits for a load; None if it keeps none."""

    def loaded(self) -> list[LoadedModel]:
        """Return the models of /api/ps, the latest to expire first."""

    def lease(
        self,
        model: StoredModel,
        card: ModelCard,
        options: LoadOptions,
        keep_alive_s: float | None,
        *,
        may_load: bool = True,
    ) -> AbstractAsyncContextManager[Lease]:
        """Return a context manager that enters with the model loaded.

        Entering raises EngineError when the model cannot be loaded, ApiError 503 when too many
        requests wait, and ApiError 409 when the model is neither loaded nor loading and the request
        may not load it.
        """

    async def unload(self, model: StoredModel) -> None:
        """Unload the model, with the end of its last request if it is busy."""

    async def close(self) -> None:
        """End every process, including those in use."""
