"""OpenAI's API: the routes."""

from __future__ import annotations

import secrets
import time
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from hotseat.gateway.answering import Asked
from hotseat.gateway.choice import model_names
from hotseat.gateway.ollama_api import MAX_BODY_BYTES, answering_of, client_of
from hotseat.gateway.subject import subject_of_messages, subject_of_prompt
from hotseat.serving.openai.form import ChatForm, CompletionForm, EmbeddingForm
from hotseat.serving.openai.request import (
    chat_body,
    completion_body,
    embedding_body,
    wants_usage,
)
from hotseat.serving.reply import CancellableResponse
from hotseat.serving.wire import field, json_response, read_json


async def models(request: Request) -> Response:
    names = model_names(answering_of(request).window.roster)
    return json_response({"object": "list", "data": [_entry(name) for name in names]})


async def model(request: Request) -> Response:
    return json_response(_entry(answering_of(request).checked_model(request.path_params["name"])))


async def chat(request: Request) -> Response:
    given = await read_json(request, MAX_BODY_BYTES)
    answering = answering_of(request)
    body = chat_body(given)
    has_images = any("images" in message for message in body["messages"])
    asked = Asked(
        model=answering.checked_model(field(given, "model", str, "")),
        path="/api/chat",
        body=body,
        form=ChatForm(_id("chatcmpl"), int(time.time()), with_usage=wants_usage(given)),
        need=("vision",) if has_images else ("tools",) if "tools" in body else ("chat", ""),
        subject=subject_of_messages(field(given, "messages", list, [])),
        stream=body["stream"],
        client=client_of(request),
    )
    return CancellableResponse(partial(answering.answer, asked))


async def completions(request: Request) -> Response:
    given = await read_json(request, MAX_BODY_BYTES)
    answering = answering_of(request)
    body = completion_body(given)
    asked = Asked(
        model=answering.checked_model(field(given, "model", str, "")),
        path="/api/generate",
        body=body,
        form=CompletionForm(_id("cmpl"), int(time.time()), with_usage=wants_usage(given)),
        need=("insert", "") if "suffix" in body else ("",),
        subject=subject_of_prompt(body["prompt"], body.get("suffix", "")),
        stream=body["stream"],
        client=client_of(request),
    )
    return CancellableResponse(partial(answering.answer, asked))


async def embeddings(request: Request) -> Response:
    given = await read_json(request, MAX_BODY_BYTES)
    answering = answering_of(request)
    asked = Asked(
        model=answering.checked_model(field(given, "model", str, "")),
        path="/api/embed",
        body=embedding_body(given),
        form=EmbeddingForm(in_base64=given.get("encoding_format") == "base64"),
        need=("embedding",),
        client=client_of(request),
    )
    return CancellableResponse(partial(answering.answer, asked))


def _id(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(12)}"


def _entry(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": 946684800, "owned_by": "hotseat"}
