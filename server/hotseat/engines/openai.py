"""Servers with OpenAI's API as an `Engine`: vLLM, llama-server, LM Studio and the like.

Which models such a server holds, and in how much memory, is its own affair: all that it lists count
as resident. Only adapters over a model that it has come and go, where it can load them while it
runs (vLLM). What a server can do is found out by asking it, never assumed from its name alone. The
talk is `openai_server`'s, the meaning of what is said `openai_wire`'s.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from hotseat.domain.errors import (
    EngineError,
    EngineGarbled,
    EngineRejected,
    ModelNotFound,
)
from hotseat.domain.experts import Adapter, ModelSpec, OptionValue, canonical_model_name
from hotseat.domain.residency import ResidentModel
from hotseat.engines.capabilities import OPENAI, flags
from hotseat.engines.openai_server import OpenAIServer
from hotseat.engines.openai_wire import (
    LLAMA_CPP,
    VLLM,
    Listed,
    StreamReader,
    read_models,
    short_name,
)
from hotseat.engines.protocol import (
    ChatRequest,
    Chunk,
    EngineInfo,
    GenerateRequest,
    ModelInfo,
    NothingBeside,
)
from hotseat.engines.wire import garbled
from hotseat.machine.network import is_loopback

log = logging.getLogger(__name__)

MAX_NAMED = 8
# Options of a roster that the API knows; the others (num_ctx, top_k …) are the server's own.
_OPTIONS = ("top_p", "seed", "presence_penalty", "frequency_penalty")
# What servers may do without: left out once one has refused it.
_DISPENSABLE = ("stream_options", "logprobs", "skip_special_tokens", "stop", *_OPTIONS)
MAX_STOPS = 4
"""The limit of OpenAI's own API; Hotseat itself ends an answer at the others."""
_BASE_MODEL = re.compile(r"(?:^|[-_./ ])base(?:$|[-_./: ])")
_ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")


class RefusedFields:
    """The optional fields of a request that a server has refused, as its errors report."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def without(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the body without refused fields; of refused stops, the first few stay."""
        accepted = {name: value for name, value in body.items() if name not in self._names}
        if "stop" in self._names and "stop" in body:
            accepted["stop"] = body["stop"][:MAX_STOPS]
        return accepted

    def learn(self, error: EngineRejected, body: dict[str, Any]) -> str | None:
        """Remember and return the field that the error names; None if it names none."""
        if error.status not in (400, 422, 501):
            return None
        for name in _DISPENSABLE:
            is_new = name in body and name not in self._names
            if is_new and re.search(rf"\b{name}\b", error.message):
                self._names.add(name)
                return name
        return None


