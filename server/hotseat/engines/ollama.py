"""Ollama's HTTP API as an `Engine`: the user's daemon and the embedded engine alike.

Decides nothing about what should be loaded. The bytes are `wire`'s.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass, replace
from typing import Any

import httpx

from hotseat.domain.errors import (
    EngineError,
    EngineGarbled,
    EngineRejected,
    ModelNotFound,
)
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import BesideMemory, PromptCost, ResidentModel
from hotseat.engines.capabilities import EMBEDDED, OLLAMA, flags
from hotseat.engines.protocol import ChatRequest, Chunk, EngineInfo, GenerateRequest, ModelInfo
from hotseat.engines.token import TOKEN_HINT, EngineKey
from hotseat.engines.wire import WIRE_DEFAULTS, Key, Wire, WireSettings, garbled
from hotseat.machine import network

# Ollama gives up on a stalled load after 5 minutes; a client that gives up first aborts the load.
LOAD_TIMEOUT = httpx.Timeout(600.0, connect=1.0)
UNLOAD_PATIENCE_S = 60.0
EMBED_TIMEOUT = httpx.Timeout(60.0, connect=1.0)
_DOES_NOT_GENERATE = "does not support generate"
"""In the answer of Ollama (0.33) and of the embedded engine, where an embedding model is loaded by
`/api/generate`."""

_BLOB = re.compile(r"^(FROM|ADAPTER) .*sha256[-:]([0-9a-f]{64})\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaSettings:
    """The times of one client."""

    unload_patience_s: float = UNLOAD_PATIENCE_S
    """For a model to leave memory after its unload."""
    wire: WireSettings = WIRE_DEFAULTS


OLLAMA_DEFAULTS = OllamaSettings()


class OllamaEngine:
    """One daemon at `base_url`, which gets its own token (`token.EngineKey`)."""

    def __init__(
        self,
        base_url: str,
        *,
        settings: OllamaSettings = OLLAMA_DEFAULTS,
        key: Key | None = None,
        unreachable: str = "",
    ) -> None:
        """`key` instead of the daemon's own token; `unreachable`: what to do when nothing
        answers."""
        hint = unreachable or "Start Ollama, or run `hotseat doctor`"
        key = key or EngineKey(base_url)
        self._wire = Wire(base_url, key=key, hint=hint, settings=settings.wire)
        self._unload_patience_s = settings.unload_patience_s
        self.base_url = self._wire.base_url
        self._embedders: set[str] = set()
        """Models that have refused to generate."""
        self.beside = BesideMemory()

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def version(self) -> EngineInfo:
        answer = await self._quick("GET", "/api/version")
        ours = answer.get("hotseat") or {}
        if not isinstance(answer.get("version"), str) or not isinstance(ours, dict):
            raise EngineGarbled(
                f"{self.base_url} does not answer like Ollama",
                hint="Check the host in experts.yaml",
            )
        features = frozenset(map(str, ours.get("features", ())))
        capabilities = OLLAMA
        if ours:
            capabilities = replace(
                EMBEDDED,
                shares_bases="adapters" in features,
                preempts_loads="preempts" in features,
                evicts_models="adapters" not in features,
                reports_timings="timings" in features,
                drafts_apart="drafts" in features,
            )
        return EngineInfo(
            **flags(capabilities),
            version=answer["version"],
            instance=str(ours.get("instance", "")),
            features=features,
            n_slots=ours["slots"] if isinstance(ours.get("slots"), int) else None,
        )

    async def models(self) -> tuple[str, ...]:
        return tuple(name for name, _ in await self._tags())

    async def show(self, model: str) -> ModelInfo:
        answer = await self._quick("POST", "/api/show", {"model": model})
        wanted = canonical_model_name(model)
        size = next((size for name, size in await self._tags() if name == wanted), None)
        with self._garbled("/api/show"):
            blobs = _BLOB.findall(str(answer.get("modelfile", "")))
            weights = next((digest for kind, digest in blobs if kind == "FROM"), "")
            others = [digest for _, digest in blobs if digest != weights]
            return ModelInfo(
                capabilities=frozenset(map(str, answer.get("capabilities") or ())),
                template=str(answer.get("template") or ""),
                metadata=dict(answer.get("model_info") or {}),
                parameter_size=str((answer.get("details") or {}).get("parameter_size", "")),
                size_bytes=size,
                blob=weights,
                adapters=tuple(others),
            )

    async def resident(self) -> tuple[ResidentModel, ...]:
        answer = await self._quick("GET", "/api/ps")
        with self._garbled("/api/ps"):
            self.beside = _beside(answer.get("hotseat") or {})
            return _together(answer.get("models") or ())

    async def bound_beside(
        self, *, kept_limit_bytes: int | None = None, spare: bool | None = None, forget: str = ""
    ) -> None:
        given = {"kept_limit_bytes": kept_limit_bytes, "spare": spare, "forget": forget or None}
        body = {name: value for name, value in given.items() if value is not None}
        await self._quick("POST", "/api/hotseat/beside", body)

    async def expect(self, probabilities: Mapping[ModelSpec, float]) -> None:
        """Do nothing: what Ollama and the embedded engine load is Hotseat's decision."""

    async def ensure_ready(self, spec: ModelSpec, *, keep_alive_s: float) -> float:
        network.check_model(spec.model)
        started_s = time.monotonic()
        body = {
            "model": spec.model,
            "keep_alive": keep_alive_s,
            "options": _options(spec),
            "stream": False,
        }
        try:
            if spec.model not in self._embedders:
                _checked(*await self._wire.ask_apart("/api/generate", body, LOAD_TIMEOUT), body)
        except EngineRejected as error:
            # An embedding model is loaded by the only route that it serves.
            if _DOES_NOT_GENERATE not in error.message:
                raise
            self._embedders.add(spec.model)
        if spec.model in self._embedders:
            body["input"] = []
            _checked(*await self._wire.ask_apart("/api/embed", body, LOAD_TIMEOUT), body)
        return time.monotonic() - started_s

    async def unload(self, spec: ModelSpec) -> None:
        await self._quick(
            "POST", "/api/generate", {"model": spec.model, "keep_alive": 0, "stream": False}
        )
        # Asynchronous in Ollama: seen gone after 13-18 ms on a CPU, 0.5-1.5 s on a discrete GPU.
        wanted = canonical_model_name(spec.model)
        deadline_s = time.monotonic() + self._unload_patience_s
        pause_s = 0.005
        while any(entry.model == wanted for entry in await self.resident()):
            if time.monotonic() > deadline_s:
                raise EngineError(
                    f"{spec.model} is still in memory {self._unload_patience_s:.0f} s"
                    " after its unload",
                    hint="Another program may be using it; `ollama ps` shows it",
                )
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 1.5, 0.25)

    async def generate(self, request: GenerateRequest) -> AsyncGenerator[Chunk, None]:
        network.check_model(request.spec.model)
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
        if request.resident_only:
            body["resident_only"] = True
        async with aclosing(self._stream("/api/generate", body)) as lines:
            async for line in lines:
                with self._garbled("/api/generate"):
                    chunk = _chunk(line)
                yield chunk

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        network.check_model(request.spec.model)
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
        if request.resident_only:
            body["resident_only"] = True
        async with aclosing(self._stream("/api/chat", body)) as lines:
            async for line in lines:
                with self._garbled("/api/chat"):
                    chunk = _chunk(line)
                yield chunk

    async def embed(self, spec: ModelSpec, texts: Sequence[str]) -> list[list[float]]:
        network.check_model(spec.model)
        body = {"model": spec.model, "input": list(texts), "options": _options(spec)}
        if len(texts) == 1:  # A question waits for it: over the connection that is there.
            status, content = await self._wire.ask("POST", "/api/embed", body)
        else:
            status, content = await self._wire.ask_apart("/api/embed", body, EMBED_TIMEOUT)
        answer = _checked(status, content, body)
        with self._garbled("/api/embed"):
            vectors = [list(map(float, vector)) for vector in answer["embeddings"]]
            if len(vectors) != len(texts):
                raise ValueError("another number of vectors")
        return vectors

    async def _tags(self) -> list[tuple[str, int | None]]:
        answer = await self._quick("GET", "/api/tags")
        with self._garbled("/api/tags"):
            return [
                (str(entry["name"]), int(entry["size"]) if "size" in entry else None)
                for entry in answer.get("models") or ()
            ]

    async def _quick(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        status, content = await self._wire.ask(method, path, body)
        return _checked(status, content, body)

    async def _stream(
        self, path: str, body: dict[str, Any]
    ) -> AsyncGenerator[dict[str, Any], None]:
        def refused(status: int, content: bytes) -> None:
            _checked(status, content, body)

        has_text = is_whole = False
        async with aclosing(self._wire.lines(path, body, refused)) as lines:
            async for text in lines:
                line = _checked(200, text, body)
                yield line
                if line.get("done"):
                    return
                has_text = has_text or bool(_text(line))
                is_whole = text.endswith(b"\n")
        if not (has_text and is_whole):
            raise EngineGarbled("The engine broke off in the middle of an answer")
        # Ollama ends the stream like this when a model repeats one token more than 30 times
        # (`llm/llama_server.go`, "token repeat limit").
        yield {"done": True, "done_reason": "stop"}

    def _garbled(self, path: str) -> AbstractContextManager[None]:
        return garbled(f"{self.base_url}{path} does not answer as Ollama does")


def _options(spec: ModelSpec, **per_request: Any) -> dict[str, Any]:
    options: dict[str, Any] = {k: list(v) if isinstance(v, tuple) else v for k, v in spec.options}
    for name, value in per_request.items():
        if name == "stop":
            value = [*options.get("stop", ()), *value]
            if not value:
                continue
        options[name] = value
    return options


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
        hint = TOKEN_HINT if status == 401 else ""
        raise EngineRejected(f"The engine answered: {message}", status=status, hint=hint)
    if not isinstance(answer, dict):
        raise EngineGarbled("The engine's answer is not JSON", hint="Is it Ollama at that address?")
    return answer


def _text(line: dict[str, Any]) -> Any:
    """Return the text of a line of `/api/generate` or `/api/chat`; None for none."""
    message = line.get("message")
    return message.get("content") if isinstance(message, dict) else line.get("response")


def _chunk(line: dict[str, Any]) -> Chunk:
    text = _text(line)
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
    """As the embedded engine reports with the first token: most answers are not read to the end."""
    if "cache_n" not in timings or "prompt_n" not in timings:
        return None
    return int(timings["cache_n"]) + int(timings["prompt_n"])


def _ms(duration_ns: int | None) -> float | None:
    return None if duration_ns is None else duration_ns / 1e6


def _beside(answer: dict[str, Any]) -> BesideMemory:
    prompts = tuple(
        PromptCost(
            model=canonical_model_name(str(entry["model"])),
            read_s=float(entry["read_ms"]) / 1000,
            kept_bytes=int(entry["kept_bytes"]),
        )
        for entry in answer.get("prompts", ())
    )
    return BesideMemory(
        kept_bytes=int(answer.get("kept_bytes", 0)),
        spare_bytes=int(answer.get("spare_bytes", 0)),
        prompts=prompts,
    )


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
