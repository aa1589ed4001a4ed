"""The state that all routes need: store, pool and identity of the engine; and finding a model by
name."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.requests import Request

from hotseat.domain.errors import ModelFileInvalid
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.names import InvalidName, ModelName, parse_name
from hotseat.embedded.models.store import ModelStore, StoredModel
from hotseat.embedded.processes.model_pool import ModelPool
from hotseat.embedded.processes.precedence import Precedence
from hotseat.serving.wire import ApiError


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineState:
    """The objects that the routes share."""

    store: ModelStore
    pool: ModelPool
    instance: str
    """Random text, new at each start; proves that a runtime file belongs to this engine."""
    n_cores: int
    precedence: Precedence | None = None
    """None: answers are not paused for completions."""


def engine_of(request: Request) -> EngineState:
    """Return the engine's state."""
    engine: EngineState = request.app.state.engine
    return engine


def checked_name(text: str) -> ModelName:
    """Return the parsed name. Raises ApiError 400."""
    try:
        return parse_name(text)
    except InvalidName as error:
        raise ApiError(400, str(error)) from None


def existing_name(engine: EngineState, text: str) -> ModelName:
    """Return the parsed name as the store spells it. Raises ApiError 400."""
    return engine.store.existing_name(checked_name(text))


async def find_model(engine: EngineState, text: str) -> tuple[StoredModel, ModelCard]:
    """Return the stored model and its card.

    Raises ApiError: 404 for an unknown model, 400 for an invalid name, 500 for a file that became
    invalid.
    """
    if not text:
        raise ApiError(404, "model '' not found")
    name = checked_name(text)
    # Clients mostly write a name as the store does, and then one look is enough.
    stored = engine.store.get(name) or engine.store.get(engine.store.existing_name(name))
    if stored is None:
        raise ApiError(404, f"model '{text}' not found")
    try:
        # The header is read again when the file has changed.
        card = await asyncio.to_thread(engine.store.card, stored.manifest.base)
        if stored.manifest.adapters:
            misfit = await asyncio.to_thread(engine.store.misfit, stored.manifest)
            if misfit:
                raise ApiError(500, f"the adapter of {stored.name.short} cannot be used: {misfit}")
        return stored, card
    except ModelFileInvalid as error:
        raise ApiError(500, str(error)) from error
