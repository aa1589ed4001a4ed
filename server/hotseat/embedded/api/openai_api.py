"""OpenAI's API: /v1/models, chat/completions, completions and embeddings.

Each request is translated to Ollama's, checked and answered as that, and the answer translated
back. Models have the names that /api/tags lists.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from hotseat.embedded.api import embeddings as embed_api
from hotseat.embedded.api import generation
from hotseat.embedded.api.request import CheckedRequest
from hotseat.embedded.api.state import engine_of, find_model
from hotseat.serving import wire
from hotseat.serving.openai.form import ChatForm, CompletionForm, EmbeddingForm
from hotseat.serving.openai.reply import FormedReply
from hotseat.serving.openai.request import (
    chat_body,
    completion_body,
    embedding_body,
    wants_usage,
)
from hotseat.serving.reply import CancellableResponse


async def models(request: Request) -> Response:
    """Answer GET /v1/models."""
    stored = await asyncio.to_thread(engine_of(request).store.models)
    return wire.json_response(
        {"object": "list", "data": [_entry(one.name.short) for one in stored]}
    )


async def model(request: Request) -> Response:
    """Answer GET /v1/models/NAME. Raises ApiError 404."""
    name = request.path_params["name"]
    await find_model(engine_of(request), name)
    return wire.json_response(_entry(name))


async def chat(request: Request) -> Response:
    """Answer POST /v1/chat/completions."""
    given = await wire.read_json(request)
    name = wire.field(given, "model", str, "")
    ask = await generation.checked_chat(engine_of(request), {**chat_body(given), "model": name})
    form = ChatForm(_id("chatcmpl"), int(time.time()), with_usage=wants_usage(given))
    return _response(request, ask, form, name)


async def completions(request: Request) -> Response:
    """Answer POST /v1/completions."""
    given = await wire.read_json(request)
    name = wire.field(given, "model", str, "")
    body = {**completion_body(given), "model": name}
    ask = await generation.checked_generate(engine_of(request), body)
    form = CompletionForm(_id("cmpl"), int(time.time()), with_usage=wants_usage(given))
    return _response(request, ask, form, name)


async def embeddings(request: Request) -> Response:
    """Answer POST /v1/embeddings."""
    given = await wire.read_json(request)
    name = wire.field(given, "model", str, "")
    send = await embed_api.checked_embed(
        engine_of(request), {**embedding_body(given), "model": name}
    )
    form = EmbeddingForm(in_base64=given.get("encoding_format") == "base64")
    form.name = name
    return CancellableResponse(send, make_reply=partial(FormedReply, form, stream=False))


def _response(
    request: Request, ask: CheckedRequest, form: ChatForm | CompletionForm, name: str
) -> Response:
    form.name = name
    return CancellableResponse(
        partial(generation.answer, engine_of(request), generation.owned(ask, request)),
        make_reply=partial(FormedReply, form, stream=ask.stream),
    )


def _id(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(12)}"


def _entry(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "library"}