class OpenAIEngine(NothingBeside):
    """One server. `key_env` names the environment variable with its key; `adapters` are those that
    it may be asked to load, by model name, and may grow."""

    def __init__(
        self, base_url: str, *, key_env: str = "", adapters: Mapping[str, Adapter] | None = None
    ) -> None:
        self._server = OpenAIServer(base_url, key_env)
        self.base_url = self._server.base_url
        self._adapters = adapters if adapters is not None else {}
        self._listed: dict[str, Listed] = {}
        """By name, as the server said last."""
        self._refused = RefusedFields()

    async def aclose(self) -> None:
        await self._server.aclose()

    async def version(self) -> EngineInfo:
        listed = await self._list()
        owner = listed[0].owner if listed else ""
        version = "OpenAI's API"
        if owner == VLLM:
            version = f"vLLM {(await self._server.optional('/version')).get('version', '')}"
        elif owner == LLAMA_CPP:
            version = f"llama.cpp {(await self._server.optional('/props')).get('build_info', '')}"
        return EngineInfo(**flags(OPENAI), version=version.strip())

    async def models(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in await self._list())

    async def resident(self) -> tuple[ResidentModel, ...]:
        return tuple(
            ResidentModel(model=entry.name, digest="", size_bytes=0) for entry in await self._list()
        )

    async def show(self, model: str) -> ModelInfo:
        """Return what can be found out: whether it chats, how it writes blanks, how much it reads.

        An adapter that could be loaded is described by its base.
        """
        await self._list()
        entry = self._find(model)
        adapter = self._adapters.get(canonical_model_name(model))
        if entry is None and adapter is not None:
            entry = self._find(adapter.base)
            if entry is None:
                raise self._missing(adapter.base)
        if entry is None:
            raise self._missing(model)
        base = self._find(entry.parent) or entry
        names = [short_name(base.name), base.root.rpartition("/")[2]]
        template, n_ctx, is_bpe = "", entry.n_ctx, entry.is_bpe
        chats = not _BASE_MODEL.search(names[0].lower())
        if entry.owner == LLAMA_CPP:
            props = await self._server.optional("/props")
            with garbled(self._server.shape("/props", "llama-server")):
                names.append(str(props.get("model_path", "")).rpartition("/")[2])
                n_ctx = (props.get("default_generation_settings") or {}).get("n_ctx", n_ctx)
                chats = chats and not _BASE_MODEL.search(names[-1].lower())
                template = str(props.get("chat_template") or "") if chats else ""
        elif entry.owner == VLLM:
            chats = chats and await self._has_chat_template(entry)
            is_bpe = await self._is_bpe(entry)
        return ModelInfo(
            capabilities=frozenset({"completion", "chat"} if chats else {"completion"}),
            template=template,
            metadata={"tokenizer.ggml.model": "gpt2"} if is_bpe else {},
            known_names=" ".join(filter(None, names)).lower(),
            n_ctx=n_ctx,
        )

    async def ensure_ready(self, spec: ModelSpec, *, keep_alive_s: float) -> float:
        """At once for what it has; an adapter is loaded. There is no keep-alive."""
        started_s = time.monotonic()
        await self._list()
        if self._find(spec.model) is None:
            adapter = self._adapters.get(canonical_model_name(spec.model))
            if adapter is None:
                raise self._missing(spec.model)
            await self._load(spec.model, adapter)
        return time.monotonic() - started_s

    async def unload(self, spec: ModelSpec) -> None:
        """An adapter; any other model stays, as the server has it."""
        await self._list()
        entry = self._find(spec.model)
        if entry is None or not entry.parent:
            return
        try:
            await self._server.order("/v1/unload_lora_adapter", {"lora_name": entry.id})
        except EngineRejected as error:
            if error.status != 404:  # gone meanwhile, or never to go
                raise

    async def generate(self, request: GenerateRequest) -> AsyncGenerator[Chunk, None]:
        body = await self._body(request.spec, request.n_predict, request.temperature, request.stop)
        body["prompt"] = request.prompt
        if request.suffix is not None:
            body["suffix"] = request.suffix
        if request.logprobs:
            body["logprobs"] = 1
        if (entry := self._find(request.spec.model)) is not None and entry.owner == VLLM:
            # Else it leaves them out of its text, and never finds them as stops.
            body["skip_special_tokens"] = False
        async with aclosing(self._stream("/v1/completions", body)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        body = await self._body(request.spec, request.n_predict, request.temperature, request.stop)
        body["messages"] = [{"role": role, "content": text} for role, text in request.messages]
        if request.format_schema is not None:
            schema = {"name": "answer", "schema": request.format_schema, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        async with aclosing(self._stream("/v1/chat/completions", body)) as chunks:
            async for chunk in chunks:
                yield chunk

    # --- requests ---

    async def embed(self, spec: ModelSpec, texts: Sequence[str]) -> list[list[float]]:
        body = {"model": await self.model_id(spec.model), "input": list(texts)}
        answer = await self._server.ask("POST", "/v1/embeddings", body)
        with garbled(self._server.shape("/v1/embeddings")):
            entries = sorted(answer["data"], key=lambda entry: int(entry["index"]))
            if len(entries) != len(texts):
                raise ValueError("another number of vectors")
            return [list(map(float, entry["embedding"])) for entry in entries]

    async def _body(
        self, spec: ModelSpec, n_predict: int, temperature: float, stop: Sequence[str]
    ) -> dict[str, Any]:
        options: dict[str, OptionValue] = dict(spec.options)
        own_stop = options.get("stop", ())
        stops = [*(own_stop if isinstance(own_stop, tuple) else ()), *stop]
        return {
            "model": await self.model_id(spec.model),
            "max_tokens": max(1, n_predict),
            "temperature": temperature,
            **({"stop": stops} if stops else {}),
            **{name: options[name] for name in _OPTIONS if name in options},
            "stream": True,
            "stream_options": {"include_usage": True},
        }

    async def _stream(self, path: str, body: dict[str, Any]) -> AsyncGenerator[Chunk, None]:
        """Once more without what the server says it does not know."""
        while True:
            begun = False
            try:
                async with aclosing(self._chunks(path, self._refused.without(body))) as chunks:
                    async for chunk in chunks:
                        begun = True
                        yield chunk
                return
            except EngineRejected as error:
                field = None if begun else self._refused.learn(error, body)
                if field is None:
                    if error.status == 404 and "model" in error.message.lower():
                        raise self._missing(str(body["model"])) from None
                    raise
                log.warning("%s refuses '%s': left out from now on", self.base_url, field)

    async def _chunks(self, path: str, body: dict[str, Any]) -> AsyncGenerator[Chunk, None]:
        reader = StreamReader()
        ended = False
        async with aclosing(self._server.events(path, body)) as events:
            async for event in events:
                ended = not event
                if ended:
                    break
                with garbled(self._server.shape(path)):
                    chunk = reader.read(event)
                if chunk is not None:
                    yield chunk
        if not ended and not reader.has_finished:
            raise EngineGarbled("The server broke off in the middle of an answer")
        with garbled(self._server.shape(path)):
            chunk = reader.end()
        yield chunk

    # --- models ---

    async def _list(self) -> tuple[Listed, ...]:
        answer = await self._server.ask("GET", "/v1/models")
        with garbled(self._server.shape("/v1/models")):
            listed = read_models(answer)
        self._listed = {entry.name: entry for entry in listed}
        return listed

    def _find(self, model: str) -> Listed | None:
        """By a roster's name or the server's own."""
        entry = self._listed.get(canonical_model_name(model))
        return entry or next((e for e in self._listed.values() if e.id == model), None)

    async def model_id(self, model: str) -> str:
        """Return what the server calls a model of the roster. Raises ModelNotFound."""
        if self._find(model) is None:
            await self._list()
        entry = self._find(model)
        if entry is None:
            raise self._missing(model)
        return entry.id

    def _missing(self, model: str) -> ModelNotFound:
        there = [short_name(name) for name in self._listed]
        more = ", …" if len(there) > MAX_NAMED else ""
        names = ", ".join(there[:MAX_NAMED]) + more or "no model"
        hint = f"The server at {self.base_url} has {names}: name one of its models in experts.yaml"
        return ModelNotFound(short_name(model), hint=hint)

    async def _load(self, model: str, adapter: Adapter) -> None:
        if self._find(adapter.base) is None:
            raise self._missing(adapter.base)
        if is_loopback(self.base_url):
            _check_folder(Path(adapter.path))
        body = {"lora_name": model, "lora_path": adapter.path}
        try:
            await self._server.order("/v1/load_lora_adapter", body)
        except EngineRejected as error:
            if "already" in error.message:
                return
            if error.status in (404, 405, 501) and adapter.path not in error.message:
                raise EngineError(
                    f"The server at {self.base_url} takes no adapters while it runs",
                    hint="vLLM does with --enable-lora and VLLM_ALLOW_RUNTIME_LORA_UPDATING=True; "
                    f"or start it with --lora-modules {short_name(model)}={adapter.path}",
                ) from None
            raise

    async def _has_chat_template(self, entry: Listed) -> bool:
        """vLLM says so when it is asked for the tokens of a chat."""
        body = {"model": entry.id, "messages": [{"role": "user", "content": "?"}]}
        try:
            await self._server.ask("POST", "/tokenize", body)
        except EngineRejected as error:
            return "template" not in error.message
        return True

    async def _is_bpe(self, entry: Listed) -> bool:
        """Byte-level BPE, whose tokens spell a blank as Ġ."""
        body = {"model": entry.id, "prompt": "a b", "return_token_strs": True}
        try:
            answer = await self._server.ask("POST", "/tokenize", body)
        except EngineRejected:
            return False
        return any("Ġ" in str(token) for token in answer.get("token_strs") or ())


def _check_folder(path: Path) -> None:
    """Raises EngineError unless vLLM can read it. Only safetensors: a pickle may hold a program."""
    lacks = [name for name in _ADAPTER_FILES if not (path / name).is_file()]
    if lacks:
        raise EngineError(
            f"The adapter {path} has no {lacks[0]}",
            hint="vLLM takes adapters as PEFT saves them: a folder with "
            + " and ".join(_ADAPTER_FILES),
        )
