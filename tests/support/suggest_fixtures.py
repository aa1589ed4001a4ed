"""An engine and a keeper's connection for tests of one window's completions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

from hotseat.completion.snapshot import Snapshot
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.domain.text import Position
from hotseat.engines.protocol import Chunk, GenerateRequest, ModelInfo
from hotseat.keeper.state import EngineStatus, KeeperState, ModelStatus

SPEC = ModelSpec("m:1b")
EXPERT = Expert(name="code", languages=("python", "go"), spec=SPEC)
URI = "file:///a.py"


class FakeEngine:
    """Writes `pieces`, which are one token each, and then waits for `hold` if there is one."""

    base_url = "http://fake"

    def __init__(self, text: str = "") -> None:
        self.pieces = [text]
        self.logprobs: list[float] = []
        """Of the pieces."""
        self.requests: list[GenerateRequest] = []
        self.hold: asyncio.Event | None = None
        self.fails: HotseatError | None = None
        """Raised once, by the next request."""
        self.n_closed = 0
        """Streams that have ended."""
        self.is_closed = False

    async def show(self, _model: str) -> ModelInfo:
        return ModelInfo(capabilities=frozenset({"completion"}), template="", metadata={})

    async def generate(self, request: GenerateRequest) -> AsyncGenerator[Chunk, None]:
        self.requests.append(request)
        if (error := self.fails) is not None:
            self.fails = None
            raise error
        try:
            for n, piece in enumerate(self.pieces):
                yield Chunk(text=piece, logprobs=tuple(self.logprobs[n : n + 1]))
            if self.hold is not None:
                await self.hold.wait()
            yield Chunk(text="", done=True, n_prompt_tokens=9)
        finally:
            self.n_closed += 1

    async def aclose(self) -> None:
        self.is_closed = True


class FakeLink:
    """A connection to a keeper that has the expert's model warm."""

    def __init__(self) -> None:
        warm = ModelStatus(expert="code", spec=SPEC, state=ModelState.WARM)
        engine = EngineStatus(kind="ollama", url=FakeEngine.base_url, up=True)
        self.state = KeeperState(engine=engine, models=(warm,))
        self.n_looks = 0
        self.n_failed = 0
        self.silent: set[ModelSpec] = set()

    def begin_use(self, _spec: ModelSpec, _began_s: float | None = None) -> None:
        pass

    end_use = report_use = begin_use

    def report_silence(self, spec: ModelSpec, *, is_silent: bool) -> None:
        self.silent = {spec} if is_silent else set()

    def look(self, *, has_failed: bool = False) -> None:
        self.n_looks += not has_failed
        self.n_failed += has_failed


def snapshot(prefix: str, suffix: str = "\n", *, invoked: bool = False) -> Snapshot:
    """Return a snapshot of a Python file that consists of the two texts."""
    line = prefix.count("\n")
    return Snapshot(
        uri=URI,
        revision=1,
        language="python",
        position=Position(line, len(prefix) - prefix.rfind("\n") - 1),
        prefix=prefix,
        suffix=suffix,
        invoked=invoked,
    )


def typed(before: Snapshot, text: str) -> Snapshot:
    """Return the snapshot after `text` was typed at its cursor."""
    position = replace(before.position, character=before.position.character + len(text))
    return replace(before, prefix=before.prefix + text, position=position)


async def turns(n: int = 20) -> None:
    """Let everything run that waits for nothing."""
    for _ in range(n):
        await asyncio.sleep(0)
