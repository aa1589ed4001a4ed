"""POST /api/embed and /api/embeddings: vectors from models with a pooling type.

Owns the translation of both requests to llama.cpp's /v1/embeddings. An input that is too long is
cut at its end, as in Ollama: to the context, and if the model cannot split its work, to a batch.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hotseat.embedded import options as opt
from hotseat.embedded.api.answer import broken
from hotseat.embedded.api.rendering import ContextExceeded, call, tokenize
from hotseat.embedded.api.state import EngineState, engine_of, find_model
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.store import StoredModel
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.runner import Child
from hotseat.engines.upstream import UpstreamBroken
from hotseat.serving import wire
from hotseat.serving.reply import CancellableResponse, Reply
from hotseat.serving.wire import ApiError

TOO_LONG = "the input length exceeds the context length"
NOT_FINITE = "embedding contains NaN or Inf values"
"""JSON has no such numbers: llama.cpp writes null."""
N_INPUTS_PER_REQUEST = 16
"""llama.cpp's answer is then parsed in some milliseconds, in which no other model's tokens pass."""
_N_SPECIAL_TOKENS = 4
"""The most tokens that a model puts around a text; real ones put at most 2."""
_UNSCALED = -1
"""llama.cpp's `embd_normalize` for vectors of any length."""

Input = str | list[int]


class InputTooLong(ApiError):
    """llama.cpp refused an input that is longer than the context or a batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """A model and how it is to be loaded."""

    model: StoredModel
    card: ModelCard
    load: LoadOptions
    n_max: int
    """The most tokens of an input. A process has a context of 4 at least, a request may want less.
    """
    keep_alive_s: float | None


async def embed(request: Request) -> Response:
    """Answer POST /api/embed: one vector of length 1 for each input."""
    body = await wire.read_json(request)
    return CancellableResponse(await checked_embed(engine_of(request), body))


async def checked_embed(
    engine: EngineState, body: dict[str, Any]
) -> Callable[[Reply], Awaitable[None]]:
    """Return what sends the answer to a checked body of /api/embed. Raises ApiError."""
    inputs = _inputs(body.get("input"))
    truncate = wire.field(body, "truncate", bool, True)
    n_dimensions = wire.field(body, "dimensions", int, 0)
    name = wire.field(body, "model", str, "")
    target = await _target(engine, body, name)
    if inputs and target.card.embedding is None:
        raise ApiError(501, _refusal(name))

    async def answer(reply: Reply) -> None:
        started_s = time.monotonic()
        vectors, n_tokens, load_s = await _vectors(engine, target, inputs, truncate=truncate)
        rows = await asyncio.to_thread(_rows, vectors, n_dimensions)
        figures = {
            "total_duration": int((time.monotonic() - started_s) * 1e9),
            "load_duration": int(load_s * 1e9),
            "prompt_eval_count": n_tokens,
        }
        await reply.json_text(_body(name, rows, figures if inputs else {}))

    return answer


async def embeddings(request: Request) -> Response:
    """Answer POST /api/embeddings, the older route: one vector, and no input is cut."""
    body = await wire.read_json(request)
    prompt = wire.field(body, "prompt", str, "")
    name = wire.field(body, "model", str, "")
    if not name:
        raise ApiError(400, "model is required")
    engine = engine_of(request)
    target = await _target(engine, body, name)
    embedding = target.card.embedding
    if prompt and embedding is None:
        raise ApiError(500, _refusal(name))

    async def answer(reply: Reply) -> None:
        is_raw = embedding is not None and embedding.is_raw
        inputs = [prompt] if prompt else []
        try:
            vectors, _, _ = await _vectors(engine, target, inputs, truncate=False, is_raw=is_raw)
        except InputTooLong as error:
            raise ApiError(500, error.message) from None
        await reply.json({"embedding": vectors[0] if vectors else []})

    return CancellableResponse(answer)


def _inputs(value: object) -> list[str]:
    """Return the texts of `input`. Raises ApiError 400."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise ApiError(400, "invalid input type")


def _refusal(name: str) -> str:
    return f"This model does not support embeddings: {name} generates text"


async def _target(engine: EngineState, body: dict[str, Any], name: str) -> _Target:
    keep_alive_s = wire.keep_alive_s(body)
    given = wire.field(body, "options", dict, {})
    model, card = await find_model(engine, name)
    options = opt.checked({**model.manifest.parameters, **given})
    load = opt.load_options(options, card, n_cores=engine.n_cores)
    wanted = options.get("num_ctx", 0)
    n_max = min(wanted, load.n_ctx) if wanted > 0 else load.n_ctx
    return _Target(model=model, card=card, load=load, n_max=n_max, keep_alive_s=keep_alive_s)


