"""A user's walk through a replay window in real time, with a plugin without Hotseat or with a real
editor over the real language server.

Owns what happens at a focus and at a first key, and when the expert could answer. Computes no
figures; `switch_figures` does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from hotseat.client.editor import Editor, expert_in
from hotseat.completion.prompt.fim_templates import FimChoice, choose
from hotseat.completion.prompt.window import window
from hotseat.domain.experts import Expert, canonical_model_name
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import GenerateRequest
from hotseat.lab.simulate.replay_window import ReplayStop, ReplayWindow

KEEP_ALIVE_S = 300.0
"""Ollama's default, which a plugin that sets none gets."""
N_PREDICT = 48
N_CTX = 1024
LOOK_S = 0.02
"""The resolution with which a stall is measured."""
KEY = "x"
N_LINES = 8


@dataclass(slots=True, kw_only=True)
class TimedVisit:
    """The measurements of one visit, in the event loop's time.

    A time is None if its event had not happened when the user left.
    """

    stop: ReplayStop
    key_s: float = 0.0
    left_s: float = 0.0
    ready_s: float | None = None
    """When the expert could answer; not before the key."""
    first_token_s: float | None = None
    """When the first token of the expert's answer arrived."""

    @property
    def stall_s(self) -> float:
        """Return the wait until the expert was ready, or until the user gave up and left."""
        return max(0.0, (self.left_s if self.ready_s is None else self.ready_s) - self.key_s)


class Client(Protocol):
    """Serves the user's requests. `key` runs until the answer arrives, or the user leaves.

    `loads_s` are the load times seen; comparing them shows whether the machine was equally busy in
    another walk.
    """

    loads_s: list[float]

    def focus(self, stop: ReplayStop) -> None: ...

    async def key(self, visit: TimedVisit) -> None:
        """Handle the first key; set `ready_s` and `first_token_s`."""
        ...

    async def left(self, visit: TimedVisit) -> None:
        """Collect after the visit what can be collected later."""
        ...


async def walk(
    replay: ReplayWindow, client: Client, on_visit: Callable[[list[TimedVisit]], None]
) -> list[TimedVisit]:
    """Visit every stop in real time; call `on_visit` with the visits so far after each."""
    loop = asyncio.get_running_loop()
    visits: list[TimedVisit] = []
    for stop in replay.stops:
        focused_s = loop.time()
        leave_s = focused_s + stop.stay_s
        client.focus(stop)
        await asyncio.sleep(stop.first_key_s)
        visit = TimedVisit(stop=stop, key_s=loop.time(), left_s=leave_s)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(leave_s):
                await client.key(visit)
        await client.left(visit)
        visits.append(visit)
        on_visit(visits)
        await asyncio.sleep(max(0.0, leave_s - loop.time()))
    return visits


@dataclass(slots=True)
class Page:
    """An open file: some lines that no other file has, the cursor at the end of the last.

    The prompt has about a hundred tokens and differs for every file, so no prompt cache helps.
    """

    path: str
    n_keys: int = 0
    is_open: bool = False
    head: str = field(init=False)

    def __post_init__(self) -> None:
        stem = PurePosixPath(self.path).stem
        lines = (f"{stem} entry {i} of {self.path}" for i in range(1, N_LINES + 1))
        self.head = "\n".join(lines) + " "

    @property
    def text(self) -> str:
        return self.head + KEY * self.n_keys

    @property
    def cursor(self) -> tuple[int, int]:
        line = self.text.count("\n")
        return line, len(self.text) - self.text.rfind("\n") - 1


