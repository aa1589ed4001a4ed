"""One person walks a stretch in real time: as a plugin without Hotseat would serve them, and as a
real editor over the real language server does.

Owns what happens at a focus and at a first key, and when the expert could answer. Counts nothing:
that is `switch_figures`.
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
from hotseat.lab.simulate.replay_window import Stop, Stretch

KEEP_ALIVE_S = 300.0
"""Ollama's own, which a plugin that says nothing gets."""
N_PREDICT = 48
N_CTX = 1024
LOOK_S = 0.02
"""How exactly a stall is seen."""
KEY = "x"
N_LINES = 8


@dataclass(slots=True, kw_only=True)
class Turn:
    """One visit. Times are the event loop's; None for what did not come before the person left."""

    stop: Stop
    key_s: float = 0.0
    left_s: float = 0.0
    ready_s: float | None = None
    """When the expert could answer; not before the key."""
    first_token_s: float | None = None
    """When the first of its answer came."""

    @property
    def stall_s(self) -> float:
        """What the person waited: until the expert was ready, or until they gave up and left."""
        return max(0.0, (self.left_s if self.ready_s is None else self.ready_s) - self.key_s)


class Client(Protocol):
    """What serves the person. `key` runs until the answer is there, or the person leaves.

    `loads_s` are the load times that it has seen: they tell whether the machine was as busy with
    others' work as in another walk.
    """

    loads_s: list[float]

    def focus(self, stop: Stop) -> None: ...

    async def key(self, turn: Turn) -> None:
        """The first key: notes `ready_s` and `first_token_s` as they come."""
        ...

    async def left(self, turn: Turn) -> None:
        """After the stay, for what can be asked later."""
        ...


async def walk(stretch: Stretch, client: Client, tell: Callable[[list[Turn]], None]) -> list[Turn]:
    """Every stop of the stretch, in real time; `tell` gets the turns so far after each."""
    loop = asyncio.get_running_loop()
    turns: list[Turn] = []
    for stop in stretch.stops:
        focused_s = loop.time()
        leave_s = focused_s + stop.stay_s
        client.focus(stop)
        await asyncio.sleep(stop.first_key_s)
        turn = Turn(stop=stop, key_s=loop.time(), left_s=leave_s)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(leave_s):
                await client.key(turn)
        await client.left(turn)
        turns.append(turn)
        tell(turns)
        await asyncio.sleep(max(0.0, leave_s - loop.time()))
    return turns


@dataclass(slots=True)
class Page:
    """A file as the person has it open: some lines of its own, the cursor at the end of the last.

    A prompt of about a hundred tokens, other than every other file's: a cold cache is cold.
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
    """An editor's plugin without Hotseat: it asks the language's model at the first key, and the
    engine loads and evicts as it does by itself."""

    def __init__(self, engine: OllamaEngine, experts: Mapping[str, Expert]) -> None:
        self._engine = engine
        self._experts = experts
        self._pages: dict[str, Page] = {}
        self._fim: dict[str, FimChoice] = {}
        self.loads_s: list[float] = []

    def focus(self, stop: Stop) -> None:
        self._pages.setdefault(stop.path, Page(stop.path))

    async def key(self, turn: Turn) -> None:
        loop = asyncio.get_running_loop()
        expert = self._experts[turn.stop.language]
        page = self._pages[turn.stop.path]
        page.n_keys += 1
        name = canonical_model_name(expert.spec.model)
        if any(model.model == name for model in await self._engine.resident()):
            turn.ready_s = turn.key_s
        else:
            load_s = await self._engine.ensure_ready(expert.spec, keep_alive_s=KEEP_ALIVE_S)
            self.loads_s.append(load_s)
            turn.ready_s = loop.time()
        request = await self._request(expert, page)
        async with aclosing(self._engine.generate(request)) as chunks:
            async for chunk in chunks:
                if turn.first_token_s is None:
                    turn.first_token_s = loop.time()
                if "\n" in chunk.text:
                    break

    async def left(self, turn: Turn) -> None:
        pass

    async def _request(self, expert: Expert, page: Page) -> GenerateRequest:
        """As Hotseat would ask for the rest of the line."""
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

    While the expert loads, the first request gets what a stand-in has to say, as in an editor; the
    one that is measured follows when the expert is ready.
    """

    def __init__(self, editor: Editor, workspace: Path, experts: Mapping[str, Expert]) -> None:
        self._editor = editor
        self._workspace = workspace
        self._experts = experts
        self._pages: dict[str, Page] = {}
        self._asked_s: float | None = None
        self._last_loads_s: dict[str, float] = {}
        self.loads_s: list[float] = []

    def focus(self, stop: Stop) -> None:
        page = self._pages.setdefault(stop.path, Page(stop.path))
        uri = self._uri(stop)
        if not page.is_open:
            page.is_open = True
            self._editor.open(uri, stop.language, page.text)
        self._editor.focus(uri)
        self._editor.move(uri, *page.cursor)

    async def key(self, turn: Turn) -> None:
        loop = asyncio.get_running_loop()
        page, uri = self._pages[turn.stop.path], self._uri(turn.stop)
        self._editor.insert(uri, *page.cursor, KEY)
        page.n_keys += 1
        if await self._is_ready(turn.stop):
            turn.ready_s = turn.key_s
        else:
            meanwhile = asyncio.create_task(self._editor.complete(uri, *page.cursor))
            try:
                while not await self._is_ready(turn.stop):
                    await asyncio.sleep(LOOK_S)
                turn.ready_s = loop.time()
            finally:
                meanwhile.cancel()
                await asyncio.wait([meanwhile])
        self._asked_s = loop.time()
        await self._editor.complete(uri, *page.cursor)

    async def left(self, turn: Turn) -> None:
        """The server itself notes when the first token came, and how long loads took."""
        asked_s, self._asked_s = self._asked_s, None
        status = await self._editor.fresh_status()
        for entry in status.get("experts", ()):
            name, load_s = entry["name"], entry.get("loadSeconds")
            if load_s is not None and load_s != self._last_loads_s.get(name):
                self._last_loads_s[name] = load_s
                self.loads_s.append(load_s)
        last = status.get("lastCompletion") or {}
        expert = self._experts[turn.stop.language].name
        if asked_s is not None and last.get("servedBy") == expert:
            before_ms, token_ms = last.get("beforeEngineMs"), last.get("firstTokenMs")
            if before_ms is not None and token_ms is not None:
                turn.first_token_s = asked_s + (before_ms + token_ms) / 1000

    def _uri(self, stop: Stop) -> str:
        return (self._workspace / stop.path).as_uri()

    async def _is_ready(self, stop: Stop) -> bool:
        status = await self._editor.fresh_status()
        return expert_in(status, self._experts[stop.language].name).get("state") == "warm"
