"""The ingress as an ASGI application: keys, limits, routes and errors. It knows no Ray.

Both APIs pass through as they are: the embedded engine speaks both. What would disturb other
developers is taken out of a request: options that load a model again, and `keep_alive`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

import hotseat
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import LOAD_OPTION_NAMES
from hotseat.engines.team.client import MARK, PROBABILITY
from hotseat.serving.openai.form import SSE_TYPE, error_object
from hotseat.serving.reply import CancellableResponse, Reply
from hotseat.serving.wire import ApiError, field, json_response, read_json, to_line
from hotseat.team.admission import Admission
from hotseat.team.config import TeamConfig
from hotseat.team.forwarding import UNAVAILABLE, Head, Piece
from hotseat.team.hints import HintGate, Load
from hotseat.team.keys import KeyRing, read_keys
from hotseat.team.metrics import CONTENT_TYPE, Metrics

OLLAMA_API_VERSION = "0.32.15"
"""The version of Ollama whose API this is; clients compare it with what they require."""
KEYS_READ_S = 2.0
"""At most this old is what is known of the file of keys."""
ATTEMPTS = 2
"""Replicas that are asked before the client gets an error; only before the first byte."""
_FORWARDED = (
    "/api/chat",
    "/api/generate",
    "/api/embed",
    "/api/show",
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/embeddings",
)
_OPEN = ("/healthz",)

log = logging.getLogger("hotseat.team")


class Upstream(Protocol):
    """The replicas."""

    def ask(
        self, model: str, path: str, body: bytes, developer: str
    ) -> AsyncGenerator[Piece, None]:
        """Yield a Head, then bytes. Closing it cancels the request."""

    async def expect(self, base: str, probability: float) -> None:
        """Let a replica load a base model that may be asked next, unless it has better to do."""

    def resident(self) -> Mapping[str, int]:
        """Return the base models that are in the memory of any replica, with their bytes."""

    def loads(self) -> int:
        """Return how many models all replicas have loaded since their starts."""


class TeamApp:
    """The whole ingress. `total`: requests that all replicas answer at once."""

    def __init__(self, config: TeamConfig, upstream: Upstream, *, total: int) -> None:
        self._config = config
        self._upstream = upstream
        self._admission = Admission(config, total=total)
        self._keys = _Keys(config.keys_path)
        self._metrics = Metrics()
        self._hints = HintGate()
        self._hinting: set[asyncio.Task[None]] = set()
        self._total = total
        self._is_draining = False
        self._routes = _routes(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the key before anything of a request is read."""
        if scope["type"] == "http" and _path(scope) not in _OPEN:
            developer = await self._keys.developer_of(dict(scope["headers"]))
            if developer is None:
                self._metrics.refused(401)
                refusal = _error(_path(scope), 401, "unauthorized")
                refusal.headers["WWW-Authenticate"] = "Bearer"
                await refusal(scope, receive, send)
                return
            scope["hotseat.developer"] = developer
        await self._routes(scope, receive, send)

    async def drain(self, patience_s: float) -> int:
        """Refuse new requests, wait for those that run, and return how many were not done."""
        self._is_draining = True
        deadline_s = time.monotonic() + patience_s
        while self._admission.n_present and time.monotonic() < deadline_s:
            await asyncio.sleep(0.05)
        return self._admission.n_present

    # Routes

    async def health(self, request: Request) -> Response:
        """Answer load balancers; without a key, so without details."""
        if self._is_draining:
            return PlainTextResponse("draining", 503)
        return PlainTextResponse("ok")

    async def metrics(self, request: Request) -> Response:
        return PlainTextResponse(
            self._metrics.text(loads=self._upstream.loads()), media_type=CONTENT_TYPE
        )

    async def root(self, request: Request) -> Response:
        return PlainTextResponse("Ollama is running")

    async def version(self, request: Request) -> Response:
        return json_response({"version": OLLAMA_API_VERSION, MARK: hotseat.__version__})

    async def resident(self, request: Request) -> Response:
        """Answer GET /api/ps: models in the memory of any replica, and the names of all."""
        held = self._upstream.resident()
        models = [
            {**_tag(name), "size": size}
            for name in self._config.names
            if (size := held.get(self._config.unit_of(name) or "", 0))
        ]
        return json_response({"models": models, MARK: {"names": self._config.names}})

    async def tags(self, request: Request) -> Response:
        return json_response({"models": [_tag(name) for name in self._config.names]})

    async def models(self, request: Request) -> Response:
        entries = [_entry(name) for name in self._config.names]
        return json_response({"object": "list", "data": entries})

    async def model(self, request: Request) -> Response:
        return json_response(_entry(self._checked_name(request.path_params["name"])))

    async def forwarded(self, request: Request) -> Response:
        began_s = time.perf_counter()
        if self._is_draining:
            raise ApiError(UNAVAILABLE, "the server is about to end: ask again")
        given = await read_json(request, self._config.max_body_bytes)
        name = self._checked_name(field(given, "model", str, "") or field(given, "name", str, ""))
        developer = request.scope["hotseat.developer"]
        if is_hint(_path(request.scope), given):
            self._hinted(developer, name, _probability(given))
            return json_response(_loaded(name))
        body = json.dumps({**_harmless(given), "model": name}).encode()
        return CancellableResponse(
            partial(self._answer, developer, name, _path(request.scope), body, began_s)
        )

    def _hinted(self, developer: str, name: str, probability: float) -> None:
        """Pass a hint on, or drop it. Its sender does not wait for it."""
        base = self._config.unit_of(name) or name
        task = asyncio.create_task(self._expect(developer, base, probability))
        self._hinting.add(task)
        task.add_done_callback(self._hinting.discard)

    async def _expect(self, developer: str, base: str, probability: float) -> None:
        load = Load(
            n_running=self._admission.n_running,
            n_waiting=self._admission.n_waiting,
            total=self._total,
            replicas=self._config.replicas,
        )
        resident = self._upstream.resident()
        with self._hints.entered(developer, base, resident=resident, load=load) as passes:
            self._metrics.hinted(is_dropped=not passes)
            if passes:
                await self._upstream.expect(base, probability)

    def _checked_name(self, asked: str) -> str:
        name = asked.removesuffix(":latest")
        if not name:
            self._metrics.refused(400)
            raise ApiError(400, "model is required")
        if self._config.base_of(name) is None:
            self._metrics.refused(404)
            names = ", ".join(self._config.names)
            raise ApiError(404, f"model '{asked[:100]}' not found; there are: {names}")
        return name

    async def _answer(
        self, developer: str, name: str, path: str, body: bytes, began_s: float, reply: Reply
    ) -> None:
        status = 499
        self._metrics.began(name)
        try:
            async with self._admission.entered(developer):
                status = await self._answer_admitted(developer, name, path, body, began_s, reply)
        except ApiError as error:
            status = error.status
            raise
        except HotseatError:
            status = UNAVAILABLE
            raise
        finally:
            self._metrics.ended(name, status)

    async def _answer_admitted(
        self, developer: str, name: str, path: str, body: bytes, began_s: float, reply: Reply
    ) -> int:
        for attempt in range(1, ATTEMPTS + 1):
            async with aclosing(self._upstream.ask(name, path, body, developer)) as pieces:
                head = await anext(pieces)
                assert isinstance(head, Head)
                if head.status == UNAVAILABLE and head.message and attempt < ATTEMPTS:
                    continue  # Another replica may be well.
                if head.message:
                    raise ApiError(head.status, head.message)
                if not head.content:
                    raise ApiError(502, "the model's answer was empty")
                self._metrics.first_piece(name, time.perf_counter() - began_s)
                return await _send(head, pieces, reply)
        raise AssertionError("the last attempt returns or raises")


