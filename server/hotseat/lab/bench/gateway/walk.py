"""Three agents side by side, each holding its conversations one after the other, with every first
token timed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from hotseat.domain.errors import EngineGarbled
from hotseat.lab.bench.gateway.conversations import Conversation
from hotseat.lab.bench.gateway.shapes import Agent, Talk, WireRequest
from hotseat.serving.openai.request import chat_body


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One request. Times in seconds."""

    agent: Agent
    place: tuple[int, int]
    """The conversation and the step: the same in all passes."""
    language: str
    first_s: float
    whole_s: float
    text: str
    load_s: float = 0.0
    """What the engine reports of a load in this request."""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """The agents on the engine. `models` by language; requests with tools ask `tools_model`.

    The engine has Ollama's API only: what Ollama's own /v1 would do, the client does here.
    `num_ctx` None: each agent sets its own.
    """

    client: httpx.AsyncClient
    models: Mapping[str, str]
    tools_model: str
    num_ctx: int | None = None

    async def send(self, request: WireRequest) -> Timed:
        path, body = request.path, request.body
        if path.startswith("/v1/"):
            path, body = "/api/chat", chat_body(body)
        model = self.tools_model if request.has_tools else self.models[request.language]
        options = dict(body.get("options") or {})
        if self.num_ctx is not None:
            options["num_ctx"] = self.num_ctx
        body = {**body, "model": model, "options": {**options, "num_thread": 1}}
        return await timed(self.client, request, path, body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Through:
    """The agents on the gateway."""

    client: httpx.AsyncClient

    async def send(self, request: WireRequest) -> Timed:
        return await timed(self.client, request, request.path, {**request.body, "model": "auto"})


async def hold(
    conversations: Sequence[Conversation],
    arm: Direct | Through,
    *,
    has_pauses: bool,
    on_timed: Callable[[Timed], None] = lambda _timed: None,
) -> list[Timed]:
    """Hold all conversations, a third by each agent; return the requests in order of their end."""
    found: list[Timed] = []

    async def agent(which: Agent, place: int) -> None:
        for number in range(place, len(conversations), len(Agent)):
            talk = Talk(agent=which, number=number, steps=conversations[number])
            for step in talk.steps:
                if has_pauses:
                    await asyncio.sleep(step.pause_s)
                answer = await arm.send(talk.next_request())
                talk.take_answer(answer.text)
                found.append(answer)
                on_timed(answer)

    async with asyncio.TaskGroup() as group:
        for place, which in enumerate(Agent):
            group.create_task(agent(which, place))
    return found


async def timed(
    client: httpx.AsyncClient, request: WireRequest, path: str, body: dict[str, Any]
) -> Timed:
    """Send a request and time it. An error is part of the result."""
    began_s = time.perf_counter()
    first_s, text, load_s, error = 0.0, "", 0.0, ""
    headers = {"user-agent": f"{request.agent} (bench)"}
    async with client.stream("POST", path, json=body, headers=headers) as answer:
        if answer.status_code != 200:
            error = (await answer.aread()).decode("utf-8", "replace")[:300]
        else:
            async for piece, is_real, line in _pieces(answer):
                if is_real and not first_s:
                    first_s = time.perf_counter() - began_s
                text += piece
                load_s = max(load_s, float(line.get("load_duration") or 0) / 1e9)
                error = error or str(line.get("error") or "")
    whole_s = time.perf_counter() - began_s
    return Timed(
        agent=request.agent,
        place=request.place,
        language=request.language,
        first_s=first_s or whole_s,
        whole_s=whole_s,
        text=text,
        load_s=load_s,
        error=error,
    )


async def _pieces(answer: httpx.Response) -> AsyncIterator[tuple[str, bool, dict[str, Any]]]:
    """Yield the text of each line, whether it is more than a sign of life, and the line."""
    async for raw in answer.aiter_lines():
        data = raw.removeprefix("data: ")
        if not data.strip() or data[0] != "{":
            continue
        try:
            line: dict[str, Any] = json.loads(data)
        except ValueError:
            raise EngineGarbled(f"A line of the answer is not JSON: {data[:80]}") from None
        choices = line.get("choices") or [{}]
        message = line.get("message") or choices[0].get("delta") or {}
        piece = message.get("content") or ""
        is_last = bool(line.get("done") or choices[0].get("finish_reason"))
        yield piece, bool(piece or message.get("tool_calls") or is_last), line