class PluginClient:
    """An editor plugin without Hotseat.

    It requests the language's model at the first key; the engine loads and evicts by its own rules.
    """

    def __init__(self, engine: OllamaEngine, experts: Mapping[str, Expert]) -> None:
        self._engine = engine
        self._experts = experts
        self._pages: dict[str, Page] = {}
        self._fim: dict[str, FimChoice] = {}
        self.loads_s: list[float] = []

    def focus(self, stop: ReplayStop) -> None:
        self._pages.setdefault(stop.path, Page(stop.path))

    async def key(self, visit: TimedVisit) -> None:
        loop = asyncio.get_running_loop()
        expert = self._experts[visit.stop.language]
        page = self._pages[visit.stop.path]
        page.n_keys += 1
        name = canonical_model_name(expert.spec.model)
        if any(model.model == name for model in await self._engine.resident()):
            visit.ready_s = visit.key_s
        else:
            load_s = await self._engine.ensure_ready(expert.spec, keep_alive_s=KEEP_ALIVE_S)
            self.loads_s.append(load_s)
            visit.ready_s = loop.time()
        request = await self._request(expert, page)
        async with aclosing(self._engine.generate(request)) as chunks:
            async for chunk in chunks:
                if visit.first_token_s is None:
                    visit.first_token_s = loop.time()
                if "\n" in chunk.text:
                    break

    async def left(self, visit: TimedVisit) -> None:
        pass

    async def _request(self, expert: Expert, page: Page) -> GenerateRequest:
        """Return a request for the rest of the line, as Hotseat would send it."""
        parts = window(page.text, "", cursor_line=page.cursor[0], n_ctx=N_CTX, n_predict=N_PREDICT)
        model = expert.spec.model
        if model not in self._fim:
            self._fim[model] = choose(await self._engine.show(model), expert.fim)
        prompt = self._fim[model].prompt(parts.prefix, parts.suffix, path=page.path)
        return GenerateRequest(
            spec=expert.spec,
            prompt=prompt.prompt,
            suffix=prompt.suffix,
            raw=prompt.raw,
            stop=prompt.stop,
            n_predict=N_PREDICT,
        )


class EditorClient:
    """A real editor's messages to the real language server.

    While the expert loads, the first request is answered by a stand-in, as in an editor; the
    request that is measured follows when the expert is ready.
    """

    def __init__(self, editor: Editor, workspace: Path, experts: Mapping[str, Expert]) -> None:
        self._editor = editor
        self._workspace = workspace
        self._experts = experts
        self._pages: dict[str, Page] = {}
        self._asked_s: float | None = None
        self._last_loads_s: dict[str, float] = {}
        self.loads_s: list[float] = []

    def focus(self, stop: ReplayStop) -> None:
        page = self._pages.setdefault(stop.path, Page(stop.path))
        uri = self._uri(stop)
        if not page.is_open:
            page.is_open = True
            self._editor.open(uri, stop.language, page.text)
        self._editor.focus(uri)
        self._editor.move(uri, *page.cursor)

    async def key(self, visit: TimedVisit) -> None:
        loop = asyncio.get_running_loop()
        page, uri = self._pages[visit.stop.path], self._uri(visit.stop)
        self._editor.insert(uri, *page.cursor, KEY)
        page.n_keys += 1
        if await self._is_ready(visit.stop):
            visit.ready_s = visit.key_s
        else:
            meanwhile = asyncio.create_task(self._editor.complete(uri, *page.cursor))
            try:
                while not await self._is_ready(visit.stop):
                    await asyncio.sleep(LOOK_S)
                visit.ready_s = loop.time()
            finally:
                meanwhile.cancel()
                await asyncio.wait([meanwhile])
        self._asked_s = loop.time()
        await self._editor.complete(uri, *page.cursor)

    async def left(self, visit: TimedVisit) -> None:
        """Read first token and load times from the server's status."""
        asked_s, self._asked_s = self._asked_s, None
        status = await self._editor.fresh_status()
        for entry in status.get("experts", ()):
            name, load_s = entry["name"], entry.get("loadSeconds")
            if load_s is not None and load_s != self._last_loads_s.get(name):
                self._last_loads_s[name] = load_s
                self.loads_s.append(load_s)
        last = status.get("lastCompletion") or {}
        expert = self._experts[visit.stop.language].name
        if asked_s is not None and last.get("servedBy") == expert:
            before_ms, token_ms = last.get("beforeEngineMs"), last.get("firstTokenMs")
            if before_ms is not None and token_ms is not None:
                visit.first_token_s = asked_s + (before_ms + token_ms) / 1000

    def _uri(self, stop: ReplayStop) -> str:
        return (self._workspace / stop.path).as_uri()

    async def _is_ready(self, stop: ReplayStop) -> bool:
        status = await self._editor.fresh_status()
        return expert_in(status, self._experts[stop.language].name).get("state") == "warm"
