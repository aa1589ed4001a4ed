"""Taking a model out of an engine's library."""

from __future__ import annotations

import httpx

from hotseat.domain.errors import EngineUnavailable
from hotseat.engines.token import token_for
from hotseat.engines.wire import is_loopback


async def delete(engine_url: str, model: str) -> None:
    """No error when it is not there. Raises EngineUnavailable."""
    async with httpx.AsyncClient(
        base_url=engine_url, timeout=30.0, trust_env=not is_loopback(engine_url)
    ) as client:
        token = await token_for(engine_url)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            await client.request("DELETE", "/api/delete", json={"model": model}, headers=headers)
        except httpx.HTTPError as error:
            raise EngineUnavailable(f"{engine_url} does not answer: {error}") from error
