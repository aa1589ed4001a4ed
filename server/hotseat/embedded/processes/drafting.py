"""A second process of a model, which drafts tokens, beside the one that serves completions.

In edits much of the answer is a copy of the text that is edited, so drafts from that text make them
faster (llama.cpp's n-gram speculation). It is fixed when a process loads, and the log-probability
of a drafted token is reported as 0.0, which the completions' filter would take for certainty. So
completions keep their process, and edits, answers and tasks get this one. Owns the choice between
the two; without room in memory there is only the first.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import psutil

from hotseat.domain.errors import EngineError
from hotseat.embedded.kept.store import KeptStore
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.store import StoredModel
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.entry import Lease, LoadedModel
from hotseat.embedded.processes.pool import Pool
from hotseat.embedded.processes.spare import MIN_FREE_SHARE, SpareChild
from hotseat.serving.wire import ApiError

BUFFER_BYTES = 100_000_000
"""Private memory of a process beside its KV cache; the weights are mapped and shared. SmolLM2-135M
with six adapters takes about 90 MB."""
N_DRAFTING_SLOTS = 1
"""Edits of one model wait for each other, so that the second process needs half the KV cache."""

log = logging.getLogger("hotseat.engine")


def machine_has_room(needed_bytes: int) -> bool:
    """Return whether the machine would have memory left beside `needed_bytes`."""
    memory = psutil.virtual_memory()
    return bool(memory.available - needed_bytes >= MIN_FREE_SHARE * memory.total)


class DraftingPair:
    """A `ModelPool` of two pools: `plain`, and `drafting` for requests whose options ask for
    drafts.

    A model is loaded in `drafting` only while it is loaded in `plain`. `has_room` returns whether
    so many bytes may be taken; without a spare process that is allowed, which the keeper forbids
    when the budget is full, nothing is loaded in `drafting`.
    """

    drafts = True
    shares_bases = True
    preempts_loads = True

    def __init__(
        self, plain: Pool, drafting: Pool, *, has_room: Callable[[int], bool] = machine_has_room
    ) -> None:
        self._plain = plain
        self._drafting = drafting
        self._has_room = has_room
        self.n_slots = plain.n_slots

    @property
    def kept(self) -> KeptStore | None:
        return self._plain.kept

    @property
    def spare(self) -> SpareChild | None:
        return self._plain.spare

    @property
    def is_empty(self) -> bool:
        return self._plain.is_empty and self._drafting.is_empty

    def loaded(self) -> list[LoadedModel]:
        """Return the models of /api/ps; a model in both processes is listed once, with both
        sizes."""
        more = {one.model.name: one for one in self._drafting.loaded()}
        found = []
        for one in self._plain.loaded():
            twin = more.pop(one.model.name, None)
            found.append(
                one if twin is None else replace(one, size_bytes=one.size_bytes + twin.size_bytes)
            )
        return sorted([*found, *more.values()], key=lambda one: one.expires_s, reverse=True)

    @asynccontextmanager
    async def lease(
        self,
        model: StoredModel,
        card: ModelCard,
        options: LoadOptions,
        keep_alive_s: float | None,
        *,
        may_load: bool = True,
    ) -> AsyncIterator[Lease]:
        """Lease the process that drafts if `options.n_draft` asks for it and there is room.

        Raises as `Pool.lease` does; a second process that cannot be loaded is no error.
        """
        plain = replace(options, n_draft=0)
        async with AsyncExitStack() as stack:
            # It is held in any case: both processes of a model leave memory together.
            lease = await stack.enter_async_context(
                self._plain.lease(model, card, plain, keep_alive_s, may_load=may_load)
            )
            if options.n_draft and self._may_draft(model, card, options):
                try:
                    drafting = await stack.enter_async_context(
                        self._drafting.lease(model, card, options, keep_alive_s)
                    )
                    lease = replace(drafting, drafts=True)
                except (EngineError, ApiError) as error:
                    log.warning("%s: edits are not drafted: %s", model.name.short, error)
            yield lease

    async def unload(self, model: StoredModel) -> None:
        await self._drafting.unload(model)
        await self._plain.unload(model)

    async def close(self) -> None:
        await self._drafting.close()
        await self._plain.close()

    def _may_draft(self, model: StoredModel, card: ModelCard, options: LoadOptions) -> bool:
        base = model.manifest.base
        if any(one.model.manifest.base == base for one in self._drafting.loaded()):
            return True
        if self.spare is not None and not self.spare.is_allowed:
            return False
        needed = card.kv_bytes_per_token * options.n_ctx * N_DRAFTING_SLOTS + BUFFER_BYTES
        return self._has_room(needed)