class _Keys:
    """The file of keys, read again in a thread when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ring = KeyRing()
        self._read_at_s = -KEYS_READ_S
        self._lock = asyncio.Lock()

    async def developer_of(self, headers: dict[bytes, bytes]) -> str | None:
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return None
        await self._refresh()
        return self._ring.developer_of(token.strip())

    async def _refresh(self) -> None:
        if time.monotonic() - self._read_at_s < KEYS_READ_S:
            return
        async with self._lock:
            if time.monotonic() - self._read_at_s < KEYS_READ_S:
                return
            try:
                self._ring = await asyncio.to_thread(read_keys, self._path)
            except HotseatError as error:
                log.error("%s. %s", error.message, error.hint)
                self._ring = KeyRing()  # A file that cannot be trusted lets no one in.
            self._read_at_s = time.monotonic()


async def _send(head: Head, pieces: AsyncGenerator[Piece, None], reply: Reply) -> int:
    """Send an answer and return its status; one that breaks off ends with an error of its API."""
    status = head.status
    await reply.piece(head.content, head.media_type, status)
    async for piece in pieces:
        if isinstance(piece, Head):
            status = piece.status
            text = f"the answer broke off: {piece.message}"
            is_sse = head.media_type.startswith(SSE_TYPE)
            error = error_object(status, text) if is_sse else {"error": text}
            line = to_line(error)
            await reply.piece(b"data: " + line + b"\n" if is_sse else line, head.media_type)
            break
        await reply.piece(piece, head.media_type)
    await reply.end()
    return status


def _harmless(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body without what would load or unload a model that others use."""
    found = {name: value for name, value in body.items() if name not in ("keep_alive", "name")}
    if options := field(body, "options", dict, {}):
        found["options"] = {k: v for k, v in options.items() if k not in LOAD_OPTION_NAMES}
    return found


