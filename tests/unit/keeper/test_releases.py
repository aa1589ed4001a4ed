"""Unloading by hand, from a window's request to the engine and back."""

from __future__ import annotations

import asyncio
import math
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest

from hotseat.domain.errors import EngineUnavailable
from hotseat.domain.experts import ModelSpec
from hotseat.engines.discovery import EMBEDDED, EngineAddress
from hotseat.keeper.commands.release_text import release_text
from hotseat.keeper.releases import Releases
from hotseat.keeper.state import KeeperState, engine_status
from hotseat.residency.released_models import Release, ReleaseAnswer, ReleaseOutcome
from hotseat.residency.settings import SHORT_KEEP_ALIVE_S
from support.stub_engine import MIB, StubEngine
from support.windows import Window, at, want, warm

A, B = ModelSpec("a:1b"), ModelSpec("b:1b")


async def test_memory_is_freed_at_once_and_no_window_loads_it_again(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address) as first, Window(address) as second:
        first.wants(at("a:1b"), want("b:1b", 0.9))
        second.wants(want("b:1b", 0.9))
        await first.until_warm("a:1b", "b:1b")
        (answer,) = await second.link.releases.ask([Release(model="b:1b", experts=("b",))])
        assert answer.outcome is ReleaseOutcome.UNLOADED
        assert answer.size_bytes == 100 * MIB
        for window in (first, second):
            state = await window.until(lambda state: state.used_bytes == 100 * MIB)
            assert warm(state) == {"a:1b"}
            assert state.is_released(B)
            status = state.model(B)
            assert status is not None
            assert (status.reason, status.probability) == (
                "unloaded by hand; it is loaded again when you use it",
                0.0,
            )
        first.wants(at("a:1b"), want("b:1b", 0.8))
        loads = len(stub.seen("load"))
        first.link.retry(B)
        state = await first.until_warm("a:1b", "b:1b")
        assert not state.is_released(B)
        assert len(stub.seen("load")) == loads + 1
        assert [d.reason for d in await first.link.decisions() if d.action == "unload"] == [
            "the user unloaded it"
        ]


async def test_another_expert_of_the_model_keeps_it(address: EngineAddress) -> None:
    async with Window(address) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        (answer,) = await window.link.releases.ask([Release(model="a:1b", experts=("other",))])
        assert (answer.outcome, answer.holder) == (ReleaseOutcome.HELD, "a")
        assert not window.link.state.released


async def test_the_next_keeper_knows_what_was_unloaded(
    address: EngineAddress, windows: AsyncExitStack
) -> None:
    first = Window(address)
    await first.__aenter__()
    first.wants(at("a:1b"), want("b:1b"))
    await first.until_warm("a:1b", "b:1b")
    second = await windows.enter_async_context(Window(address))
    second.wants(at("a:1b"), want("b:1b"))
    await second.until_warm("a:1b", "b:1b")
    await first.link.releases.ask([Release(model="b:1b")])
    await second.until(lambda state: warm(state) == {"a:1b"})
    await first.__aexit__()
    state = await second.until(lambda state: second.link.is_keeper and state.engine.up)
    await second.until_warm("a:1b")
    assert state.is_released(B)
    assert warm(second.link.state) == {"a:1b"}


async def test_a_keeper_that_does_not_answer_is_an_error() -> None:
    sent: list[dict[str, Any]] = []
    releases = Releases(sent.append, answer_s=0.01)
    with pytest.raises(EngineUnavailable, match="does not answer"):
        await releases.ask([Release(model="a:1b")])
    assert sent[0]["releases"] == [{"model": "a:1b", "experts": ()}]
    releases.answered({"id": sent[0]["id"], "answers": []})  # too late, and no harm


