"""Ollama's HTTP API as an `Engine`: the user's daemon and the embedded engine alike.

Owns one pooled client for everything that is quick, and a connection of its own for each load, so
that no keystroke can cancel one. Decides nothing about what should be loaded. On loopback the
environment's proxies are ignored: with HTTP_PROXY set, 127.0.0.1 would not be reached.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx

from hotseat.domain.errors import (
    EngineError,
    EngineGarbled,
    EngineRejected,
    EngineUnavailable,
    ModelNotFound,
)
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ResidentModel
from hotseat.engines.protocol import ChatRequest, Chunk, EngineInfo, GenerateRequest, ModelInfo
from hotseat.engines.upstream import Address, Spare, Upstream, UpstreamBroken, UpstreamSilent

QUICK_TIMEOUT = httpx.Timeout(5.0, connect=1.0)
# Time between two tokens, or to the first: prompt evaluation of a full window on a slow CPU.
STREAM_SILENCE_S = 120.0
# Ollama gives up on a stalled load after 5 minutes; a client that gives up first aborts the load.
LOAD_TIMEOUT = httpx.Timeout(600.0, connect=1.0)
UNLOAD_PATIENCE_S = 60.0
_JSON = {"Content-Type": "application/json"}

_BLOB = re.compile(r"^FROM .*sha256[-:]([0-9a-f]{64})\s*$", re.MULTILINE)


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine by name or address."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class OllamaEngine:
    """One daemon at `base_url`. `token` goes along as a bearer token where the host wants one."""

    def __init__(self, base_url: str, *, token: str | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client_args: dict[str, Any] = {
            "base_url": self.base_url,
            "headers": headers,
            "trust_env": not is_loopback(base_url),
            # Without TLS nothing is verified, and reading the certificates takes 30 ms each time.
            "verify": urlsplit(self.base_url).scheme == "https",
        }
        self._client = httpx.AsyncClient(
            timeout=QUICK_TIMEOUT,
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=8),
            **self._client_args,
        )
        parts = urlsplit(self.base_url)
        self._base_path = parts.path
        self._address: Address | None = None
        if is_loopback(base_url) and parts.scheme == "http":
            host, port = parts.hostname or "127.0.0.1", parts.port or 80
            self._address = Address(host=host, port=port, api_key=token or "")
            self._spare = Spare(self._address, silence_s=STREAM_SILENCE_S)

    async def aclose(self) -> None:
        if self._address is not None:
            await self._spare.aclose()
        await self._client.aclose()

    async def version(self) -> EngineInfo:
        answer = await self._quick("GET", "/api/version")
        ours = answer.get("hotseat") or {}
        if not isinstance(answer.get("version"), str) or not isinstance(ours, dict):
            raise EngineGarbled(
                f"{self.base_url} does not answer like Ollama",
                hint="Check the host in experts.yaml",
            )
        return EngineInfo(
            version=answer["version"],
            instance=str(ours.get("instance", "")),
            features=frozenset(map(str, ours.get("features", ()))),
            n_slots=ours["slots"] if isinstance(ours.get("slots"), int) else 1,
        )

    async def models(self) -> tuple[str, ...]:
        return tuple(name for name, _ in await self._tags())

    async def show(self, model: str) -> ModelInfo:
        answer = await self._quick("POST", "/api/show", {"model": model})
        wanted = canonical_model_name(model)
        size = next((size for name, size in await self._tags() if name == wanted), None)
        with _garbled(self.base_url, "/api/show"):
            blob = _BLOB.search(str(answer.get("modelfile", "")))
            return ModelInfo(
                capabilities=frozenset(map(str, answer.get("capabilities") or ())),
                template=str(answer.get("template") or ""),
                metadata=dict(answer.get("model_info") or {}),
                parameter_size=str((answer.get("details") or {}).get("parameter_size", "")),
                size_bytes=size,
                blob=blob[1] if blob else "",
            )

    async def resident(self) -> tuple[ResidentModel, ...]:
        answer = await self._quick("GET", "/api/ps")
        with _garbled(self.base_url, "/api/ps"):
            return _together(answer.get("models") or ())

    async def ensure_ready(self, spec: ModelSpec, *, keep_alive_s: float) -> float:
        started_s = time.monotonic()
        body = {
            "model": spec.model,
            "keep_alive": keep_alive_s,
            "options": _options(spec),
            "stream": False,
        }
        async with httpx.AsyncClient(timeout=LOAD_TIMEOUT, **self._client_args) as client:
            await self._quick("POST", "/api/generate", body, client=client)
        return time.monotonic() - started_s

    async def unload(self, spec: ModelSpec) -> None:
        await self._quick(
            "POST", "/api/generate", {"model": spec.model, "keep_alive": 0, "stream": False}
        )
        # Asynchronous in Ollama: seen gone after 13-18 ms on a CPU, 0.5-1.5 s on a discrete GPU.
        wanted = canonical_model_name(spec.model)
        deadline_s = time.monotonic() + UNLOAD_PATIENCE_S
        pause_s = 0.005
        while any(entry.model == wanted for entry in await self.resident()):
            if time.monotonic() > deadline_s:
                raise EngineError(
                    f"{spec.model} is still in memory {UNLOAD_PATIENCE_S:.0f} s after its unload",
                    hint="Another program may be using it; `ollama ps` shows it",
                )
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 1.5, 0.25)

    async def generate(self, request: GenerateRequest) -> AsyncGenerator[Chunk, None]:
        body: dict[str, Any] = {
            "model": request.spec.model,
            "prompt": request.prompt,
            "options": _options(
                request.spec,
                num_predict=max(1, request.n_predict),
                temperature=request.temperature,
                stop=list(request.stop),
            ),
        }
        if request.suffix is not None:
            body["suffix"] = request.suffix
        elif request.raw:
            body["raw"] = True
        if request.logprobs:
            body["logprobs"] = True
        async with aclosing(self._stream("/api/generate", body)) as lines:
            async for line in lines:
                with _garbled(self.base_url, "/api/generate"):
                    chunk = _chunk(line, line.get("response"))
                yield chunk

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        body: dict[str, Any] = {
            "model": request.spec.model,
            "messages": [{"role": role, "content": text} for role, text in request.messages],
            "options": _options(
                request.spec,
                num_predict=max(1, request.n_predict),
                temperature=request.temperature,
                stop=list(request.stop),
            ),
        }
        if request.format_schema is not None:
            body["format"] = request.format_schema
        async with aclosing(self._stream("/api/chat", body)) as lines:
            async for line in lines:
                with _garbled(self.base_url, "/api/chat"):
                    chunk = _chunk(line, (line.get("message") or {}).get("content"))
                yield chunk

    async def _tags(self) -> list[tuple[str, int | None]]:
        answer = await self._quick("GET", "/api/tags")
        with _garbled(self.base_url, "/api/tags"):
            return [
                (str(entry["name"]), int(entry["size"]) if "size" in entry else None)
                for entry in answer.get("models") or ()
            ]

    async def _quick(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        client: httpx.AsyncClient | None = None,
    ) -> dict[str, Any]:
        async with self._translated():
            content = None if body is None else _content(body)
            response = await (client or self._client).request(
                method, path, content=content, headers=_JSON
            )
            return _checked(response.status_code, response.content, body)

    async def _stream(
        self, path: str, body: dict[str, Any]
    ) -> AsyncGenerator[dict[str, Any], None]:
        lines = self._httpx_lines if self._address is None else self._lean_lines
        async with self._translated(), aclosing(lines(path, body)) as stream:
            async for text in stream:
                line = _checked(200, text, body)
                yield line
                if line.get("done"):
                    return
            raise EngineGarbled("The engine broke off in the middle of an answer")

    async def _lean_lines(self, path: str, body: dict[str, Any]) -> AsyncGenerator[bytes, None]:
        """For an engine on this machine: a keystroke waits for every millisecond of this."""
        upstream, status = await self._begin(path, _content(body))
        try:
            if status >= 400:
                _checked(status, await upstream.read(), body)
            rest = b""
            while piece := await upstream.data():
                *whole, rest = (rest + piece).split(b"\n")
                for line in filter(None, whole):
                    yield line
            if rest:
                yield rest
        finally:
            upstream.close()

    async def _begin(self, path: str, content: bytes) -> tuple[Upstream, int]:
        """The request on the spare connection, or on a new one, and the answer's status."""
        assert self._address is not None
        spare = self._spare.take()
        self._spare.prepare()
        if spare is not None:
            with suppress(UpstreamBroken):  # the engine had closed it
                return spare, await self._ask(spare, path, content)
        upstream = await Upstream.connect(self._address, silence_s=STREAM_SILENCE_S)
        return upstream, await self._ask(upstream, path, content)

    async def _ask(self, upstream: Upstream, path: str, content: bytes) -> int:
        assert self._address is not None
        try:
            await upstream.send(self._address, self._base_path + path, content)
            return await upstream.status()
        except BaseException:
            upstream.close()  # which the engine sees, and stops
            raise

    async def _httpx_lines(self, path: str, body: dict[str, Any]) -> AsyncGenerator[bytes, None]:
        """For any other: with TLS, and the environment's proxies."""
        timeout = httpx.Timeout(STREAM_SILENCE_S, connect=1.0)
        async with self._client.stream(
            "POST", path, content=_content(body), headers=_JSON, timeout=timeout
        ) as response:
            if response.status_code >= 400:
                _checked(response.status_code, await response.aread(), body)
            async for text in response.aiter_lines():
                if text:
                    yield text.encode()

    @asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        """The transport's exceptions as ours."""
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout, OSError) as error:
            raise EngineUnavailable(
                f"No engine answers at {self.base_url}",
                hint="Start Ollama, or run `hotseat doctor`",
            ) from error
        except (
            httpx.ReadTimeout,
            httpx.WriteTimeout,
            httpx.PoolTimeout,
            UpstreamSilent,
        ) as error:
            raise EngineUnavailable(
                f"The engine at {self.base_url} stopped answering",
                hint="It may be overloaded; `hotseat doctor` tests it",
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, UpstreamBroken) as error:
            raise EngineGarbled(f"The connection to {self.base_url} broke: {error}") from error


