"""The ASGI application: routes, error answers, and the time since the last request."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import hotseat
from hotseat.domain.errors import HotseatError
from hotseat.embedded.api import beside_api, create, embeddings, generation, models_api, openai_api
from hotseat.embedded.api.refusal import engine_refusal
from hotseat.embedded.api.state import EngineState, engine_of
from hotseat.engines.protocol import KEEPS_PROMPTS
from hotseat.serving.guard import Guard
from hotseat.serving.openai.form import error_object
from hotseat.serving.wire import ApiError, json_response

OLLAMA_API_VERSION = "0.32.15"
"""The Ollama version whose recorded answers ours are tested against.

Clients compare it with their requirements, so it is not our own version, which is in `hotseat`.
"""
FEATURES = ("timings",)
RESIDENT_ONLY = "resident_only"
PREEMPTS_LOADS = "preempts"
DRAFTS_APART = "drafts"
"""The feature of a pool that drafts only where no log-probabilities are asked for."""
SHARES_BASES = "adapters"
"""The feature of a pool that keeps models with different adapters over one base in one process."""

log = logging.getLogger("hotseat.engine")


class Activity:
    """Counts requests, to detect an idle engine.

    Every request of the user counts, polling included: while an editor polls, it needs the engine.
    It stands after the guard, so that refused requests do not keep the engine running.
    """

    def __init__(self, app: ASGIApp, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._clock = clock
        self._n_running = 0
        self._last_s = clock()

    @property
    def idle_s(self) -> float:
        """Return the seconds since the last request ended; 0 while one runs."""
        return 0.0 if self._n_running else self._clock() - self._last_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._n_running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._n_running -= 1
            self._last_s = self._clock()


def create_app(
    engine: EngineState,
    *,
    bound_host: str,
    port: int,
    token: str,
    token_at: Path,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Guard, Activity]:
    """Return the whole application, with access control, and the user's activity in it.

    Starts and stops nothing.

    `port` is the TCP port that the engine listens on; `token_at` is the file in which clients find
    the token.
    """
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
    app.state.engine = engine
    activity = Activity(app, clock=clock)
    refuse = engine_refusal(port=port, token=token, token_at=token_at)
    guard = Guard(activity, bound_host=bound_host, token=token, refuse=refuse)
    return guard, activity


async def _root(request: Request) -> Response:
    # Clients look for this exact text.
    return PlainTextResponse("Ollama is running")


async def _version(request: Request) -> Response:
    engine = engine_of(request)
    ours = {
        "instance": engine.instance,
        "version": hotseat.__version__,
        "features": [
            *FEATURES,
            *([SHARES_BASES, RESIDENT_ONLY] if engine.pool.shares_bases else []),
            *([KEEPS_PROMPTS] if engine.pool.kept is not None else []),
            *([DRAFTS_APART] if engine.pool.drafts else []),
            *([PREEMPTS_LOADS] if engine.pool.preempts_loads else []),
        ],
        "slots": engine.pool.n_slots,
    }
    return json_response({"version": OLLAMA_API_VERSION, "hotseat": ours})


async def _status(request: Request) -> Response:
    """Report that there is no access to Ollama's cloud models."""
    return json_response({"cloud": {"disabled": True, "source": "none"}})


async def _account(request: Request) -> Response:
    """Report no account of ollama.com, in Ollama's words without a network."""
    return json_response({"error": "account unavailable"}, 503)


_ROUTES = [
    Route("/", _root, methods=["GET"]),
    Route("/api/version", _version, methods=["GET"]),
    Route("/api/tags", models_api.tags, methods=["GET"]),
    Route("/api/ps", models_api.ps, methods=["GET"]),
    Route("/api/hotseat/beside", beside_api.set_bounds, methods=["POST"]),
    Route("/api/show", models_api.show, methods=["POST"]),
    Route("/api/generate", generation.generate, methods=["POST"]),
    Route("/api/chat", generation.chat, methods=["POST"]),
    Route("/api/embed", embeddings.embed, methods=["POST"]),
    Route("/api/embeddings", embeddings.embeddings, methods=["POST"]),
    Route("/api/pull", models_api.pull, methods=["POST"]),
    Route("/api/create", create.create, methods=["POST"]),
    Route("/api/copy", models_api.copy, methods=["POST"]),
    Route("/api/push", models_api.push, methods=["POST"]),
    Route("/api/status", _status, methods=["GET"]),
    Route("/api/me", _account, methods=["POST"]),
    Route("/api/delete", models_api.delete, methods=["DELETE"]),
    Route("/api/blobs/{digest:path}", models_api.blob_head, methods=["HEAD"]),
    Route("/api/blobs/{digest:path}", models_api.blob_put, methods=["POST"]),
    Route("/v1/models", openai_api.models, methods=["GET"]),
    Route("/v1/models/{name:path}", openai_api.model, methods=["GET"]),
    Route("/v1/chat/completions", openai_api.chat, methods=["POST"]),
    Route("/v1/completions", openai_api.completions, methods=["POST"]),
    Route("/v1/embeddings", openai_api.embeddings, methods=["POST"]),
]


def _error(request: Request, status: int, message: str) -> Response:
    is_openai = request.url.path.startswith("/v1/")
    return json_response(error_object(status, message) if is_openai else {"error": message}, status)


async def _api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return _error(request, error.status, error.message)


async def _hotseat_error(request: Request, error: Exception) -> Response:
    return _error(request, 500, str(error))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = {404: "404 page not found", 405: "405 method not allowed"}
    text = words.get(error.status_code, str(error.detail))
    if request.url.path.startswith("/v1/"):
        return _error(request, error.status_code, text)
    return PlainTextResponse(text, error.status_code, headers=error.headers)


async def _client_left(request: Request, error: Exception) -> Response:
    return Response(status_code=499)  # nginx's status for it; no client reads it.


async def _unexpected(request: Request, error: Exception) -> Response:
    # A bug: logged with its traceback, survived, and not shown to the client.
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _error(request, 500, "internal error; see the engine's log")
