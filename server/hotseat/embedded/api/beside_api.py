"""POST /api/hotseat/beside: the memory of the engine beside its models, and its bounds.

Kept prompts and the process that waits for a load. The keeper bounds both by the budget.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hotseat.embedded.api.state import EngineState, engine_of, existing_name
from hotseat.serving import wire
from hotseat.serving.wire import ApiError, json_response


async def set_bounds(request: Request) -> Response:
    """Change the bounds that the request names, at once, and return what is taken after that.

    `kept_limit_bytes` bounds the kept prompts of all models, `spare` allows a waiting process, and
    `forget` names a model whose prompts are freed. Raises ApiError 400, and 404 for a model that is
    not there.
    """
    body = await wire.read_json(request)
    engine = engine_of(request)
    limit = wire.field(body, "kept_limit_bytes", int, -1)
    spare = wire.field(body, "spare", bool, True)
    forgotten = wire.field(body, "forget", str, "")
    if "kept_limit_bytes" in body and limit < 0:
        raise ApiError(400, "kept_limit_bytes must not be negative")
    kept = engine.pool.kept
    if forgotten:
        stored = await asyncio.to_thread(engine.store.get, existing_name(engine, forgotten))
        if stored is None:
            raise ApiError(404, f"model '{forgotten}' not found")
        if kept is not None:
            kept.forget(stored.manifest.base, stored.manifest.adapters)
    if kept is not None and limit >= 0:
        kept.set_limit(limit)
    if engine.pool.spare is not None and "spare" in body:
        engine.pool.spare.allow(spare)
    return json_response(beside(engine))


def beside(engine: EngineState) -> dict[str, Any]:
    """Return the memory beside the models: the kept prompts of each, and the waiting process."""
    kept, spare = engine.pool.kept, engine.pool.spare
    return {
        "kept_bytes": kept.used_bytes if kept else 0,
        "kept_limit_bytes": kept.limit_bytes if kept else 0,
        "spare_bytes": spare.size_bytes if spare else 0,
        "prompts": [
            {
                "model": reading.model,
                "kept_bytes": reading.kept_bytes,
                "states": reading.n_states,
                "read_ms": round(reading.read_s * 1000, 1),
            }
            for reading in (kept.readings() if kept else ())
        ],
    }
