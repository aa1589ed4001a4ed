"""POST /api/create: a model from a file or another model, with texts and parameters.

Owns the checks of the request: each field of Ollama's is stored, or refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hotseat.domain.errors import ModelFileInvalid
from hotseat.embedded import options as opt
from hotseat.embedded.api.served_template import served_template
from hotseat.embedded.api.state import (
    EngineState,
    checked_name,
    engine_of,
    existing_name,
    find_model,
)
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.chat_template import detect
from hotseat.embedded.models.names import InvalidName, parse_digest
from hotseat.embedded.models.store import Manifest
from hotseat.embedded.templates.nodes import TemplateError
from hotseat.embedded.templates.prompts import parsed
from hotseat.serving import wire
from hotseat.serving.wire import ApiError, field, json_response

_REFUSED = (
    "draft_files",
    "draft_quantize",
    "info",
    "parser",
    "remote_host",
    "renderer",
)
"""Fields of Ollama's that need what this engine does not have."""
_QUANTIZATIONS = ("F32", "F16", "Q4_K_S", "Q4_K_M", "Q8_0")
"""What Ollama quantizes to."""
_UNQUANTIZED = ("F16", "BF16", "F32")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A model to store, and what the answer reports beside the usual."""

    manifest: Manifest
    card: ModelCard
    statuses: tuple[str, ...] = ()


async def create(request: Request) -> Response:
    """Create a model. It is checked before the first line of the answer, so errors have a
    status."""
    body = await wire.read_json(request)
    engine = engine_of(request)
    stream = field(body, "stream", bool, True)
    name = existing_name(engine, model_field(body))
    for refused in _REFUSED:
        if body.get(refused):
            raise ApiError(400, f"{refused} is not supported by this engine")
    async with _claimed(engine, body):
        made = await _made(engine, body)
        await asyncio.to_thread(engine.store.put, name, made.manifest)
    statuses = [f"using existing layer sha256:{digest}" for digest in made.manifest.blobs]
    statuses += made.statuses
    if made.manifest.template and served_template(made.manifest, made.card).own is None:
        statuses.append("template is stored but not used: the one inside the GGUF file can do more")
    statuses += ["writing manifest", "success"]
    return status_lines(statuses, stream=stream)


@asynccontextmanager
async def _claimed(engine: EngineState, body: dict[str, Any]) -> AsyncIterator[None]:
    """Keep the blobs that a request names; after an error, remove those that no model uses."""
    digests = set()
    for kind in ("files", "adapters"):
        for text in field(body, kind, dict, {}).values():
            with suppress(InvalidName):  # The request is refused for it.
                digests.add(parse_digest(str(text)))
    engine.store.claim(digests)
    try:
        yield
    except Exception:
        await asyncio.to_thread(engine.store.release, digests, keep=False)
        raise
    except BaseException:
        engine.store.release(digests, keep=True)  # The client has left, and may come back.
        raise
    engine.store.release(digests, keep=True)


async def _made(engine: EngineState, body: dict[str, Any]) -> _Made:
    base_name = field(body, "from", str, "")
    files = field(body, "files", dict, {})
    adapters = _digests(engine, field(body, "adapters", dict, {}))
    texts = {key: field(body, key, str, "") for key in ("template", "system", "requires")}
    licenses = _licenses(body.get("license"))
    messages = _messages(field(body, "messages", list, []))
    parameters = opt.checked(field(body, "parameters", dict, {}))
    try:
        parsed(texts["template"])
    except TemplateError as error:
        raise ApiError(400, f"template error: {error}") from None
    statuses: tuple[str, ...] = ()
    if base_name:
        stored, card = await find_model(engine, checked_name(base_name).short)
        old = stored.manifest
        manifest = Manifest(
            base=old.base,
            adapters=adapters or old.adapters,
            parameters={**old.parameters, **parameters},
            template=texts["template"] or old.template,
            system=texts["system"] or old.system,
            parent=stored.name.short if adapters else "",
            license=(*old.license, *licenses),
            messages=messages or old.messages,
            requires=texts["requires"] or old.requires,
        )
    elif files:
        digests = _digests(engine, files)
        if len(digests) != 1:
            raise ApiError(400, "only models of one GGUF file can be created")
        card = await _checked_file(engine, digests[0])
        if card.is_adapter:
            raise ApiError(
                400, "the file is an adapter: name it in 'adapters', and its base in 'from'"
            )
        found, statuses = await asyncio.to_thread(_of_known_template, engine, digests[0])
        manifest = Manifest(
            base=digests[0],
            adapters=adapters,
            parameters={**found, **parameters},
            license=licenses,
            messages=messages,
            **texts,
        )
    else:
        raise ApiError(400, "neither 'from' or 'files' was specified")
    _check_quantization(body, card)
    if misfit := await asyncio.to_thread(engine.store.misfit, manifest):
        raise ApiError(400, f"the adapter cannot be used over this base: {misfit}")
    return _Made(manifest=manifest, card=card, statuses=statuses)


def _of_known_template(engine: EngineState, digest: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the parameters that Ollama gives a model whose chat template it knows."""
    known = detect(engine.store.header(digest).text("tokenizer.chat_template"))
    if known is None:
        return {}, ()
    found: dict[str, Any] = {"stop": list(known.stop)}
    if known.temperature is not None:
        found["temperature"] = known.temperature
    return found, (f"using autodetected template {known.name}",)


