"""Suggestions of another model, for one that is in memory and does not answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from typing import cast

import pytest

from hotseat.documents.store import DocumentStore
from hotseat.domain.errors import EngineRejected, EngineUnavailable, HotseatError
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.domain.residency import ModelState
from hotseat.domain.text import Position, Range
from hotseat.engines.protocol import Chunk, Engine, GenerateRequest
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import ModelStatus
from hotseat.session.shared.answer_streams import AnswerStreams, runner_of
from hotseat.session.suggest.suggest_settings import SuggestSettings
from hotseat.session.suggest.suggester import Suggester
from hotseat.session.suggest.suggestion import LastCompletion
from hotseat.syntax.document_syntax import Syntax
from support.suggest_fixtures import EXPERT, URI, FakeEngine, FakeLink

OTHER = Expert(name="other", languages=(), spec=ModelSpec("o:1b"))
ROSTER = Roster(experts=(EXPERT,), generalist=OTHER)


class HangingEngine(FakeEngine):
    """A model whose gate is closed sends nothing."""

    def __init__(self) -> None:
        super().__init__("1")
        self.gates: dict[ModelSpec, asyncio.Event] = {}
        self.n_waiting = 0
        """Requests to models whose gates are closed."""
        self.errors: list[HotseatError] = []
        """Raised by requests to a model whose gate is closed, one each."""

    async def generate(self, request: GenerateRequest) -> AsyncGenerator[Chunk, None]:
        if (gate := self.gates.get(request.spec)) is not None and not gate.is_set():
            if self.errors:
                raise self.errors.pop(0)
            self.n_waiting += 1
            try:
                await gate.wait()
            finally:
                self.n_waiting -= 1
        async for chunk in super().generate(request):
            yield chunk


class Bench:
    """Two warm models; a request is given up after 50 ms without a byte."""

    def __init__(self, *experts: Expert, probe_s: float = 25.0) -> None:
        self.store = DocumentStore(Syntax)
        self.store.open(URI, "python", 1, "x = \n")
        self.engine, self.link, self.streams = HangingEngine(), FakeLink(), AnswerStreams()
        self.warm(*experts)
        settings = SuggestSettings(
            silent_after_s=0.05, slot_wait_s=0.05, probe_pause_s=0.01, probe_s=probe_s
        )
        link = cast("KeeperLink", self.link)
        self.suggester = Suggester(
            self.store, lambda: link, settings=settings, streams=self.streams
        )
        self.suggester.use_engine(cast("Engine", self.engine))
        self.version = 1

    def warm(self, *experts: Expert) -> None:
        models = [ModelStatus(expert=e.name, spec=e.spec, state=ModelState.WARM) for e in experts]
        self.link.state = replace(self.link.state, models=tuple(models))

    def close(self, expert: Expert) -> asyncio.Event:
        gate = self.engine.gates[expert.spec] = asyncio.Event()
        return gate

    async def suggest(self) -> tuple[str, LastCompletion]:
        """A suggestion at a text that was not asked for before."""
        self.version += 1
        start, end = Position(0, 0), Position(0, 1)
        self.store.change(URI, self.version, [(Range(start, end), "abcdefgh"[self.version])])
        document = self.store.get(URI)
        assert document is not None
        record = self.suggester.begin("python")
        found = await self.suggester.suggest(record, document, Position(0, 4), ROSTER)
        return found.text if found else "", record


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench(EXPERT, OTHER)
    yield bench
    await bench.suggester.aclose()


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


async def test_another_model_answers_the_very_request_that_was_left(bench: Bench) -> None:
    gate = bench.close(EXPERT)
    text, record = await bench.suggest()
    assert (text, record.served_by) == ("1", "other")
    assert record.note == "other stands in for code, which does not answer"
    await until(lambda: bench.link.silent == {EXPERT.spec})
    asked_before = len(bench.engine.requests)
    text, record = await bench.suggest()
    assert (text, record.served_by) == ("1", "other")
    assert all(r.spec == OTHER.spec for r in bench.engine.requests[asked_before:])
    gate.set()
    await until(lambda: not bench.link.silent)
    text, record = await bench.suggest()
    assert (text, record.served_by, record.note) == ("1", "code", "")


async def test_a_model_that_hangs_alone_is_waited_for() -> None:
    bench = Bench(EXPERT)
    gate = bench.close(EXPERT)
    waits = asyncio.ensure_future(bench.suggest())
    await until(lambda: bench.link.silent)
    gate.set()
    text, record = await waits
    assert (text, record.served_by) == ("1", "code")
    await until(lambda: not bench.link.silent)
    await bench.suggester.aclose()


async def test_a_silent_model_is_asked_if_no_other_can_answer() -> None:
    bench = Bench(EXPERT)
    gate = bench.close(EXPERT)
    older = asyncio.ensure_future(bench.suggest())
    await until(lambda: bench.link.silent)
    newer = asyncio.ensure_future(bench.suggest())
    assert (await older)[0] == ""
    await until(lambda: bench.engine.n_waiting == 1)
    gate.set()
    text, record = await newer
    assert (text, record.served_by) == ("1", "code")
    await until(lambda: not bench.link.silent)
    await bench.suggester.aclose()


async def test_a_silent_model_that_another_window_reports_is_asked_if_no_other_can_answer() -> None:
    bench = Bench(EXPERT)
    models = tuple(replace(model, silent=True) for model in bench.link.state.models)
    bench.link.state = replace(bench.link.state, models=models)
    text, record = await bench.suggest()
    assert (text, record.served_by) == ("1", "code")
    await bench.suggester.aclose()


async def test_a_request_that_is_open_needs_no_probe() -> None:
    bench = Bench(EXPERT)
    gate = bench.close(EXPERT)
    waits = asyncio.ensure_future(bench.suggest())
    await until(lambda: bench.link.silent)
    await asyncio.sleep(0.02)  # longer than the pause between two probes
    assert bench.engine.n_waiting == 1
    waits.cancel()
    await until(lambda: bench.engine.n_waiting == 0)
    await until(lambda: bench.engine.n_waiting == 1)  # now it is sent in the background
    gate.set()
    await until(lambda: not bench.link.silent)
    await bench.suggester.aclose()


async def test_a_silent_model_is_probed_though_the_user_types_on() -> None:
    bench = Bench(EXPERT, probe_s=0.01)
    bench.close(EXPERT)
    waits = asyncio.ensure_future(bench.suggest())
    await until(lambda: bench.engine.n_waiting == 2)
    await bench.suggester.aclose()
    assert (await waits)[0] == ""


async def test_an_engine_that_breaks_the_probe_is_asked_again(bench: Bench) -> None:
    gate = bench.close(EXPERT)
    await bench.suggest()
    await until(lambda: bench.link.silent)
    bench.engine.errors = [EngineUnavailable("stopped answering")] * 3
    gate.set()
    await until(lambda: not bench.link.silent)


async def test_a_model_that_refuses_does_answer(bench: Bench) -> None:
    bench.close(EXPERT)
    bench.engine.errors = [EngineRejected("broken", status=500)]
    text, record = await bench.suggest()
    assert (text, record.outcome) == ("", "failed")
    assert not bench.link.silent


async def test_a_silent_model_that_has_left_memory_is_not_reported_any_more(bench: Bench) -> None:
    bench.close(EXPERT)
    await bench.suggest()
    await until(lambda: bench.link.silent)
    bench.warm(OTHER)
    bench.engine.gates.clear()
    await bench.suggester.aclose()
    assert not bench.link.silent


async def test_a_newer_request_ends_the_wait(bench: Bench) -> None:
    bench.close(EXPERT)
    older = asyncio.ensure_future(bench.suggest())
    await asyncio.sleep(0)
    text, _ = await bench.suggest()
    assert text == "1"
    assert (await older)[0] == ""


async def test_a_model_that_answers_a_question_is_not_silent(bench: Bench) -> None:
    bench.close(EXPERT)
    with bench.streams.streaming(runner_of(EXPERT)):
        text, record = await bench.suggest()
    assert (text, record.served_by) == ("1", "other")
    assert record.note == "other stands in for code, which is answering a question"
    assert not bench.link.silent
