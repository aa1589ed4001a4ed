"""POST /api/generate and /api/chat: load, unload, and tokens from a child to the client.

Owns the translation of Ollama's requests to a `CheckedRequest`, in Ollama's order of checks. The
prompt is rendered when the model is loaded (`rendering`), and llama.cpp's /completion serves both
routes.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hotseat.embedded import options as opt
from hotseat.embedded.api import thinking
from hotseat.embedded.api.answer import ResponseState, broken, load_timings, send_answer
from hotseat.embedded.api.rendering import first_prompt, prompt_that_fits
from hotseat.embedded.api.request import CheckedRequest, Prompt
from hotseat.embedded.api.served_template import ServedTemplate, served_template
from hotseat.embedded.api.state import EngineState, engine_of, find_model
from hotseat.embedded.api.tools import checked_calls, checked_tools
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.processes.precedence import Precedence
from hotseat.embedded.processes.runner import Child
from hotseat.embedded.templates.nodes import TemplateError
from hotseat.embedded.templates.prompts import PromptTemplate, Thinking, parsed
from hotseat.engines.upstream import UpstreamBroken
from hotseat.serving import wire
from hotseat.serving.reply import CancellableResponse, Reply
from hotseat.serving.wire import ApiError

MAX_TOP_LOGPROBS = 20
MAX_COMPLETION_TOKENS = 256
"""What continues a text by more is an answer, in whichever form it is requested."""
OWNER_HEADER = "x-hotseat-owner"
"""Names the client, for a server that asks for many: prompts are reused only within one."""
_NO_IMAGES = "Multimodal data provided, but model does not support multimodal requests."


async def generate(request: Request) -> Response:
    """Answer POST /api/generate."""
    engine = engine_of(request)
    ask = await checked_generate(engine, await wire.read_json(request))
    return CancellableResponse(partial(answer, engine, owned(ask, request)))


async def chat(request: Request) -> Response:
    """Answer POST /api/chat."""
    engine = engine_of(request)
    ask = await checked_chat(engine, await wire.read_json(request))
    return CancellableResponse(partial(answer, engine, owned(ask, request)))


def owned(ask: CheckedRequest, request: Request) -> CheckedRequest:
    """Return the request as one of the client that its header names, if it names one."""
    return replace(ask, owner=request.headers.get(OWNER_HEADER, ""))


async def checked_generate(engine: EngineState, body: dict[str, Any]) -> CheckedRequest:
    """Return the checked body of /api/generate. Raises ApiError."""
    prompt = wire.field(body, "prompt", str, "")
    suffix = wire.field(body, "suffix", str, "")
    raw = wire.field(body, "raw", bool, False)
    system = wire.field(body, "system", str, "")
    template_text = wire.field(body, "template", str, "")
    context = _context(body)
    images = _images(body)
    common, served = await _common(engine, body, is_chat=False)
    card: ModelCard = common["card"]
    manifest = common["model"].manifest
    _check_tokens(context or [], card)
    if raw and (system or template_text or context):
        raise ApiError(400, "raw mode does not support template, system, or context")
    if suffix and "insert" not in served.capabilities:
        raise ApiError(400, f"{common['model'].name.full} does not support insert")
    if images and prompt:
        raise ApiError(400, _NO_IMAGES)
    template = _parsed(template_text) if template_text else served.own
    system = system or manifest.system
    ready: Prompt | None = None
    if raw:
        ready = prompt
    elif suffix:
        ready = _infill(template, bool(template_text), card, prompt, suffix, common["thinking"])
    elif template is None and not card.has_chat_template:
        ready = f"{system}\n\n{prompt}" if system else prompt
    messages: list[dict[str, Any]] = []
    if ready is None:
        before = () if context is not None else manifest.messages
        messages = _with_system(system, [*before, {"role": "user", "content": prompt}])
    if raw:
        common["think_tags"] = ("", "")
    return CheckedRequest(
        **common,
        prompt=ready,
        messages=messages,
        template=template,
        drops_messages=not template_text,
        context=tuple(context or ()),
        # An infill by tokens is a completion while a user types; counting tokens would delay it.
        returns_context=not raw and not isinstance(ready, list),
        is_empty=not (prompt or suffix),
    )


async def checked_chat(engine: EngineState, body: dict[str, Any]) -> CheckedRequest:
    """Return the checked body of /api/chat. Raises ApiError."""
    common, served = await _common(engine, body, is_chat=True)
    tools = checked_tools(body)
    if tools and "tools" not in served.capabilities:
        raise ApiError(400, f"{common['model'].name.full} does not support tools")
    given = _messages(wire.field(body, "messages", list, []))
    manifest = common["model"].manifest
    messages = [*manifest.messages, *given]
    if given and given[0]["role"] != "system":
        messages = _with_system(manifest.system, messages)
    return CheckedRequest(
        **common,
        messages=messages,
        template=served.own,
        tools=tools,
        is_empty=not given,
    )


async def _common(
    engine: EngineState, body: dict[str, Any], *, is_chat: bool
) -> tuple[dict[str, Any], ServedTemplate]:
    """Return the fields that both requests have, checked in Ollama's order, and the model's
    template."""
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
    try:
        served = served_template(model.manifest, card)
    except TemplateError as error:
        raise ApiError(500, str(error)) from None
    think = body.get("think")
    thought = thinking.requested(think, name=name, can_think=served.can_think)
    if schema is not None and thought.on:
        # llama.cpp binds the answer from its first token, so nothing can be thought before.
        thought, think = Thinking(is_set=True), False
    common = {
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
        "thinking": thought,
        "template_arguments": thinking.template_arguments(thought, think),
        "think_tags": served.think_tags,
        "truncate": wire.field(body, "truncate", bool, True),
        "shift": wire.field(body, "shift", bool, True),
        "may_load": not wire.field(body, "resident_only", bool, False),
        "is_debug": wire.field(body, "_debug_render_only", bool, False),
    }
    return common, served


def _infill(
    template: PromptTemplate | None,
    is_given: bool,
    card: ModelCard,
    prompt: str,
    suffix: str,
    thought: Thinking,
) -> Prompt:
    """Return the prompt for a text between two others, by a template or by the model's tokens."""
    if template is not None and (is_given or "insert" in template.capabilities):
        try:
            return template.infill(prompt, suffix, thought)
        except TemplateError as error:
            raise ApiError(500, str(error)) from None
    if card.fim is None:
        raise AssertionError("the model has neither a template nor tokens for it")
    return card.fim.render(prompt, suffix)