async def _vectors(
    engine: EngineState,
    target: _Target,
    inputs: list[str],
    *,
    truncate: bool,
    is_raw: bool = False,
) -> tuple[list[list[float]], int, float]:
    """Load the model, and return a vector for each input, the number of all tokens, and the
    seconds of the load.

    A child that was lost is replaced once. Raises ApiError.
    """
    work = partial(_embed, inputs=inputs, target=target, truncate=truncate, is_raw=is_raw)
    for is_last_try in (False, True):
        async with engine.pool.lease(
            target.model, target.card, target.load, target.keep_alive_s
        ) as lease:
            if not inputs:
                return [], 0, lease.load_s
            try:
                async with lease.slots:
                    vectors, n_tokens = await work(lease.child)
            except (OSError, UpstreamBroken) as error:
                lease.discard()
                if is_last_try:
                    raise ApiError(500, broken(error)) from error
                continue
            return vectors, n_tokens, lease.load_s
    raise AssertionError("the last try returns or raises")


async def _embed(
    child: Child, *, inputs: list[str], target: _Target, truncate: bool, is_raw: bool
) -> tuple[list[list[float]], int]:
    """Return the vectors, in the order of the inputs, and the number of tokens."""
    vectors: list[list[float]] = []
    n_tokens = 0
    for at in range(0, len(inputs), N_INPUTS_PER_REQUEST):
        some = inputs[at : at + N_INPUTS_PER_REQUEST]
        found, n_more = await _embed_some(child, some, target, truncate=truncate, is_raw=is_raw)
        vectors += found
        n_tokens += n_more
    return vectors, n_tokens


async def _embed_some(
    child: Child, inputs: list[str], target: _Target, *, truncate: bool, is_raw: bool
) -> tuple[list[list[float]], int]:
    cut = [await _cut(child, text, target.n_max, truncate=truncate) for text in inputs]
    try:
        return await _request(child, cut, is_raw=is_raw)
    except InputTooLong:
        if not truncate:
            raise
    # A model that looks at all tokens at once needs them in one batch.
    cut = [
        await _cut(child, text, min(target.n_max, target.load.n_batch), truncate=True)
        for text in inputs
    ]
    return await _request(child, cut, is_raw=is_raw)


async def _cut(child: Child, text: str, n_max: int, *, truncate: bool) -> Input:
    """Return `text`, or its first tokens if it has more than `n_max`, special ones included."""
    if len(text.encode()) + _N_SPECIAL_TOKENS <= n_max:  # A token has a byte at least.
        return text
    with_special = await tokenize(child, text, special=True)
    if len(with_special) <= n_max:
        return text
    if not truncate:
        raise InputTooLong(400, TOO_LONG)
    return cut_tokens(with_special, await tokenize(child, text, special=False), n_max)


def cut_tokens(with_special: list[int], plain: list[int], n_max: int) -> list[int]:
    """Return at most `n_max` tokens: the special ones around `plain`, and its beginning.

    `with_special` is `plain` with tokens before and after it. Raises ApiError 400 if there is no
    place for a token of the text.
    """
    n_special = len(with_special) - len(plain)
    n_before = next(
        (n for n in range(n_special + 1) if with_special[n : n + len(plain)] == plain), n_special
    )
    n_kept = n_max - n_special
    if n_kept <= 0:
        raise ApiError(400, "input after truncation exceeds maximum context length")
    after = with_special[n_before + len(plain) :]
    return [*with_special[:n_before], *plain[:n_kept], *after]


def _rows(vectors: list[list[float]], n_dimensions: int) -> list[bytes]:
    """Return each vector as JSON, cut to `n_dimensions` unless it is 0, scaled to the length 1.

    For a thread. One call of `json.dumps` for all would hold the interpreter for a second, and the
    answers of other models with it.
    """
    n = n_dimensions if n_dimensions > 0 else None
    return [json.dumps(scaled(vector[:n]), separators=(",", ":")).encode() for vector in vectors]


def _body(name: str, rows: list[bytes], figures: dict[str, int]) -> bytes:
    """Return the answer to /api/embed."""
    end = wire.to_line(figures)[1:-1]
    head = wire.to_line({"model": name})[:-2]
    return b"".join(
        [head, b',"embeddings":[', b",".join(rows), b"]", b"," if figures else b"", end]
    )


def scaled(vector: list[float]) -> list[float]:
    """Return a vector of length 1 with the same direction. Raises ApiError 400 for NaN or Inf."""
    length = math.hypot(*vector)
    if not math.isfinite(length):
        raise ApiError(400, NOT_FINITE)
    return [value / max(length, 1e-12) for value in vector]


async def _request(
    child: Child, inputs: list[Input], *, is_raw: bool
) -> tuple[list[list[float]], int]:
    body: dict[str, Any] = {"input": inputs}
    if is_raw:
        body["embd_normalize"] = _UNSCALED
    try:
        answer = await call(child, "/v1/embeddings", body)
    except ApiError as error:
        if isinstance(error, ContextExceeded) or "too large" in error.message:
            raise InputTooLong(400, TOO_LONG) from error
        raise
    try:
        entries = sorted(answer["data"], key=lambda entry: entry["index"])
        vectors = [entry["embedding"] for entry in entries]
        n_tokens = int(answer["usage"]["prompt_tokens"])
    except (KeyError, TypeError, ValueError) as error:
        raise UpstreamBroken("no embeddings") from error
    if len(vectors) != len(inputs):
        raise UpstreamBroken(f"{len(vectors)} embeddings for {len(inputs)} inputs")
    if any(None in vector for vector in vectors):
        raise ApiError(400, NOT_FINITE)
    return vectors, n_tokens