async def test_each_request_gets_its_own_answer() -> None:
    sent: list[dict[str, Any]] = []
    releases = Releases(sent.append, answer_s=5.0)
    first, second = (
        asyncio.create_task(releases.ask([Release(model=name)])) for name in ("a:1b", "b:1b")
    )
    await asyncio.sleep(0)
    for message in reversed(sent):
        answer = {"model": message["releases"][0]["model"], "outcome": "absent"}
        releases.answered({"id": message["id"], "answers": [answer]})
    assert [(await each)[0].model for each in (first, second)] == ["a:1b", "b:1b"]


def test_since_when_a_model_is_unloaded_counts_from_the_first_state() -> None:
    now_s = 10.0
    releases = Releases(lambda message: None, answer_s=1.0, clock=lambda: now_s)
    engine = engine_status(EMBEDDED)
    releases.note_state(KeeperState(engine=engine))
    assert releases.since_s(A) is None
    releases.note_state(KeeperState(engine=engine, released=("a:1b",)))
    now_s = 20.0
    releases.note_state(KeeperState(engine=engine, released=("a:1b", "b:1b")))
    assert (releases.since_s(A), releases.since_s(B)) == (10.0, 20.0)
    now_s = 30.0
    releases.note_state(KeeperState(engine=engine, released=("b:1b",), is_stopped=True))
    assert (releases.since_s(A), releases.since_s(B)) == (30.0, 20.0)
    releases.note_state(KeeperState(engine=engine))
    assert (releases.since_s(A), releases.since_s(B)) == (None, None)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            ReleaseAnswer(model="m", outcome=ReleaseOutcome.UNLOADED, size_bytes=254_000_000),
            "go is unloaded, which frees 254 MB (css and sql used the same model)",
        ),
        (
            ReleaseAnswer(model="m", outcome=ReleaseOutcome.HELD, holder="css"),
            "go stays in memory: css uses the same model and is under a cursor",
        ),
        (
            ReleaseAnswer(model="m", outcome=ReleaseOutcome.HELD, holder="sql", is_pinned=True),
            "go stays in memory: sql uses the same model and is pinned",
        ),
        (
            ReleaseAnswer(model="m", outcome=ReleaseOutcome.ABSENT),
            "go is not in memory, and is not loaded until you use it",
        ),
    ],
)
def test_one_sentence_says_what_becomes_of_it(answer: ReleaseAnswer, text: str) -> None:
    assert release_text("go", answer, ("css", "sql")) == text


async def test_the_last_window_leaves_a_short_keep_alive_but_for_what_is_pinned(
    stub: StubEngine, address: EngineAddress
) -> None:
    first = Window(address)
    await first.__aenter__()
    async with Window(address) as second:
        pinned = want("b:1b")._replace(pinned=True, pinned_by=("b",))
        second.wants(at("a:1b"), pinned)
        await second.until_warm("a:1b", "b:1b")
        await first.until_warm("a:1b", "b:1b")
        await first.__aexit__()
        await second.until(lambda state: second.link.is_keeper and state.engine.up)
        await second.until_warm("a:1b", "b:1b")
        kept = {seen.body["keep_alive"] for seen in stub.seen("load")}
        assert kept == {600}
    kept_now = [(seen.body["model"], seen.body["keep_alive"]) for seen in stub.seen("load")]
    assert kept_now[-1] == ("a:1b", SHORT_KEEP_ALIVE_S)
    assert ("b:1b", SHORT_KEEP_ALIVE_S) not in kept_now


async def test_what_has_left_memory_is_not_loaded_by_the_last_act(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        stub.resident.clear()
        n_loads = len(stub.seen("load"))
    assert len(stub.seen("load")) == n_loads


def test_a_window_that_opens_after_an_unload_has_turned_to_what_it_shows() -> None:
    releases = Releases(lambda message: None, answer_s=1.0, clock=lambda: 10.0)
    state = KeeperState(engine=engine_status(EMBEDDED), released=("a:1b",), is_stopped=True)
    releases.note_state(state)
    assert releases.since_s(A) == -math.inf
    releases.note_state(replace(state, released=("a:1b", "b:1b")))
    assert (releases.since_s(A), releases.since_s(B)) == (-math.inf, 10.0)