def is_hint(path: str, body: dict[str, Any]) -> bool:
    """Return whether it is a request to load a model, without a prompt."""
    if path == "/api/chat":
        return not body.get("messages")
    if path != "/api/generate":
        return False
    return not any(body.get(name) for name in ("prompt", "suffix", "images", "context"))


def _probability(body: dict[str, Any]) -> float:
    value = body.get(PROBABILITY, 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ApiError(400, f"{PROBABILITY} must be a number from 0 to 1")
    return float(value)


def _loaded(name: str) -> dict[str, Any]:
    return {"model": name, "response": "", "done": True, "done_reason": "load"}


def _path(scope: Scope) -> str:
    """Return the path below the prefix that Serve's config may give the application."""
    return str(scope["path"]).removeprefix(str(scope.get("root_path", "")))


def _routes(app: TeamApp) -> Starlette:
    def get(path: str, answer: Callable[[Request], Awaitable[Response]]) -> Route:
        return Route(path, answer, methods=["GET"])

    starlette = Starlette(
        routes=[
            get("/", app.root),
            get("/healthz", app.health),
            get("/metrics", app.metrics),
            get("/api/version", app.version),
            get("/api/tags", app.tags),
            get("/api/ps", app.resident),
            get("/v1/models", app.models),
            get("/v1/models/{name:path}", app.model),
            *(Route(path, app.forwarded, methods=["POST"]) for path in _FORWARDED),
        ],
        exception_handlers={
            ApiError: _api_error,
            HotseatError: _hotseat_error,
            HTTPException: _http_error,
            ClientDisconnect: _client_left,
            Exception: _unexpected,
        },
    )
    starlette.router.redirect_slashes = False
    return starlette


def _error(path: str, status: int, message: str) -> Response:
    body = error_object(status, message) if path.startswith("/v1/") else {"error": message}
    return json_response(body, status)


async def _api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    answer = _error(_path(request.scope), error.status, error.message)
    if error.status in (429, UNAVAILABLE):
        answer.headers["Retry-After"] = "1"
    return answer


async def _hotseat_error(request: Request, error: Exception) -> Response:
    return _error(_path(request.scope), UNAVAILABLE, str(error))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    what = {404: "there is no such route", 405: "the route has no such method"}
    text = what.get(error.status_code, str(error.detail))
    return _error(_path(request.scope), error.status_code, text)


async def _client_left(request: Request, error: Exception) -> Response:
    return Response(status_code=499)  # No client reads it.


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, _path(request.scope), exc_info=error)
    return _error(_path(request.scope), 500, "internal error; see the server's log")


def _entry(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": 946684800, "owned_by": "hotseat"}


def _tag(name: str) -> dict[str, Any]:
    full = f"{name}:latest"
    return {
        "name": full,
        "model": full,
        "modified_at": "2000-01-01T00:00:00Z",
        "size": 0,
        "digest": "0" * 64,
        "details": {"format": "gguf", "family": "hotseat", "families": ["hotseat"]},
    }
