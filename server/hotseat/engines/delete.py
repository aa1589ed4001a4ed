"""Taking a model out of an engine's library."""

from __future__ import annotations

import httpx

from hotseat.domain.errors import EngineUnavailable
from hotseat.engines.wire import engine_client

_TIMEOUT = httpx.Timeout(30.0)


async def delete(engine_url: str, model: str) -> None:
    """No error when it is not there. Raises EngineUnavailable."""
    async with engine_client(engine_url, timeout=_TIMEOUT) as client:
        try:
            await client.request("DELETE", "/api/delete", json={"model": model})
        except httpx.HTTPError as error:
            raise EngineUnavailable(f"{engine_url} does not answer: {error}") from error