def _check_quantization(body: dict[str, Any], card: ModelCard) -> None:
    """Refuse to quantize, unless the file has the type that is asked for."""
    wanted = (field(body, "quantize", str, "") or field(body, "quantization", str, "")).upper()
    if not wanted:
        return
    if wanted not in _QUANTIZATIONS:
        supported = ", ".join(_QUANTIZATIONS)
        raise ApiError(
            500, f"unsupported quantization type {wanted} - supported types are {supported}"
        )
    if card.quantization not in _UNQUANTIZED:
        raise ApiError(500, "quantization is only supported for F16, BF16 and F32 models")
    if wanted != card.quantization:
        raise ApiError(
            400,
            "this engine does not quantize: create the model from a quantized file, which "
            "llama.cpp's llama-quantize makes",
        )


def _licenses(value: object) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        return tuple(value)
    raise ApiError(400, wire.mismatch(value, "license", "[]string"))


def _messages(given: list[Any]) -> tuple[dict[str, Any], ...]:
    messages = []
    for entry in given:
        if not isinstance(entry, dict):
            raise ApiError(400, wire.mismatch(entry, "messages", "api.Message"))
        message = wire.folded(entry)
        role = field(message, "role", str, "").lower()
        messages.append({"role": role, "content": field(message, "content", str, "")})
    return tuple(messages)


def _digests(engine: EngineState, files: dict[str, Any]) -> tuple[str, ...]:
    found = []
    for text in files.values():
        digest = digest_of(str(text))
        if not engine.store.has_blob(digest):
            raise ApiError(500, f"open blobs/sha256-{digest}: no such file or directory")
        found.append(digest)
    return tuple(found)


async def _checked_file(engine: EngineState, digest: str) -> ModelCard:
    try:
        return await asyncio.to_thread(engine.store.card, digest)
    except ModelFileInvalid as error:
        raise ApiError(400, str(error)) from error


def digest_of(text: str) -> str:
    """Return the 64 hex digits of a digest. Raises ApiError 400."""
    try:
        return parse_digest(text)
    except InvalidName as error:
        raise ApiError(400, str(error)) from None


def model_field(body: dict[str, Any]) -> str:
    """Return the model that a request names; `name` is the field's older name."""
    return field(body, "model", str, "") or field(body, "name", str, "")


def status_lines(statuses: list[str], *, stream: bool) -> Response:
    """Return an answer of statuses: a line for each, or the last one."""
    lines = [{"status": status} for status in statuses]
    if not stream:
        return json_response(lines[-1])
    return Response(wire.to_lines(lines), media_type=wire.NDJSON_TYPE)
