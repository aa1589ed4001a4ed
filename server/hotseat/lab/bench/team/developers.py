"""Simulated developers on a real server: requests and hints by the clock, first tokens timed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import httpx

from hotseat.engines.team.client import PROBABILITY
from hotseat.lab.simulate.team.workload import Ask

N_PREDICT = 4
PROMPT = "def total(items):\n    result = 0\n    for item in items:\n        result += item"


@dataclass(slots=True)
class Walk:
    """What happened to the requests of one pass. Times in seconds."""

    firsts_s: list[float] = field(default_factory=list)
    answers_s: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@asynccontextmanager
async def clients(url: str, keys: Sequence[str]) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Yield one client for each key."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                httpx.AsyncClient(
                    base_url=url,
                    headers={"Authorization": f"Bearer {key}"},
                    timeout=httpx.Timeout(120.0),
                    trust_env=False,
                )
            )
            for key in keys
        ]


async def walk(
    developers: Sequence[httpx.AsyncClient],
    asks: Sequence[Iterator[Ask]],
    *,
    for_s: float,
    sends_hints: bool,
) -> Walk:
    """Let all developers ask, each one request at a time, for so long; those begun are finished."""
    found = Walk()
    deadline_s = time.monotonic() + for_s

    async def work(number: int) -> None:
        client = developers[number]
        for ask in asks[number]:
            if time.monotonic() + ask.pause_s > deadline_s:
                return
            await asyncio.sleep(ask.pause_s - ask.reaction_s)
            if sends_hints:
                await _hint(client, ask.model, 1.0)
            await asyncio.sleep(ask.reaction_s)
            await timed(client, ask.model, found, text=f"# {number}\n{PROMPT}")
            if sends_hints:
                for model, probability in ask.expected:
                    await _hint(client, model, probability)

    await asyncio.gather(*(work(number) for number in range(len(developers))))
    return found


async def timed(client: httpx.AsyncClient, model: str, found: Walk, *, text: str = PROMPT) -> None:
    """Send one completion, and note its times or its error."""
    options = {"num_predict": N_PREDICT, "temperature": 0, "num_thread": 1}
    body = {"model": model, "prompt": text, "raw": True, "options": options}
    began_s = time.perf_counter()
    try:
        async with client.stream("POST", "/api/generate", json=body) as answer:
            pieces = answer.aiter_raw()
            first = await anext(pieces, b"")
            first_s = time.perf_counter() - began_s
            last = first
            async for piece in pieces:
                last = piece
            if answer.status_code != 200 or b'"done":true' not in last.replace(b" ", b""):
                found.errors.append(f"{answer.status_code}: {last[:200]!r}")
                return
    except httpx.HTTPError as error:
        found.errors.append(repr(error))
        return
    found.firsts_s.append(first_s)
    found.answers_s.append(time.perf_counter() - began_s)


async def _hint(client: httpx.AsyncClient, model: str, probability: float) -> None:
    try:
        await client.post("/api/generate", json={"model": model, PROBABILITY: probability})
    except httpx.HTTPError:
        return  # A hint may be lost.
