"""What an engine with Ollama's API has installed: names, sizes, digests and licences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from hotseat.domain.errors import EngineGarbled, EngineUnavailable
from hotseat.engines.wire import engine_client

_TIMEOUT = httpx.Timeout(30.0, connect=5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledModel:
    """One entry of the engine's list."""

    name: str
    """Tag included."""
    size_bytes: int
    """Of its files. Models may share them."""
    digest: str = ""
    """Another digest means other weights or settings."""


async def installed_models(engine_url: str) -> list[InstalledModel]:
    """Return all models, in the engine's order. Raises EngineError."""
    answer = await _ask(engine_url, "GET", "/api/tags")
    try:
        return [
            InstalledModel(
                name=str(entry["name"]),
                size_bytes=int(entry.get("size") or 0),
                digest=str(entry.get("digest") or ""),
            )
            for entry in answer.get("models") or ()
        ]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _garbled(engine_url) from None


async def licence_of(engine_url: str, model: str) -> str:
    """Return the first line of the model's licence; empty if it has none. Raises EngineError."""
    text = str((await _ask(engine_url, "POST", "/api/show", {"model": model})).get("license") or "")
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


async def _ask(
    engine_url: str, method: str, path: str, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    async with engine_client(engine_url, timeout=_TIMEOUT) as client:
        try:
            answer = (await client.request(method, path, json=body)).json()
        except httpx.HTTPError as error:
            raise EngineUnavailable(
                f"{engine_url} does not answer: {error}", hint="Start the engine"
            ) from error
        except ValueError:
            raise _garbled(engine_url) from None
    if not isinstance(answer, dict):
        raise _garbled(engine_url)
    return answer


def _garbled(engine_url: str) -> EngineGarbled:
    return EngineGarbled(
        f"{engine_url} answers something that is not Ollama's API",
        hint="Check the engine's address",
    )
