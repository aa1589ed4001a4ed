"""Requests to an embedded engine with the times and parts that benchmarks need.

Owns a connection to one engine. Decides nothing about what is measured.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from hotseat.client.engine_process import start_engine_process
from hotseat.domain.errors import EngineError

OPTIONS: dict[str, Any] = {"num_ctx": 2048, "num_thread": 1, "temperature": 0, "seed": 1}
WAIT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedAnswer:
    """One answer. `timings` are llama.cpp's, in milliseconds and tokens."""

    first_token_s: float
    text: str
    logprobs: tuple[float, ...]
    timings: dict[str, Any]

    @property
    def n_read(self) -> int:
        """Return the tokens of the prompt that were computed."""
        return int(self.timings.get("prompt_n", 0))

    @property
    def n_prompt(self) -> int:
        return self.n_read + int(self.timings.get("cache_n", 0))


class TimedEngine:
    """An engine of the benchmark's own. Raises EngineError for every refusal."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    @classmethod
    @asynccontextmanager
    async def started(
        cls, store: Path, *, keep_prompts_bytes: int | None = None, has_spare: bool = True
    ) -> AsyncIterator[TimedEngine]:
        """Start an engine; it ends on leaving."""
        async with start_engine_process(
            store, keep_prompts_bytes=keep_prompts_bytes, has_spare=has_spare
        ) as url:
            headers = {"Authorization": f"Bearer {os.environ['OLLAMA_API_KEY']}"}
            async with httpx.AsyncClient(
                base_url=url, headers=headers, timeout=300.0, trust_env=False
            ) as client:
                yield cls(client)

    async def ask(self, model: str, prompt: str, *, n_predict: int = 1) -> TimedAnswer:
        """Return the answer to a raw prompt, with the time to its first token."""
        options = {**OPTIONS, "num_predict": n_predict}
        body = {"model": model, "prompt": prompt, "raw": True, "logprobs": True}
        started_s = time.monotonic()
        first_token_s: float | None = None
        texts: list[str] = []
        logprobs: list[float] = []
        line: dict[str, Any] = {}
        async with self._client.stream(
            "POST", "/api/generate", json={**body, "options": options}
        ) as answer:
            async for text in answer.aiter_lines():
                line = json.loads(text)
                if "error" in line:
                    raise EngineError(f"The engine answered: {line['error']}")
                if first_token_s is None:
                    first_token_s = time.monotonic() - started_s
                texts.append(str(line.get("response", "")))
                logprobs += [float(entry["logprob"]) for entry in line.get("logprobs") or ()]
        if first_token_s is None:
            raise EngineError("The engine sent no token")
        return TimedAnswer(
            first_token_s=first_token_s,
            text="".join(texts),
            logprobs=tuple(logprobs),
            timings=line.get("timings") or {},
        )

    async def load(self, model: str) -> dict[str, float]:
        """Load a model; return the parts of the load in milliseconds, and `load_ms` for all."""
        started_s = time.monotonic()
        answer = await self._post("/api/generate", {"model": model, "options": OPTIONS})
        total_ms = (time.monotonic() - started_s) * 1000
        timings: dict[str, float] = answer.get("timings") or {}
        return {**timings, "load_ms": total_ms}

    async def unload(self, model: str) -> None:
        """Unload a model; return when it is gone."""
        await self._post("/api/generate", {"model": model, "keep_alive": 0})
        await self._until(lambda listed: all(m["name"] != model for m in listed["models"]))

    async def beside(self) -> dict[str, Any]:
        """Return the memory beside the models."""
        listed = await self._listed()
        found: dict[str, Any] = listed["hotseat"]
        return found

    async def bound(self, **bounds: Any) -> None:
        """Bound the memory beside the models."""
        await self._post("/api/hotseat/beside", bounds)

    async def until_spare(self) -> None:
        """Wait until a process waits for the next load."""
        await self._until(lambda listed: listed["hotseat"]["spare_bytes"] > 0)

    async def until_kept(self, more_than_bytes: int) -> int:
        """Wait until more is kept than that, and return how much."""
        listed = await self._until(lambda listed: listed["hotseat"]["kept_bytes"] > more_than_bytes)
        return int(listed["hotseat"]["kept_bytes"])

    async def _until(self, true: Any) -> dict[str, Any]:
        deadline_s = time.monotonic() + WAIT_S
        while not true(listed := await self._listed()):
            if time.monotonic() > deadline_s:
                raise EngineError(f"The engine was not ready within {WAIT_S:.0f} s")
            await asyncio.sleep(0.01)
        return listed

    async def _listed(self) -> dict[str, Any]:
        answer = await self._client.get("/api/ps")
        found: dict[str, Any] = answer.json()
        return found

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self._client.post(path, json={**body, "stream": False})
        found: dict[str, Any] = answer.json()
        if answer.status_code != 200:
            raise EngineError(f"The engine answered: {found.get('error', answer.status_code)}")
        return found
