"""Ollama's API: the routes, and answers in its form."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

import hotseat
from hotseat.domain.residency import ModelState
from hotseat.gateway.answering import Answering, Asked
from hotseat.gateway.choice import AUTO, experts_for, model_names
from hotseat.gateway.subject import Subject, subject_of_messages, subject_of_prompt
from hotseat.serving.reply import CancellableResponse
from hotseat.serving.wire import (
    NDJSON_TYPE,
    ApiError,
    field,
    json_response,
    now_text,
    read_json,
    to_line,
)
from hotseat.session.shared.context_window import context_tokens

OLLAMA_API_VERSION = "0.32.15"
"""The version of Ollama whose API this is; clients compare it with what they require."""
MAX_BODY_BYTES = 64 << 20
"""Images are part of a body."""


class OllamaForm:
    """Lines of JSON. `route` is `chat`, `generate` or `embed`."""

    media_type = NDJSON_TYPE

    def __init__(self, route: str) -> None:
        self.name = ""
        self._route = route

    def waiting(self, note: str) -> bytes:
        empty: dict[str, Any] = {"response": ""}
        if self._route == "chat":
            empty = {"message": {"role": "assistant", "content": ""}}
        head = {"model": self.name or AUTO, "created_at": now_text()}
        return to_line({**head, **empty, "done": False})

    def line(self, line: dict[str, Any]) -> bytes:
        return to_line(self.whole(line))

    def whole(self, line: dict[str, Any]) -> dict[str, Any]:
        return {**line, "model": self.name}

    def error(self, status: int, message: str) -> bytes:
        return to_line({"error": message})


def answering_of(request: Request) -> Answering:
    answering: Answering = request.app.state.answering
    return answering


def client_of(request: Request) -> str:
    """Return a name for the program that asks; one for all requests that give none."""
    return request.headers.get("user-agent", "")[:200]


async def root(request: Request) -> Response:
    return PlainTextResponse("Ollama is running")


async def version(request: Request) -> Response:
    return json_response({"version": OLLAMA_API_VERSION, "hotseat_gateway": hotseat.__version__})


async def tags(request: Request) -> Response:
    """List `auto`, the generalist and the experts."""
    roster = answering_of(request).window.roster
    sizes = {e.name: e.size_bytes or 0 for e in roster.everyone()}
    models = [_entry(name, sizes.get(name, 0)) for name in model_names(roster)]
    return json_response({"models": models})


async def ps(request: Request) -> Response:
    """List the experts whose models are in memory."""
    window = answering_of(request).window
    state = window.state
    models = []
    for expert in window.roster.everyone():
        status = state.model(expert.seat)
        if status is not None and status.state is ModelState.WARM:
            size = status.size_bytes or 0
            more = {"size_vram": 0, "expires_at": now_text(), "context_length": 0}
            more["context_length"] = context_tokens(expert)
            models.append({**_entry(expert.name, size), **more})
    return json_response({"models": models})


async def show(request: Request) -> Response:
    """Describe a model. The length of its context is the one that it is loaded with."""
    body = await read_json(request)
    answering = answering_of(request)
    name = answering.checked_model(field(body, "model", str, "") or field(body, "name", str, ""))
    window = answering.window
    relay = await window.relay(lambda note: None)
    if name == AUTO:
        return json_response(await _show_auto(answering))
    expert = experts_for(window.roster, name, Subject(), None)[0]
    shown = await relay.show(expert.spec.model)
    info = dict(shown.get("model_info") or {})
    for key in info:
        if key.endswith(".context_length"):
            info[key] = min(int(info[key] or 0) or context_tokens(expert), context_tokens(expert))
    return json_response({**shown, "model_info": info})


async def _show_auto(answering: Answering) -> dict[str, Any]:
    """Return what holds whichever expert answers, and `tools` if any of them can call tools."""
    window = answering.window
    experts = window.roster.everyone()
    found = [await window.first_able(experts, need, lambda note: None) for need in ("tools",)]
    least = min((context_tokens(expert) for expert in experts), default=0)
    details = {"format": "gguf", "family": "hotseat", "families": ["hotseat"]}
    return {
        "capabilities": ["completion", *(["tools"] if found[0] is not None else [])],
        "details": {**details, "parameter_size": "", "quantization_level": ""},
        "model_info": {"general.architecture": "hotseat", "hotseat.context_length": least},
        "template": "{{ .Messages }}",
        "modelfile": "",
        "parameters": "",
    }


async def chat(request: Request) -> Response:
    body = await read_json(request, MAX_BODY_BYTES)
    answering = answering_of(request)
    messages, streams = field(body, "messages", list, []), field(body, "stream", bool, True)
    need = _need(body, has_images=any(isinstance(m, dict) and m.get("images") for m in messages))
    asked = Asked(
        model=answering.checked_model(field(body, "model", str, "")),
        path="/api/chat",
        body={**body, "options": field(body, "options", dict, {}), "stream": streams},
        form=OllamaForm("chat"),
        need=need,
        subject=subject_of_messages(messages),
        stream=streams,
        client=client_of(request),
    )
    return CancellableResponse(partial(answering.answer, asked))


async def generate(request: Request) -> Response:
    body = await read_json(request, MAX_BODY_BYTES)
    answering = answering_of(request)
    prompt, suffix = field(body, "prompt", str, ""), field(body, "suffix", str, "")
    streams = field(body, "stream", bool, True)
    need = ("insert", "") if suffix else ("vision",) if body.get("images") else ("chat", "")
    if field(body, "raw", bool, False):
        need = ("",)
    asked = Asked(
        model=answering.checked_model(field(body, "model", str, "")),
        path="/api/generate",
        body={**body, "options": field(body, "options", dict, {}), "stream": streams},
        form=OllamaForm("generate"),
        need=need,
        subject=subject_of_prompt(prompt, suffix),
        stream=streams,
        client=client_of(request),
    )
    return CancellableResponse(partial(answering.answer, asked))


async def embed(request: Request) -> Response:
    body = await read_json(request, MAX_BODY_BYTES)
    answering = answering_of(request)
    asked = Asked(
        model=answering.checked_model(field(body, "model", str, "")),
        path="/api/embed",
        body={**body, "options": field(body, "options", dict, {}), "stream": False},
        form=OllamaForm("embed"),
        need=("embedding",),
        client=client_of(request),
    )
    return CancellableResponse(partial(answering.answer, asked))


async def refused(request: Request) -> Response:
    """Refuse to change the models: the roster says which there are."""
    raise ApiError(
        403,
        "the gateway does not change models: edit experts.yaml, and fetch with `hotseat pull`",
    )


def _need(body: dict[str, Any], *, has_images: bool) -> tuple[str, ...]:
    if has_images:
        return ("vision",)
    return ("tools",) if body.get("tools") else ("chat", "")


def _entry(name: str, size_bytes: int) -> dict[str, Any]:
    details = {"format": "gguf", "family": "hotseat", "families": ["hotseat"]}
    return {
        "name": f"{name}:latest",
        "model": f"{name}:latest",
        "modified_at": "2000-01-01T00:00:00Z",
        "size": size_bytes,
        # Clients take models with one digest for names of one model.
        "digest": hashlib.sha256(name.encode()).hexdigest(),
        "details": {**details, "parent_model": "", "parameter_size": "", "quantization_level": ""},
    }
