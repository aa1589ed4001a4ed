"""POST /api/generate and /api/chat: load, unload, and tokens from a child to the client.

Owns the translation of Ollama's requests to llama.cpp's /completion, which serves both. The
messages of chats are rendered first by the template in the GGUF, through llama.cpp's
/apply-template.
"""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hotseat.embedded import options as opt
from hotseat.embedded import wire
from hotseat.embedded.api.answer import CheckedRequest, ResponseState, broken, send_answer
from hotseat.embedded.api.reply import CancellableResponse, Reply
from hotseat.embedded.api.state import EngineState, engine_of, find_model
from hotseat.embedded.wire import ApiError
from hotseat.engines.upstream import UpstreamBroken

MAX_TOP_LOGPROBS = 20


async def generate(request: Request) -> Response:
    """Answer POST /api/generate."""
    body = await wire.read_json(request)
    engine = engine_of(request)
    common = await _common(engine, body, is_chat=False)
    card = common["card"]
    prompt = wire.field(body, "prompt", str, "")
    suffix = wire.field(body, "suffix", str, "")
    raw = wire.field(body, "raw", bool, False)
    system = wire.field(body, "system", str, "")
    template = wire.field(body, "template", str, "")
    if raw and (system or template or body.get("context")):
        raise ApiError(400, "raw mode does not support template, system, or context")
    if suffix and card.fim is None:
        raise ApiError(400, f"{common['model'].name.full} does not support insert")
    system = system or common["model"].manifest.system
    ready: str | list[int | str] | None = None
    if suffix and not raw:
        ready = card.fim.render(prompt, suffix)
    elif raw:
        ready = prompt
    elif not card.has_chat_template:
        ready = f"{system}\n\n{prompt}" if system else prompt
    messages = [] if ready is not None else _messages(system, [{"role": "user", "content": prompt}])
    ask = CheckedRequest(**common, prompt=ready, messages=messages, is_empty=not (prompt or suffix))
    return CancellableResponse(partial(_answer, engine, ask))


async def chat(request: Request) -> Response:
    """Answer POST /api/chat."""
    body = await wire.read_json(request)
    engine = engine_of(request)
    common = await _common(engine, body, is_chat=True)
    if wire.field(body, "tools", list, []):
        raise ApiError(400, f"{common['model'].name.full} does not support tools")
    given = wire.field(body, "messages", list, [])
    messages = _messages(common["model"].manifest.system, given)
    ask = CheckedRequest(**common, messages=messages, is_empty=not given)
    return CancellableResponse(partial(_answer, engine, ask))


async def _common(engine: EngineState, body: dict[str, Any], *, is_chat: bool) -> dict[str, Any]:
    """Return the fields that both requests have, checked in Ollama's order."""
    name = wire.field(body, "model", str, "")
    keep_alive_s = wire.keep_alive_s(body)
    given = wire.field(body, "options", dict, {})
    stream = wire.field(body, "stream", bool, True)
    logprobs = wire.field(body, "logprobs", bool, False)
    top_logprobs = wire.field(body, "top_logprobs", int, 0)
    schema = _schema(body.get("format"))
    model, card = await find_model(engine, name)
    if not 0 <= top_logprobs <= MAX_TOP_LOGPROBS:
        raise ApiError(400, f"top_logprobs must be between 0 and {MAX_TOP_LOGPROBS}")
    if schema is not None and not card.can_constrain:
        raise ApiError(400, f"{model.name.full} does not support format")
    return {
        "model": model,
        "card": card,
        "name": name,
        "is_chat": is_chat,
        "options": opt.checked({**model.manifest.parameters, **given}),
        "keep_alive_s": keep_alive_s,
        "stream": stream,
        "n_probs": max(1, top_logprobs) if logprobs else 0,
        "top_logprobs": top_logprobs,
        "schema": schema,
        "shift": wire.field(body, "shift", bool, True),
    }


def _schema(value: object) -> dict[str, Any] | None:
    if value is None or value == "":
        return None
    if value == "json":
        return {"type": "object"}
    if isinstance(value, dict):
        return value
    raise ApiError(
        400, f'invalid format: {json.dumps(value)}; expected "json" or a valid JSON Schema object'
    )


def _messages(system: str, given: list[Any]) -> list[dict[str, str]]:
    messages: list[dict[str, str]] = []
    for entry in given:
        if not isinstance(entry, dict):
            raise ApiError(400, "json: cannot unmarshal value into Go struct field .messages")
        if entry.get("images"):
            raise ApiError(400, "this model does not support images")
        role = wire.field(entry, "role", str, "")
        if role not in ("system", "user", "assistant", "tool"):
            raise ApiError(400, f'invalid role "{role}"')
        messages.append({"role": role, "content": wire.field(entry, "content", str, "")})
    if system and not any(message["role"] == "system" for message in messages):
        messages.insert(0, {"role": "system", "content": system})
    return messages


async def _answer(engine: EngineState, ask: CheckedRequest, reply: Reply) -> None:
    response = ResponseState(ask, reply, time.monotonic())
    if ask.is_empty and ask.keep_alive_s == 0:
        await engine.pool.unload(ask.model)
        await reply.json({**ask.text(""), "done": True, "done_reason": "unload"})
        return
    load = opt.load_options(ask.options, ask.card, n_cores=engine.n_cores, shift=ask.shift)
    for is_last_try in (False, True):
        async with engine.pool.lease(ask.model, ask.card, load, ask.keep_alive_s) as lease:
            if ask.is_empty:
                await reply.json({**ask.text(""), "done": True, "done_reason": "load"})
                return
            response.load_s = lease.load_s
            try:
                await send_answer(lease, ask, response)
            except (OSError, UpstreamBroken) as error:
                if not response.has_started:
                    # The child was killed while idle, or hung and was killed now. Nothing was sent
                    # to the client, so the request is repeated with a new child.
                    lease.discard()
                    if not is_last_try:
                        continue
                if not reply.started:
                    raise ApiError(500, broken(error)) from error
                await reply.line({"error": broken(error)})
                await reply.end()
            return
