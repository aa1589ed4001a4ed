"""The routes on models: tags, ps, show, copy, blobs, delete, pull, push.

Translates between Ollama's formats, the store and the pool; decides nothing else.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hotseat.domain.errors import ModelFileInvalid
from hotseat.embedded.api.beside_api import beside
from hotseat.embedded.api.create import digest_of, model_field, status_lines
from hotseat.embedded.api.served_template import capabilities, served_template
from hotseat.embedded.api.state import EngineState, engine_of, existing_name, find_model
from hotseat.embedded.models.card import ModelCard, model_info
from hotseat.embedded.models.names import InvalidName, parse_name
from hotseat.embedded.models.store import DigestMismatch, Manifest, StoredModel
from hotseat.embedded.templates.nodes import TemplateError
from hotseat.serving import wire
from hotseat.serving.wire import ApiError, field, json_response


async def tags(request: Request) -> Response:
    """Return the installed models. Models with an unreadable file are left out."""
    engine = engine_of(request)

    def entries() -> list[dict[str, Any]]:
        found = []
        for stored in engine.store.models():
            try:
                card = engine.store.card(stored.manifest.base)
            except ModelFileInvalid:  # Its file is missing or invalid; `show` reports that.
                continue
            details = {
                **card.details(stored.manifest.parent),
                "context_length": card.context_length,
                "embedding_length": card.embedding_length,
            }
            found.append(
                {
                    "name": stored.name.short,
                    "model": stored.name.short,
                    "modified_at": wire.time_text(stored.modified_s),
                    "size": stored.size_bytes,
                    "digest": stored.manifest.digest,
                    "details": details,
                    "capabilities": capabilities(stored.manifest, card),
                }
            )
        return found

    return json_response({"models": await asyncio.to_thread(entries)})


async def ps(request: Request) -> Response:
    """Return the loaded models.

    `size` is the memory of the child process, including weights mapped from the file. Models that
    share a process each have their own bytes, and one of them also the base's; `hotseat.base` names
    what they share. `hotseat` at the top is the memory beside the models.
    """
    models = []
    for loaded in engine_of(request).pool.loaded():
        entry: dict[str, Any] = {
            "name": loaded.model.name.short,
            "model": loaded.model.name.short,
            "size": loaded.size_bytes,
            "digest": loaded.model.manifest.digest,
            "details": loaded.card.details(loaded.model.manifest.parent),
            "expires_at": wire.time_text(loaded.expires_s),
            "size_vram": 0,
            "context_length": loaded.options.n_ctx,
        }
        if loaded.shares:
            manifest = loaded.model.manifest
            entry["hotseat"] = {"base": manifest.base, "adapter": bool(manifest.adapters)}
        models.append(entry)
    return json_response({"models": models, "hotseat": beside(engine_of(request))})


async def show(request: Request) -> Response:
    """Return the details of one model; with `verbose`, also its vocabulary."""
    body = await wire.read_json(request)
    engine = engine_of(request)
    text = model_field(body)
    if not text:
        raise ApiError(400, "model is required")
    system = field(body, "system", str, "")
    verbose = field(body, "verbose", bool, False)
    name = existing_name(engine, text)
    if engine.store.get(name) is None:
        raise ApiError(404, f"model '{name.short}' not found")
    stored, card = await find_model(engine, text)
    if system:
        stored = replace(stored, manifest=replace(stored.manifest, system=system))
    return json_response(await asyncio.to_thread(_shown, engine, stored, card, verbose=verbose))


def _shown(
    engine: EngineState, stored: StoredModel, card: ModelCard, *, verbose: bool
) -> dict[str, Any]:
    base = stored.manifest.base
    gguf = engine.store.header_with_arrays(base) if verbose else engine.store.header(base)
    template = stored.manifest.template
    if not template or not _uses_own_template(stored.manifest, card):
        template = gguf.text("tokenizer.chat_template")
    shown: dict[str, Any] = {
        "modelfile": _modelfile(engine, stored, template),
        "parameters": "\n".join(
            f"{name:<30} {value}" for name, value in _parameter_lines(stored.manifest)
        ),
        "template": template,
        "details": card.details(stored.manifest.parent),
        "model_info": model_info(gguf),
        "tensors": [
            {"name": t.name, "type": t.type_name, "shape": list(t.shape)} for t in gguf.tensors
        ],
        "capabilities": capabilities(stored.manifest, card),
        "modified_at": wire.time_text(stored.modified_s),
    }
    manifest = stored.manifest
    optional = {
        "system": manifest.system,
        "license": "\n".join(manifest.license),
        "messages": list(manifest.messages),
        "requires": manifest.requires,
    }
    return shown | {name: value for name, value in optional.items() if value}


def _uses_own_template(manifest: Manifest, card: ModelCard) -> bool:
    try:
        return served_template(manifest, card).own is not None
    except TemplateError:  # Answers with the model fail with this error; it shows the reason.
        return True


def _modelfile(engine: EngineState, stored: StoredModel, template: str) -> str:
    manifest = stored.manifest
    lines = ['# Modelfile generated by "hotseat engine"', ""]
    lines.append(f"FROM {engine.store.blob_path(manifest.base)}")
    lines += [f"ADAPTER {engine.store.blob_path(digest)}" for digest in manifest.adapters]
    lines.append(f'TEMPLATE """{template}"""')
    if manifest.system:
        lines.append(f'SYSTEM """{manifest.system}"""')
    lines += [f"PARAMETER {name} {value}" for name, value in _parameter_lines(manifest)]
    lines += [f'LICENSE """{text}"""' for text in manifest.license]
    lines += [f'MESSAGE {m["role"]} """{m["content"]}"""' for m in manifest.messages]
    if manifest.requires:
        lines.append(f"REQUIRES {manifest.requires}")
    return "\n".join(lines) + "\n"


def _parameter_lines(manifest: Manifest) -> list[tuple[str, str]]:
    lines = []
    for name, value in sorted(manifest.parameters.items()):
        for item in value if isinstance(value, list) else [value]:
            lines.append((name, json.dumps(item)))
    return lines


async def blob_head(request: Request) -> Response:
    """Return whether a blob exists: status 200 or 404."""
    digest = digest_of(request.path_params["digest"])
    return Response(status_code=200 if engine_of(request).store.has_blob(digest) else 404)


async def blob_put(request: Request) -> Response:
    """Store a blob. The digest is computed while bytes arrive; a mismatch leaves no file."""
    store = engine_of(request).store
    digest = digest_of(request.path_params["digest"])
    if store.has_blob(digest):
        return Response(status_code=200)
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > shutil.disk_usage(store.root).free:
        raise ApiError(507, "not enough space on the disk for this blob")
    try:
        with store.upload(digest) as upload:
            async for piece in request.stream():
                # Uploads are gigabytes; hashing and writing must not delay tokens, so they run in a
                # thread.
                await asyncio.to_thread(upload.write, piece)
            await asyncio.to_thread(upload.finish)
    except DigestMismatch as error:
        raise ApiError(400, str(error)) from None
    except OSError as error:
        raise ApiError(507, f"the blob could not be written: {error.strerror}") from error
    return Response(status_code=201)


async def delete(request: Request) -> Response:
    """Delete a model; unload it if no other name has the same blobs."""
    body = await wire.read_json(request)
    engine = engine_of(request)
    text = model_field(body)
    name = existing_name(engine, text)
    stored = engine.store.get(name)
    if stored is None:
        raise ApiError(404, f"model '{text}' not found")
    if not any(
        other.name != name and other.manifest.blobs == stored.manifest.blobs
        for other in engine.store.models()
    ):
        await engine.pool.unload(stored)
        if engine.pool.kept is not None:
            engine.pool.kept.forget(stored.manifest.base, stored.manifest.adapters)
    await asyncio.to_thread(engine.store.delete, name)
    return Response(status_code=200)


async def pull(request: Request) -> Response:
    """Report whether the model is installed; downloads nothing.

    A server that downloads what a request names can be misused to reach other hosts
    (CVE-2026-5530). `hotseat pull` downloads, and uploads the file as a blob.
    """
    body = await wire.read_json(request)
    stream = field(body, "stream", bool, True)
    name = existing_name(engine_of(request), model_field(body))
    if engine_of(request).store.get(name) is not None:
        return status_lines(["pulling manifest", "success"], stream=stream)
    message = (
        f"pull model manifest: {name.short} is not here, and this engine downloads nothing; "
        "`hotseat pull` installs models whose source experts.yaml states"
    )
    if not stream:
        raise ApiError(500, message)
    return _lines([{"status": "pulling manifest"}, {"error": message}])


async def push(request: Request) -> Response:
    """Refuse to upload a model: nothing leaves the machine."""
    body = await wire.read_json(request)
    stream = field(body, "stream", bool, True)
    text = model_field(body)
    if not text:
        raise ApiError(400, "model is required")
    name = existing_name(engine_of(request), text)
    message = f"push model manifest: this engine uploads no models, so {name.short} stays here"
    if not stream:
        raise ApiError(500, message)
    return _lines([{"status": "retrieving manifest"}, {"error": message}])


async def copy(request: Request) -> Response:
    """Give a model a second name."""
    body = await wire.read_json(request)
    engine = engine_of(request)
    source, destination = (field(body, name, str, "") for name in ("source", "destination"))
    names = []
    for what, text in (("source", source), ("destination", destination)):
        try:
            names.append(engine.store.existing_name(parse_name(text)))
        except InvalidName:
            raise ApiError(400, f'{what} "{text}" is invalid') from None
    stored = engine.store.get(names[0])
    if stored is None:
        raise ApiError(404, f'model "{source}" not found')
    if names[0] != names[1]:
        await asyncio.to_thread(engine.store.put, names[1], stored.manifest)
    return Response(status_code=200)


def _lines(lines: list[dict[str, Any]]) -> Response:
    return Response(wire.to_lines(lines), media_type=wire.NDJSON_TYPE)