@contextmanager
def _garbled(base_url: str, path: str) -> Iterator[None]:
    """Reading an answer of another shape than Ollama's is EngineGarbled, whatever breaks first."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise EngineGarbled(
            f"{base_url}{path} does not answer as Ollama does",
            hint="Check the host in experts.yaml",
        ) from error


def _options(spec: ModelSpec, **per_request: Any) -> dict[str, Any]:
    options: dict[str, Any] = {k: list(v) if isinstance(v, tuple) else v for k, v in spec.options}
    for name, value in per_request.items():
        if name == "stop":
            value = [*options.get("stop", ()), *value]
            if not value:
                continue
        options[name] = value
    return options


def _content(body: dict[str, Any]) -> bytes:
    """Half a surrogate pair, which an editor's text may hold and no UTF-8 can, goes as U+FFFD."""
    text = json.dumps(body, ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _checked(status: int, content: bytes, body: dict[str, Any] | None) -> dict[str, Any]:
    """The answer as an object, or the error in it as an exception."""
    try:
        answer = json.loads(content) if content else {}
    except (ValueError, RecursionError):
        answer = None
    if status >= 400 or (isinstance(answer, dict) and "error" in answer):
        said = answer.get("error") if isinstance(answer, dict) else None
        if isinstance(said, dict):  # llama-server and OpenAI's kind
            said = said.get("message")
        message = str(said or f"HTTP status {status}")
        if status == 404 and "not found" in message and body and body.get("model"):
            raise ModelNotFound(str(body["model"]))
        raise EngineRejected(f"The engine answered: {message}", status=status)
    if not isinstance(answer, dict):
        raise EngineGarbled("The engine's answer is not JSON", hint="Is it Ollama at that address?")
    return answer


def _chunk(line: dict[str, Any], text: str | None) -> Chunk:
    if not isinstance(text, str | None):
        raise TypeError("the text is not a string")
    timings = line.get("timings") or {}
    return Chunk(
        text=text or "",
        done=bool(line.get("done")),
        done_reason=str(line.get("done_reason", "")),
        logprobs=tuple(float(entry["logprob"]) for entry in line.get("logprobs") or ()),
        n_prompt_tokens=line.get("prompt_eval_count") or _n_prompt_tokens(timings),
        n_cached_tokens=timings.get("cache_n"),
        prompt_eval_ms=_ms(line.get("prompt_eval_duration")) or timings.get("prompt_ms"),
        n_tokens=line.get("eval_count"),
        eval_ms=_ms(line.get("eval_duration")),
    )


def _n_prompt_tokens(timings: dict[str, Any]) -> int | None:
    """As the embedded engine tells with the first token: most answers are not read to the end."""
    if "cache_n" not in timings or "prompt_n" not in timings:
        return None
    return int(timings["cache_n"]) + int(timings["prompt_n"])


def _ms(duration_ns: int | None) -> float | None:
    return None if duration_ns is None else duration_ns / 1e6


def _together(entries: Iterable[dict[str, Any]]) -> tuple[ResidentModel, ...]:
    """What can be unloaded: a base and the adapters over it are one, under the base's name if
    that is among them."""
    processes: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        shared = entry.get("hotseat") or {}
        processes.setdefault(str(shared.get("base") or entry["name"]), []).append(entry)
    found = []
    for members in processes.values():
        first = min(members, key=lambda entry: bool((entry.get("hotseat") or {}).get("adapter")))
        n_ctx = first.get("context_length")
        found.append(
            ResidentModel(
                model=str(first["name"]),
                digest=str(first.get("digest", "")),
                size_bytes=sum(int(entry.get("size", 0)) for entry in members),
                context_length=None if n_ctx is None else int(n_ctx),
                expires_at=first.get("expires_at"),
            )
        )
    return tuple(found)
