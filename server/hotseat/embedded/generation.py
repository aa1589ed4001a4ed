"""POST /api/generate and /api/chat: load, unload, and tokens from a child to the client.

Owns the translation between Ollama's requests and llama.cpp's /completion, which serves both: chats
are rendered first, by the template in the GGUF, through llama.cpp's /apply-template. The path of a
token is: one read from the socket, one JSON parse, one JSON line.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hotseat.embedded import options as opt
from hotseat.embedded import wire
from hotseat.embedded.card import ModelCard
from hotseat.embedded.events import events
from hotseat.embedded.pool import Lease
from hotseat.embedded.reply import Reply, Work
from hotseat.embedded.runner import Child
from hotseat.embedded.state import EngineState, engine_of, find_model
from hotseat.embedded.store import StoredModel
from hotseat.embedded.wire import ApiError
from hotseat.engines.upstream import Upstream, UpstreamBroken

MAX_TOP_LOGPROBS = 20
_FINAL_FIELDS = ["content", "stop", "stop_type", "tokens_evaluated", "timings"]
_AT_FIRST = ("cache_n", "prompt_n", "prompt_ms")
_TIMINGS = ("cache_n", "prompt_n", "prompt_ms", "predicted_n", "predicted_ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """A checked request."""

    model: StoredModel
    card: ModelCard
    name: str
    """As the client wrote it: answers repeat it."""
    is_chat: bool
    options: dict[str, Any]
    keep_alive_s: float | None
    stream: bool
    prompt: str | list[int | str] | None = None
    """What goes to llama.cpp as it is; None: render `messages` first."""
    messages: list[dict[str, str]] = field(default_factory=list)
    n_probs: int = 0
    top_logprobs: int = 0
    schema: dict[str, Any] | None = None
    is_empty: bool = False

    def text(self, text: str) -> dict[str, Any]:
        """A line of the answer with `text` in it; the caller adds the rest."""
        line: dict[str, Any] = {"model": self.name, "created_at": wire.now_text()}
        if self.is_chat:
            line["message"] = {"role": "assistant", "content": text}
        else:
            line["response"] = text
        return line


async def generate(request: Request) -> Response:
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
    ask = _Ask(**common, prompt=ready, messages=messages, is_empty=not (prompt or suffix))
    return Work(partial(_answer, engine, ask))


async def chat(request: Request) -> Response:
    body = await wire.read_json(request)
    engine = engine_of(request)
    common = await _common(engine, body, is_chat=True)
    if wire.field(body, "tools", list, []):
        raise ApiError(400, f"{common['model'].name.full} does not support tools")
    given = wire.field(body, "messages", list, [])
    messages = _messages(common["model"].manifest.system, given)
    ask = _Ask(**common, messages=messages, is_empty=not given)
    return Work(partial(_answer, engine, ask))


async def _common(engine: EngineState, body: dict[str, Any], *, is_chat: bool) -> dict[str, Any]:
    """What both requests have, in the order in which Ollama checks it."""
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


async def _answer(engine: EngineState, ask: _Ask, reply: Reply) -> None:
    started_s = time.monotonic()
    if ask.is_empty and ask.keep_alive_s == 0:
        await engine.pool.unload(ask.model)
        await reply.json({**ask.text(""), "done": True, "done_reason": "unload"})
        return
    load = opt.load_options(ask.options, ask.card, n_cores=engine.n_cores)
    for is_last_try in (False, True):
        async with engine.pool.lease(ask.model, ask.card, load, ask.keep_alive_s) as lease:
            if ask.is_empty:
                await reply.json({**ask.text(""), "done": True, "done_reason": "load"})
                return
            try:
                upstream = await _open(lease.child, ask)
            except (OSError, UpstreamBroken) as error:
                # It was killed while it stood idle, or hung and was killed now: once more, with a
                # new one. Nothing has gone to the client yet.
                lease.discard()
                if is_last_try:
                    raise ApiError(500, _broken(error)) from error
                continue
            try:
                await _relay(ask, lease, upstream, reply, started_s)
            except UpstreamBroken as error:
                if not reply.started:
                    raise ApiError(500, _broken(error)) from error
                await reply.line({"error": _broken(error)})
                await reply.end()
            finally:
                upstream.close()
            return


async def _open(child: Child, ask: _Ask) -> Upstream:
    """The answer to /completion, up to its status. Raises OSError, UpstreamBroken, ApiError."""
    prompt = ask.prompt
    if prompt is None:
        prompt = await _render(child, ask.messages)
    body: dict[str, Any] = {
        **opt.sampling(ask.options),
        "prompt": prompt,
        "stream": True,
        # The bytes that these cost are what lets a disconnect be seen during prompt evaluation.
        "return_progress": True,
        "response_fields": _FINAL_FIELDS,
        "timings_per_token": True,  # who stops reading early wants to know of the cache, too
        "cache_prompt": True,
    }
    if ask.n_probs:
        body["n_probs"] = ask.n_probs
    if ask.schema is not None:
        body["json_schema"] = ask.schema
    if ask.model.manifest.adapters:
        body["lora"] = [{"id": i, "scale": 1.0} for i in range(len(ask.model.manifest.adapters))]
    return await _request(child, "/completion", body)


async def _render(child: Child, messages: list[dict[str, str]]) -> str:
    upstream = await _request(child, "/apply-template", {"messages": messages})
    try:
        return str(json.loads(await child.patiently(upstream.read))["prompt"])
    except (ValueError, KeyError, TypeError) as error:
        raise UpstreamBroken("the chat template gave no prompt") from error
    finally:
        upstream.close()


async def _request(child: Child, path: str, body: dict[str, Any]) -> Upstream:
    upstream = await child.request(path, body)
    try:
        status = await child.patiently(upstream.status)
        if status != 200:
            raise _refusal(status, await child.patiently(upstream.read))
    except BaseException:
        upstream.close()
        raise
    return upstream


async def _relay(
    ask: _Ask, lease: Lease, upstream: Upstream, reply: Reply, started_s: float
) -> None:
    whole: list[str] = []
    logprobs: list[dict[str, Any]] = []
    begun = False
    async for event in events(_pieces(lease.child, upstream)):
        if "error" in event:
            raise UpstreamBroken(_error_text(event))
        text = event.get("content", "")
        probs = event.get("completion_probabilities") if ask.n_probs else None
        if text or probs:
            tokens = [_logprob(token, ask.top_logprobs) for token in probs or ()]
            if ask.stream:
                line = {**ask.text(text), "done": False}
                if not begun and (timings := event.get("timings")):
                    line["timings"] = {name: timings.get(name, 0) for name in _AT_FIRST}
                begun = True
                if tokens:
                    line["logprobs"] = tokens
                await reply.line(line)
            else:
                whole.append(text)
                logprobs += tokens
        if event.get("stop"):
            last = {**ask.text("".join(whole)), **_ending(event)}
            if logprobs:
                last["logprobs"] = logprobs
            last |= _counts(event, lease.load_s, time.monotonic() - started_s)
            if ask.stream:
                await reply.line(last)
                await reply.end()
            else:
                await reply.json(last)
            return
    raise UpstreamBroken


async def _pieces(child: Child, upstream: Upstream) -> AsyncIterator[bytes]:
    while piece := await child.patiently(upstream.data):
        yield piece


def _logprob(token: dict[str, Any], n_top: int) -> dict[str, Any]:
    entry = {name: token.get(name) for name in ("token", "logprob", "bytes")}
    if n_top:
        entry["top_logprobs"] = [
            {name: other.get(name) for name in ("token", "logprob", "bytes")}
            for other in token.get("top_logprobs", ())[:n_top]
        ]
    return entry


def _ending(event: dict[str, Any]) -> dict[str, Any]:
    reason = "length" if event.get("stop_type") == "limit" else "stop"
    return {"done": True, "done_reason": reason}


def _counts(event: dict[str, Any], load_s: float, total_s: float) -> dict[str, Any]:
    """Durations in nanoseconds, as Ollama; `timings` in milliseconds, as llama.cpp."""
    timings = event.get("timings") or {}
    return {
        "total_duration": int(total_s * 1e9),
        "load_duration": int(load_s * 1e9),
        "prompt_eval_count": event.get("tokens_evaluated", 0),
        "prompt_eval_duration": int(timings.get("prompt_ms", 0) * 1e6),
        "eval_count": timings.get("predicted_n", 0),
        "eval_duration": int(timings.get("predicted_ms", 0) * 1e6),
        "timings": {name: timings.get(name, 0) for name in _TIMINGS},
    }


def _refusal(status: int, body: bytes) -> ApiError:
    try:
        error = json.loads(body)
    except ValueError:
        error = {}
    return ApiError(status if status in (400, 501, 503) else 500, _error_text(error))


def _error_text(event: object) -> str:
    """llama.cpp's message, or all there is."""
    inner = event.get("error", event) if isinstance(event, dict) else event
    if isinstance(inner, dict) and "error" in inner:
        inner = inner["error"]
    message = inner.get("message") if isinstance(inner, dict) else inner
    return str(message or "llama.cpp refused the request")


def _broken(error: Exception) -> str:
    return f"an error was encountered while running the model: {error}"
