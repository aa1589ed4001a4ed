"""Every arm over the same spans, with the language server and the models taken out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.engines.protocol import ModelInfo
from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.infill.scores import Filling
from hotseat.judge import measure as module
from hotseat.judge.figures import Measurements
from hotseat.judge.likelihood import SpanBits
from hotseat.judge.measure import measure
from support.judged import filling, judged
from support.stub_engine import StubEngine

INFO = ModelInfo(capabilities=frozenset(), template="")


class Likelihood:
    how = "by hand"

    async def score(self, span: InfillingSpan) -> SpanBits:
        return SpanBits(bits=float(len(span.middle)), n_bytes=len(span.middle), n_tokens=2)


def fills_with(monkeypatch: pytest.MonkeyPatch, fill: Any) -> None:
    @asynccontextmanager
    async def open_span_filler(
        _repository: Path, roster_choice: str, roster: Any, *_: Any, **__: Any
    ) -> Any:
        class Fills:
            async def fill(self, span: InfillingSpan) -> Filling:
                served: Filling = fill(roster.expert_for(span.code_language), span)
                return served

        yield Fills()

    monkeypatch.setattr(module, "open_span_filler", open_span_filler)


async def measured_with(
    measured: Measurements, engine: StubEngine, *, stop_at: int = 0
) -> list[str]:
    @asynccontextmanager
    async def opened(arm: Any, info: ModelInfo) -> AsyncIterator[Likelihood]:
        yield Likelihood()

    steps: list[str] = []

    def step(what: str) -> None:
        steps.append(what)
        if len(steps) == stop_at:
            raise HotseatError("enough")

    await measure(
        measured,
        Path("/nowhere"),
        engine.url,
        {arm.name: INFO for arm in measured.arms},
        open_likelihood=opened,
        scored=frozenset({0, 1}),
        on_step=step,
    )
    return steps


def empty() -> Measurements:
    measured = judged({("py", "python"): [0.0] * 9, ("py", "javascript"): [0.0] * 9})
    return replace(measured, fillings={}, likelihood="")


async def test_every_arm_fills_every_span_and_says_each(monkeypatch: pytest.MonkeyPatch) -> None:
    fills_with(monkeypatch, lambda expert, _span: filling(0.9 if expert.name == "py" else 0.1))
    measured = empty()
    async with StubEngine() as engine:
        steps = await measured_with(measured, engine)
    names = [arm.name for arm in measured.arms]
    assert names == ["py", "web", "generalist"]
    assert {name: len(of) for name, of in measured.fillings.items()} == dict.fromkeys(names, 18)
    assert [sorted(of) for of in measured.scored.values()] == [[0, 1]] * 3
    assert measured.likelihood == "by hand"
    assert len(steps) == 3 * (18 + 2)
    # Each in its own roster: the expert serves what is not its own language.
    assert {f.similarity for f in measured.fillings["py"].values()} == {0.9}


async def test_the_first_third_can_be_compared_when_it_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fills_with(monkeypatch, lambda _expert, _span: filling(0.5))
    measured = empty()
    async with StubEngine() as engine:
        with pytest.raises(HotseatError, match="enough"):
            await measured_with(measured, engine, stop_at=3 * 8 + 1)
    assert [len(of) for of in measured.fillings.values()] == [7, 6, 6]


async def test_a_suggestion_that_failed_counts_neither_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_python = "python"
    fills_with(
        monkeypatch, lambda _expert, span: replace(filling(0.5), failed=span.language == in_python)
    )
    measured = empty()
    async with StubEngine() as engine:
        await measured_with(measured, engine)
    assert sorted(measured.fillings["web"]) == list(range(9, 18))
    assert measured.n_failed == 3 * 9


async def test_a_model_that_never_answers_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    fills_with(
        monkeypatch, lambda _expert, _span: replace(filling(0.0), failed=True, note="out of memory")
    )
    async with StubEngine() as engine:
        with pytest.raises(HotseatError, match="snake:1b returned no suggestion: out of memory"):
            await measured_with(empty(), engine)


async def test_models_that_were_loaded_before_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    fills_with(monkeypatch, lambda _expert, _span: filling(0.5))
    measured = empty()
    async with StubEngine() as engine:
        engine.models = {"snake:1b": 100, "general:1b": 100, "web:1b": 100}
        engine.resident = {"general:1b": 300}
        await measured_with(measured, engine)
        unloaded = {seen.body["model"] for seen in engine.seen("/api/generate") if seen.is_unload}
    assert unloaded == {"snake:1b", "web:1b"}
    assert measured.memory_bytes == {"generalist": 300}
