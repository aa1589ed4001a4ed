"""Taking a model out of an engine's library."""

from __future__ import annotations

import httpx

from hotseat.domain.errors import EngineRejected, EngineUnavailable
from hotseat.engines.wire import engine_client

_TIMEOUT = httpx.Timeout(30.0)
_NOT_FOUND = 404


async def delete(engine_url: str, model: str) -> None:
    """Do nothing if it is not there. Raises EngineUnavailable and EngineRejected."""
    async with engine_client(engine_url, timeout=_TIMEOUT) as client:
        try:
            answer = await client.request("DELETE", "/api/delete", json={"model": model})
        except httpx.HTTPError as error:
            raise EngineUnavailable(f"{engine_url} does not answer: {error}") from error
    if answer.status_code >= 400 and answer.status_code != _NOT_FOUND:
        raise EngineRejected(
            f"{model} cannot be removed: {answer.text.strip()[:200]}", status=answer.status_code
        )
