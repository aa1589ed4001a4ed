"""The passes of `hotseat bench gateway`, one after the other on one engine, in folders of its own.

Memory is empty at the beginning of each pass; the user's own data, engine and keeper are not
touched.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from hotseat.client.engine_process import (
    make_copies,
    runtime_folder,
    start_engine_process,
    work_folder,
)
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Roster
from hotseat.domain.residency import Measured as MeasuredModel
from hotseat.engines.discovery import ollama_address
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.token import client_environment
from hotseat.lab.bench.gateway import conversations as histories
from hotseat.lab.bench.gateway.figures import Pass, figures
from hotseat.lab.bench.gateway.overhead import overhead
from hotseat.lab.bench.gateway.routing import routing_accuracy
from hotseat.lab.bench.gateway.walk import Direct, Through, hold
from hotseat.lab.bench.gateway.wide_model import WIDE_MODEL_BYTES, write_wide_model
from hotseat.lab.bench.resident_watch import ResidentWatch
from hotseat.lab.bench.switch_models import ModelMeasurements, measure, unload, write_roster
from hotseat.storage.measured_sizes import MeasureStore

N_EXPERTS, N_SEATS, NUM_CTX = 4, 2, 4_096
_REQUEST_S = 300.0
_GATEWAY_START_S = 30.0
_TOOLS_TEMPLATE = (
    "{{ if .Tools }}Tools:{{ range .Tools }} {{ . }}{{ end }}\n{{ end }}"
    "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}"
    "{{ range .ToolCalls }}<tool_call>{{ .Function }}</tool_call>{{ end }}<|im_end|>\n{{ end }}"
    "<|im_start|>assistant\n"
)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayBench:
    trace: Path | None = None
    gguf: Path | None = None


async def bench_gateway(settings: GatewayBench, say: Say) -> dict[str, Any]:
    """Return the figures of `hotseat bench gateway --json`. Raises HotseatError."""
    known = histories.sample() if settings.trace is None else histories.of_trace(settings.trace)
    talks = histories.chosen(known, N_EXPERTS)
    languages = histories.languages_of(talks)
    size_bytes = settings.gguf.stat().st_size if settings.gguf else WIDE_MODEL_BYTES
    with work_folder(size_bytes * (len(languages) + 2)) as folder:
        if (gguf := settings.gguf) is None:
            say("writing a model whose loads take as long as those of larger ones")
            gguf = await asyncio.to_thread(write_wide_model, folder / "wide.gguf")
        store = folder / "models"
        say(f"making {len(languages)} models of {gguf.name}")
        async with start_engine_process(store, max_loaded_models=N_SEATS) as url:
            models = await make_copies(url, gguf, len(languages), folder)
            async with _client(url, await client_environment(url)) as client:
                await _give_tools(client, models[0])
            engine = OllamaEngine(url)
            try:
                more = {"options": {"num_ctx": NUM_CTX, "num_thread": 1}}
                roster = write_roster(models, folder, languages, more)
                sizes = await measure(engine, roster, say)
                bench = _Bench(engine, models, languages, talks, sizes, folder, say)
                return await bench.run()
            finally:
                await engine.aclose()


async def _give_tools(client: httpx.AsyncClient, model: str) -> None:
    """Give a model a template with tools. Raises HotseatError."""
    body = {"model": model, "from": model, "template": _TOOLS_TEMPLATE, "stream": False}
    answer = await client.post("/api/create", json=body)
    shown = (await client.post("/api/show", json={"model": model})).json()
    if answer.status_code != 200 or "tools" not in shown.get("capabilities", ()):
        raise HotseatError(
            f"{model} cannot be given tools: {answer.text[:200]}",
            hint="Use another file with --gguf",
        )


class _Bench:
    def __init__(
        self,
        engine: OllamaEngine,
        models: Sequence[str],
        languages: Sequence[str],
        talks: Sequence[histories.Conversation],
        sizes: ModelMeasurements,
        folder: Path,
        say: Say,
    ) -> None:
        self._engine = engine
        self._models = models
        self._languages = languages
        self._talks = talks
        self._sizes = sizes
        self._folder = folder
        self._say = say
        self._by_language = dict(zip(languages, models, strict=True))

    async def run(self) -> dict[str, Any]:
        environment = await client_environment(self._engine.base_url)
        async with _client(self._engine.base_url, environment) as client:
            own = Direct(client=client, models=self._by_language, tools_model=self._models[0])
            one = Direct(
                client=client,
                models=self._by_language,
                tools_model=self._models[0],
                num_ctx=NUM_CTX,
            )
            only = dict.fromkeys(self._by_language, self._models[0])
            warm = Direct(client=client, models=only, tools_model=self._models[0], num_ctx=NUM_CTX)
            passes = {
                "warm": await self._pass("one warm model for all", warm),
                "direct": await self._pass("direct", own),
                "direct_one_context": await self._pass("direct, one context", one),
                "zero_pause.direct": await self._pass("direct, no pauses", own, has_pauses=False),
            }
            async with self._gateway("gateway") as gateway:
                passes["gateway"] = await self._pass("gateway", Through(client=gateway))
            async with self._gateway("zero") as gateway:
                passes["zero_pause.gateway"] = await self._pass(
                    "gateway, no pauses", Through(client=gateway), has_pauses=False
                )
            self._say("measuring what the gateway adds")
            async with self._gateway("overhead") as gateway:
                added = await overhead(
                    client,
                    gateway,
                    model=self._models[0],
                    language=self._languages[0],
                    num_ctx=NUM_CTX,
                )
        return {
            **figures(passes),
            "routing_accuracy": routing_accuracy(self._talks, self._roster(self._folder)),
            **added,
            "experts": self._by_language,
            "seats": N_SEATS,
            "load_s": round(self._sizes.load_s, 3),
            "cores": os.cpu_count(),
        }

    async def _pass(self, name: str, arm: Direct | Through, *, has_pauses: bool = True) -> Pass:
        await unload(self._engine, self._models)
        began_s = time.monotonic()
        watch = ResidentWatch(self._engine)
        async with watch.watching():
            found = await hold(self._talks, arm, has_pauses=has_pauses)
        n_reported = sum(one.load_s > 0.05 for one in found)
        loads = watch.n_loads if isinstance(arm, Through) else max(watch.n_loads, n_reported)
        done = Pass(requests=found, n_loads=loads, most_models=watch.most_models)
        first = sorted(one.first_s for one in found)
        self._say(
            f"{name}: {len(found)} requests, {loads} loads, first token after"
            f" {first[len(first) // 2]:.2f} s in the median; {time.monotonic() - began_s:.0f} s"
        )
        await unload(self._engine, self._models)
        return done

    def _roster(self, folder: Path) -> Roster:
        budget_bytes = self._sizes.budget_bytes(N_SEATS)
        more = {
            "options": {"num_ctx": NUM_CTX, "num_thread": 1},
            "budget": budget_bytes,
            "generalist": {"model": self._models[0]},
        }
        return write_roster(self._models, folder, self._languages, more)

    @asynccontextmanager
    async def _gateway(self, name: str) -> AsyncIterator[httpx.AsyncClient]:
        """Yield a client of a gateway of our own."""
        home = self._folder / name
        data = home / "data" / "hotseat"
        data.mkdir(parents=True)
        roster = self._roster(home)
        known = {
            expert.spec.key: MeasuredModel(size_bytes=self._sizes.footprints[expert.spec.model])
            for expert in roster.experts
        }
        address = ollama_address(self._engine.base_url)
        MeasureStore(data / "measured.sqlite").write(address.key, known)
        with runtime_folder() as runtime:
            environment = {
                **os.environ,
                **await client_environment(address.url),
                "HOTSEAT_RUNTIME_DIR": str(runtime),
                "XDG_DATA_HOME": str(data.parent),
            }
            command = (sys.executable, "-m", "hotseat", "serve")
            arguments = ["--port", "0", "--roster", str(home / "experts.yaml")]
            arguments += ["--engine-url", address.url]
            process = await asyncio.create_subprocess_exec(
                *command,
                *arguments,
                env=environment,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                url = await _listening(process)
                key = (data / "gateway.key").read_text(encoding="ascii").strip()
                async with _client(url, {"OLLAMA_API_KEY": key}) as client:
                    yield client
            finally:
                if process.returncode is None:
                    process.terminate()
                await process.wait()


async def _listening(process: asyncio.subprocess.Process) -> str:
    """Return the gateway's address. Raises HotseatError."""
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_GATEWAY_START_S):
            line = await process.stdout.readline()
    except TimeoutError:
        line = b""
    if b"listening on" not in line:
        raise HotseatError("The gateway did not start", hint="Try `hotseat serve` by itself")
    return line.decode().split()[-1]


def _client(url: str, environment: dict[str, str]) -> httpx.AsyncClient:
    key = environment.get("OLLAMA_API_KEY", "")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.AsyncClient(base_url=url, headers=headers, timeout=_REQUEST_S, trust_env=False)