def _parsed(text: str) -> PromptTemplate:
    try:
        return parsed(text)
    except TemplateError as error:
        raise ApiError(500, str(error)) from None


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


def _context(body: dict[str, Any]) -> list[int] | None:
    """Return the tokens of an earlier answer; None if the request has no `context`."""
    if body.get("context") is None:
        return None
    context: list[Any] = wire.field(body, "context", list, [])
    for token in context:
        if not isinstance(token, int) or isinstance(token, bool):
            raise ApiError(400, wire.mismatch(token, "context", "int"))
    return context


def _check_tokens(context: list[int], card: ModelCard) -> None:
    """Refuse tokens outside the vocabulary, which llama.cpp would look up all the same."""
    for token in context:
        if not 0 <= token < card.n_tokens:
            raise ApiError(400, f"context: the model has no token {token}")


def _images(body: dict[str, Any]) -> list[bytes]:
    """Return the decoded images. Raises ApiError 400 for one that is not base64."""
    found = []
    for image in wire.field(body, "images", list, []):
        if not isinstance(image, str):
            raise ApiError(400, wire.mismatch(image, "images", "[]uint8"))
        try:
            found.append(base64.b64decode(image, validate=True))
        except (binascii.Error, ValueError):
            raise ApiError(400, "illegal base64 data in images") from None
    return found


def _messages(given: list[Any]) -> list[dict[str, Any]]:
    """Return checked messages. Any role is accepted, as in Ollama; templates decide."""
    messages: list[dict[str, Any]] = []
    for entry in given:
        if not isinstance(entry, dict):
            raise ApiError(400, wire.mismatch(entry, "messages", "api.Message"))
        message = wire.folded(entry)
        if _images(message):
            raise ApiError(400, _NO_IMAGES)
        checked: dict[str, Any] = {
            "role": wire.field(message, "role", str, "").lower(),
            "content": wire.field(message, "content", str, ""),
        }
        for name in ("thinking", "tool_name", "tool_call_id"):
            if text := wire.field(message, name, str, ""):
                checked[name] = text
        if calls := checked_calls(message):
            checked["tool_calls"] = calls
        messages.append(checked)
    return messages


def _with_system(system: str, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"role": "system", "content": system}, *messages] if system else messages


async def answer(engine: EngineState, ask: CheckedRequest, reply: Reply) -> None:
    """Send the answer. Raises ApiError before the first byte."""
    if ask.is_empty and ask.keep_alive_s == 0:
        await engine.pool.unload(ask.model)
        await reply.json({**ask.text(""), "done": True, "done_reason": "unload"})
        return
    if ask.card.embedding is not None:
        raise ApiError(
            400, f'"{ask.name}" does not support {"chat" if ask.is_chat else "generate"}'
        )
    load = opt.load_options(ask.options, ask.card, n_cores=engine.n_cores, shift=ask.shift)
    if not ask.may_be_drafted or not engine.pool.drafts:
        load = replace(load, n_draft=0)
    ask = replace(ask, n_ctx=load.n_ctx)
    response = ResponseState(ask, reply, time.monotonic())
    for is_last_try in (False, True):
        async with engine.pool.lease(
            ask.model, ask.card, load, ask.keep_alive_s, may_load=ask.may_load
        ) as lease:
            if ask.is_empty:
                loaded = {"done": True, "done_reason": "load", "timings": load_timings(lease)}
                await reply.json({**ask.text(""), **loaded})
                return
            response.load_s = lease.load_s
            try:
                if ask.is_debug:
                    prompt = await first_prompt(lease.child, ask)
                    prompt = await prompt_that_fits(lease.child, ask, prompt)
                    text = prompt if isinstance(prompt, str) else "".join(map(str, prompt))
                    debug = {"rendered_template": text}
                    await reply.json({**ask.text(""), "done": False, "_debug_info": debug})
                    return
                with precedence_of(engine.precedence, ask, lease.child):
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


def precedence_of(
    precedence: Precedence | None, ask: CheckedRequest, child: Child
) -> AbstractContextManager[None]:
    """Return what is held while the child works: short continuations of a text come before answers.

    A request for one token only reads a prompt ahead, for which nothing pauses.
    """
    if precedence is None:
        return nullcontext()
    n_predict = int(ask.options.get("num_predict", -1))
    if ask.is_chat or not 0 < n_predict <= MAX_COMPLETION_TOKENS:
        return precedence.answer(child)
    return precedence.completion(child) if n_predict > 1 else nullcontext()
