"""The ASGI application: routes, and errors in the form of the API that was asked."""

from __future__ import annotations

import logging

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from hotseat.domain.errors import HotseatError
from hotseat.gateway import ollama_api, openai_api
from hotseat.gateway.answering import Answering, status_of
from hotseat.gateway.presence import STATUS_PATH
from hotseat.serving.guard import Guard
from hotseat.serving.openai.form import error_object
from hotseat.serving.wire import ApiError, json_response

_KEY_HINT = (
    "unauthorized: send the gateway's key as `Authorization: Bearer KEY`; "
    "`hotseat serve --show-key` prints it"
)

log = logging.getLogger("hotseat.gateway")


def create_app(answering: Answering, *, bound_host: str, key: str | None) -> Guard:
    """Return the whole application with access control. `key` None: no key is needed."""
    app = Starlette(
        routes=_ROUTES,
        exception_handlers={
            ApiError: _api_error,
            HotseatError: _hotseat_error,
            HTTPException: _http_error,
            ClientDisconnect: _client_left,
            Exception: _unexpected,
        },
    )
    app.router.redirect_slashes = False
    app.state.answering = answering
    return Guard(app, bound_host=bound_host, token=key, refuse=_unauthorized)


async def _status(request: Request) -> Response:
    answering: Answering = request.app.state.answering
    return json_response(answering.traffic.as_json())


_ROUTES = [
    Route("/", ollama_api.root, methods=["GET"]),
    Route("/api/version", ollama_api.version, methods=["GET"]),
    Route("/api/tags", ollama_api.tags, methods=["GET"]),
    Route("/api/ps", ollama_api.ps, methods=["GET"]),
    Route("/api/show", ollama_api.show, methods=["POST"]),
    Route("/api/chat", ollama_api.chat, methods=["POST"]),
    Route("/api/generate", ollama_api.generate, methods=["POST"]),
    Route("/api/embed", ollama_api.embed, methods=["POST"]),
    *(
        Route(f"/api/{name}", ollama_api.refused, methods=["POST"])
        for name in ("pull", "push", "create", "copy")
    ),
    Route("/api/delete", ollama_api.refused, methods=["DELETE"]),
    Route("/api/blobs/{digest:path}", ollama_api.refused, methods=["HEAD", "POST"]),
    Route(STATUS_PATH, _status, methods=["GET"]),
    Route("/v1/models", openai_api.models, methods=["GET"]),
    Route("/v1/models/{name:path}", openai_api.model, methods=["GET"]),
    Route("/v1/chat/completions", openai_api.chat, methods=["POST"]),
    Route("/v1/completions", openai_api.completions, methods=["POST"]),
    Route("/v1/embeddings", openai_api.embeddings, methods=["POST"]),
]


def _error(path: str, status: int, message: str) -> Response:
    body = error_object(status, message) if path.startswith("/v1/") else {"error": message}
    return json_response(body, status)


def _unauthorized(scope: Scope) -> Response:
    return _error(str(scope["path"]), 401, _KEY_HINT)


async def _api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return _error(request.url.path, error.status, error.message)


async def _hotseat_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HotseatError)
    return _error(request.url.path, status_of(error), str(error))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    what = {404: "there is no such route", 405: "the route has no such method"}
    text = f"{what.get(error.status_code, error.detail)}: {request.method} {request.url.path}"
    return _error(request.url.path, error.status_code, text)


async def _client_left(request: Request, error: Exception) -> Response:
    return Response(status_code=499)  # no client reads it


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _error(request.url.path, 500, "internal error; see the gateway's log")
