"""Windows, their keeper and an engine, over real sockets in one process."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from hotseat.domain.errors import EngineUnavailable
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import Measured, ModelState
from hotseat.engines.discovery import EngineAddress, ollama_address
from hotseat.keeper.election import Election
from hotseat.keeper.keeper import Keeper
from hotseat.keeper.machine import Machine
from hotseat.keeper.read_state import keeper_decisions, keeper_states
from hotseat.keeper.settings import KeeperSettings, LinkSettings
from hotseat.keeper.transport import Stream, connect, listen
from hotseat.residency.pressure import MachineMemory
from hotseat.storage.measured_sizes import MeasureStore
from hotseat.storage.model_uses import ModelUseStore
from support.stub_engine import MIB, Reply, Seen, StubEngine
from support.windows import Window, at, want, warm

FAST = LinkSettings(keeper=KeeperSettings(observe_s=0.02))


async def test_what_a_window_needs_is_loaded_and_shown(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address) as window:
        window.wants(at("a:1b"))
        state = await window.until_warm("a:1b")
        status = window.model("a:1b")
        assert status is not None
        assert (status.ours, status.measured, status.size_bytes) == (True, True, 100 * MIB)
        assert state.used_bytes == 100 * MIB
        assert (state.engine.up, state.engine.url, state.engine.version) == (
            True,
            stub.url,
            "0.33.0",
        )
        (load,) = stub.seen("load")
        assert load.body["keep_alive"] == 600


async def test_when_a_model_was_last_used_is_kept(stub: StubEngine, address: EngineAddress) -> None:
    async with Window(address, settings=FAST) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        began_s = time.monotonic()
        while not (used := ModelUseStore().read(address.key)):
            assert time.monotonic() - began_s < 30
            await asyncio.sleep(0.02)
    assert list(used) == ["a:1b"]
    assert abs(used["a:1b"] - time.time()) < 60


async def test_two_windows_have_one_keeper_and_their_wants_are_merged(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address) as first, Window(address) as second:
        first.wants(at("a:1b"), language="go")
        second.wants(at("b:1b"), language="sql")
        for window in (first, second):
            state = await window.until_warm("a:1b", "b:1b")
            assert {focus.language for focus in state.windows} == {"go", "sql"}
        assert [first.link.is_keeper, second.link.is_keeper].count(True) == 1
        assert sorted(seen.body["model"] for seen in stub.seen("load")) == ["a:1b", "b:1b"]


async def test_the_smallest_budget_of_all_windows_counts(address: EngineAddress) -> None:
    async with Window(address, budget_mib=1000) as large:
        async with Window(address, budget_mib=300) as small:
            small.wants(at("a:1b"))
            for window in (large, small):
                await window.until(lambda state: state.budget_bytes == 300 * MIB)
        await large.until(lambda state: state.budget_bytes == 1000 * MIB)


async def test_a_windows_wants_end_with_it(stub: StubEngine, address: EngineAddress) -> None:
    async with Window(address) as first:
        first.wants(want("a:1b"))
        await first.until_warm("a:1b")
        async with Window(address) as second:
            second.wants(at("b:1b"))
            await second.until_warm("b:1b")
        gone = await first.until(lambda state: not any(m.demanded for m in state.models))
        assert warm(gone) == {"a:1b", "b:1b"}  # it stays while there is room


async def test_loads_are_shown_while_they_last(stub: StubEngine, address: EngineAddress) -> None:
    async with Window(address) as window:
        with stub.gate("load"):
            window.wants(at("a:1b"))
            await window.until(
                lambda state: state.state_of(ModelSpec("a:1b")) is ModelState.LOADING
            )
        await window.until_warm("a:1b")


async def test_unload_is_seen_before_the_next_load(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address, budget_mib=200) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        window.wants(at("b:1b"))
        state = await window.until_warm("b:1b")
        assert warm(state) == {"b:1b"}
        order = [
            (seen.body["model"], "unload" if seen.is_unload else "load")
            for seen in stub.requests
            if seen.is_load or seen.is_unload
        ]
        assert order == [("a:1b", "load"), ("a:1b", "unload"), ("b:1b", "load")]
        unloaded = stub.requests.index(stub.seen("unload")[0])
        loaded = stub.requests.index(stub.seen("load")[1])
        assert "/api/ps" in [seen.path for seen in stub.requests[unloaded:loaded]]


async def test_a_model_that_works_for_a_window_stays(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address, budget_mib=200) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        window.link.begin_use(ModelSpec("a:1b"))
        window.wants(at("b:1b"))
        await window.until(
            lambda state: any("no room" in m.reason for m in state.models if m.expert == "b")
        )
        assert stub.seen("unload") == []
        window.link.end_use(ModelSpec("a:1b"))
        await window.until_warm("b:1b")


async def test_a_speculative_load_makes_way(stub: StubEngine, address: EngineAddress) -> None:
    async with Window(address) as window:
        with stub.gate("load") as gate:
            window.wants(want("a:1b", 0.9))
            first = await stub.request("load")
            window.wants(want("a:1b", 0.9), at("b:1b"))
            await asyncio.wait_for(first.hung_up.wait(), 5)
            second = await stub.request("load", 2)
            assert second.body["model"] == "b:1b"
            gate.set()
        await window.until_warm("a:1b", "b:1b")


async def test_a_dropped_load_leaves_nothing_in_memory_uncounted(
    stub: StubEngine, address: EngineAddress
) -> None:
    """The daemon may have finished the load in the very moment in which it was dropped."""
    async with Window(address, budget_mib=200) as window:
        with stub.gate("load") as gate:
            window.wants(want("a:1b", 0.9))
            await stub.request("load")
            stub.resident["a:1b"] = 100 * MIB
            window.wants(at("b:1b"))
            await stub.until(lambda: any(s.body["model"] == "b:1b" for s in stub.seen("load")))
            assert "a:1b" not in stub.resident
            gate.set()
        await window.until_warm("b:1b")


async def test_wants_that_change_twice_at_once_do_not_wedge_the_keeper(
    stub: StubEngine, address: EngineAddress
) -> None:
    """The load is dropped before its task has even begun."""
    MeasureStore().write(
        address.key, dict.fromkeys(("a:1b", "b:1b"), Measured(size_bytes=100 * MIB))
    )
    async with Window(address) as window:
        await window.until(lambda state: state.engine.up)
        window.wants(want("a:1b", 0.9))
        window.wants(want("a:1b", 0.9), at("b:1b"))
        await window.until_warm("a:1b", "b:1b")


async def test_a_model_that_the_engine_does_not_have(address: EngineAddress) -> None:
    async with Window(address) as window:
        window.wants(at("missing:7b"))
        state = await window.until(lambda state: any(m.error for m in state.models))
        (model,) = state.models
        assert model.state is ModelState.FAILED
        assert "'missing:7b' not found" in model.error
        assert "hotseat pull" not in model.error  # the window knows whether that would help


async def test_the_engine_is_asked_once_for_models_that_it_does_not_have(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address, settings=FAST) as window:
        window.wants(at("missing:7b"), want("none:7b"))
        await window.until(lambda state: len([m for m in state.models if m.error]) == 2)
        n_lists = len(stub.seen("/api/ps"))
        await stub.until(lambda: len(stub.seen("/api/ps")) >= n_lists + 5)
        asked = [seen.body["model"] for seen in stub.seen("/api/show")]
        assert sorted(asked) == ["missing:7b", "none:7b"]


async def test_a_pulled_model_is_loaded_without_waiting(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address) as window:
        window.wants(at("d:1b"))
        await window.until(lambda state: any(m.error for m in state.models))
        stub.models["d:1b"] = MIB
        window.link.retry(ModelSpec("d:1b"))
        await window.until_warm("d:1b", timeout_s=2)


# --- models of others ---


async def test_models_of_others_are_never_unloaded(
    stub: StubEngine, address: EngineAddress
) -> None:
    stub.models["their:7b"] = 150 * MIB
    stub.resident["their:7b"] = 150 * MIB
    async with Window(address, budget_mib=200) as window:
        window.wants(at("a:1b"))
        state = await window.until(lambda state: any("no room" in m.reason for m in state.models))
        assert (state.foreign_bytes, state.used_bytes) == (150 * MIB, 150 * MIB)
        assert stub.seen("unload") == []
        assert stub.seen("load") == []
        del stub.resident["their:7b"]
        await window.until_warm("a:1b")


async def test_a_model_that_another_program_loaded_serves_and_is_left_alone(
    stub: StubEngine, address: EngineAddress
) -> None:
    stub.resident["a:1b"] = 100 * MIB
    async with Window(address, budget_mib=200) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        status = window.model("a:1b")
        assert status is not None
        assert "loaded by another program" in status.reason
        window.wants(at("b:1b"))
        await window.until(lambda state: any("no room" in m.reason for m in state.models))
        assert stub.seen("unload") == []


async def test_a_model_that_came_back_by_another_program_is_theirs(
    stub: StubEngine, address: EngineAddress
) -> None:
    """We loaded it once; it left memory; somebody else loaded it again."""
    async with Window(address, budget_mib=200) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        window.wants()
        await window.until(lambda state: not any(m.probability for m in state.models))
        stub.resident.clear()
        await window.until(lambda state: warm(state) == set())
        stub.resident["a:1b"] = 100 * MIB
        state = await window.until(lambda state: state.used_bytes > 0)
        assert state.foreign_bytes == 100 * MIB


async def _vanishes(stub: StubEngine, window: Window, model: str) -> None:
    """Right after its load, and again: its runner is killed, or another client unloads it."""
    window.wants(at(model))
    for n_loads in (1, 2):
        await stub.request("load", n_loads)
        await window.until_warm(model)
        del stub.resident[model]
    await window.until(lambda state: state.state_of(ModelSpec(model)) is ModelState.FAILED)


@pytest.mark.parametrize("reported", ["in time", "late", "over already"])
async def test_a_model_that_came_back_by_our_own_request_is_ours(
    stub: StubEngine, address: EngineAddress, reported: str
) -> None:
    """Whoever is under the cursor next gets its seat."""
    spec = ModelSpec("a:1b")
    async with Window(address, settings=FAST, budget_mib=190) as window:
        await _vanishes(stub, window, "a:1b")
        began_s = time.monotonic()
        if reported == "in time":
            window.link.begin_use(spec, began_s)
            await stub.request("/api/ps", len(stub.seen("/api/ps")) + 2)
        stub.resident["a:1b"] = 100 * MIB
        await window.until(lambda state: state.state_of(spec) is ModelState.WARM)
        if reported == "late":
            window.link.begin_use(spec, began_s)
        if reported == "over already":
            window.link.report_use(spec, began_s)
        else:
            window.link.end_use(spec)
        state = await window.until(lambda state: state.foreign_bytes == 0)
        status = state.model(spec)
        assert status is not None
        assert (status.ours, status.size_bytes, state.used_bytes) == (True, 100 * MIB, 100 * MIB)
        assert "another program" not in status.reason
        window.wants(at("b:1b"))
        await window.until_warm("b:1b")
        assert [seen.body["model"] for seen in stub.seen("unload")] == ["a:1b"]
        assert state.peak_bytes <= 190 * MIB


async def test_a_model_that_another_program_brought_back_is_theirs_though_it_is_wanted(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address, settings=FAST, budget_mib=190) as window:
        await _vanishes(stub, window, "a:1b")
        stub.resident["a:1b"] = 100 * MIB
        await window.until_warm("a:1b")
        window.link.begin_use(ModelSpec("a:1b"))  # it serves us, too
        await stub.request("/api/ps", len(stub.seen("/api/ps")) + 3)
        window.link.end_use(ModelSpec("a:1b"))
        window.wants(at("b:1b"))
        state = await window.until(lambda state: any("no room" in m.reason for m in state.models))
        assert state.foreign_bytes == 100 * MIB
        await stub.request("/api/ps", len(stub.seen("/api/ps")) + 3)
        assert stub.seen("unload") == []


async def test_a_question_that_waits_for_a_model_does_not_make_it_ours(
    stub: StubEngine, address: EngineAddress
) -> None:
    """It sends nothing to the engine yet: another program brought the model back."""
    async with Window(address, settings=FAST, budget_mib=190) as window:
        await _vanishes(stub, window, "a:1b")
        window.link.begin_use(ModelSpec("a:1b"))
        await stub.request("/api/ps", len(stub.seen("/api/ps")) + 2)
        stub.resident["a:1b"] = 100 * MIB
        await window.until_warm("a:1b")
        await stub.request("/api/ps", len(stub.seen("/api/ps")) + 3)
        assert window.link.state.foreign_bytes == 100 * MIB
        window.link.end_use(ModelSpec("a:1b"))


async def test_a_question_under_way_brings_its_model_back_as_ours(
    stub: StubEngine, address: EngineAddress
) -> None:
    spec = ModelSpec("a:1b")
    async with Window(address, settings=FAST, budget_mib=190) as window:
        window.link.begin_use(spec)  # before there is a keeper, or a model
        await _vanishes(stub, window, "a:1b")
        stub.resident["a:1b"] = 100 * MIB
        await window.until_warm("a:1b")
        window.link.end_use(spec)
        assert window.link.state.foreign_bytes == 0
        status = window.model("a:1b")
        assert status is not None
        assert status.ours


async def test_an_engine_that_holds_one_model_is_not_made_to_swap(
    stub: StubEngine, address: EngineAddress
) -> None:
    """The budget has room for two, the engine has not: OLLAMA_MAX_LOADED_MODELS=1."""
    stub.max_resident = 1
    async with Window(address, settings=FAST) as window:
        window.wants(at("a:1b"), want("b:1b", 0.9), want("c:1b", 0.8))
        await stub.request("load", 3)
        state = await window.until_warm("a:1b")
        await stub.request("/api/ps", len(stub.seen("/api/ps")) + 20)
        state = window.link.state
        assert [seen.body["model"] for seen in stub.seen("load")] == ["a:1b", "b:1b", "a:1b"]
        assert (warm(state), state.foreign_bytes) == ({"a:1b"}, 0)
        assert not any(m.error for state in window.states for m in state.models)
        window.wants(at("c:1b"), want("a:1b", 0.9))
        await window.until_warm("c:1b")
        await stub.request("/api/ps", len(stub.seen("/api/ps")) + 20)
        assert [seen.body["model"] for seen in stub.seen("load")][3:] == ["c:1b"]


@pytest.mark.parametrize("preempts", [False, True])
async def test_with_one_seat_an_engine_loads_ahead_only_if_it_ends_loads_early(
    stub: StubEngine, address: EngineAddress, preempts: bool
) -> None:
    async def version(_seen: Seen, reply: Reply) -> None:
        ours = {"instance": "x", "features": ["preempts"]} if preempts else None
        await reply.json({"version": "0.33.0", "hotseat": ours})

    stub.answers["/api/version"] = version
    async with Window(address, budget_mib=200, settings=FAST) as window:
        window.wants(want("a:1b", 0.9), want("b:1b", 0.1))
        if preempts:
            await window.until_warm("a:1b")
        else:
            await stub.request("/api/ps", len(stub.seen("/api/ps")) + 20)
            assert stub.seen("load") == []
        window.wants(at("b:1b"), want("a:1b", 0.9))
        await window.until_warm("b:1b")


async def test_what_was_learned_of_the_limit_is_known_at_the_next_start(
    stub: StubEngine, address: EngineAddress
) -> None:
    stub.max_resident = 1
    async with Window(address, settings=FAST) as window:
        window.wants(at("a:1b"), want("b:1b", 0.9))
        await stub.request("load", 3)
        await window.until_warm("a:1b")
        await stub.request("/api/ps", len(stub.seen("/api/ps")) + 20)
    stub.resident.clear()
    n_loads = len(stub.seen("load"))
    async with Window(address, settings=FAST) as window:
        window.wants(at("a:1b"), want("b:1b", 0.9))
        await window.until_warm("a:1b")
        await stub.request("/api/ps", len(stub.seen("/api/ps")) + 20)
        assert [seen.body["model"] for seen in stub.seen("load")][n_loads:] == ["a:1b"]


async def test_an_engine_that_holds_one_model_of_others_loads_what_is_needed(
    stub: StubEngine, address: EngineAddress
) -> None:
    stub.max_resident = 1
    stub.models["their:7b"] = 100 * MIB
    async with Window(address, settings=FAST) as window:
        window.wants(at("a:1b"), want("b:1b", 0.9))
        await stub.request("load", 3)
        await window.until_warm("a:1b")
        stub.resident = {"their:7b": 100 * MIB}
        window.wants(at("c:1b"), want("b:1b", 0.9))
        await window.until_warm("c:1b")
        assert len(stub.seen("load")) == 4


# --- the decision log ---


async def test_windows_and_others_can_read_why_models_came_and_went(
    stub: StubEngine, address: EngineAddress, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="hotseat.keeper")
    async with Window(address, budget_mib=200) as first, Window(address) as second:
        first.wants(at("a:1b"))
        await first.until_warm("a:1b")
        first.wants(at("b:1b"))
        await second.until(lambda state: warm(state) == {"b:1b"})
        decisions = await second.link.decisions()
        assert [(d.action.value, d.expert, d.reason, d.outcome.value) for d in decisions] == [
            ("load", "a", "demanded", "done"),
            ("unload", "a", "makes room for b (demanded)", "done"),
            ("load", "b", "demanded", "done"),
        ]
        assert await first.link.decisions() == decisions
        ((state, listed),) = await keeper_decisions()
        assert (state.engine.url, listed) == (stub.url, decisions)
    lines = [r.getMessage() for r in caplog.records if r.getMessage().startswith(("load", "un"))]
    assert [line.split(";")[0] for line in lines] == [
        "load a:1b for a: demanded",
        "unload a:1b for a: makes room for b (demanded)",
        "load b:1b for b: demanded",
    ]


async def test_a_keeper_that_does_not_answer_with_its_decisions_is_an_error(
    address: EngineAddress, folders: Path
) -> None:
    met = asyncio.Event()

    async def silent(stream: Stream) -> None:
        while await stream.receive() is not None:
            met.set()
        stream.close()

    folders.mkdir(mode=0o700)
    keeper = await listen(folders / f"keeper-{address.key}.sock", silent)
    settings = LinkSettings(decisions_s=0.01, answer_s=1000.0)
    with FileLock(folders / f"keeper-{address.key}.lock", thread_local=False):
        async with Window(address, settings=settings) as window:
            assert await window.link.decisions() == []  # not connected yet
            await met.wait()
            with pytest.raises(EngineUnavailable, match="does not answer"):
                await window.link.decisions()
    keeper.close()


# --- keepers come and go ---


async def test_the_other_window_takes_over(stub: StubEngine, address: EngineAddress) -> None:
    async with AsyncExitStack() as others:
        async with Window(address) as keeper:
            keeper.wants(at("a:1b"))
            await keeper.until_warm("a:1b")
            other = await others.enter_async_context(Window(address))
            other.wants(at("b:1b"))
            await other.until_warm("b:1b")
            assert keeper.link.is_keeper
            before = len(stub.requests)
        began_s = time.monotonic()
        await stub.until(lambda: len(stub.requests) > before)
        await other.until(lambda state: len(state.windows) == 1)
        assert other.link.is_keeper
        assert time.monotonic() - began_s < 2.0
        await other.until_warm("b:1b")
        # What the first keeper loaded is still ours, and may go.
        assert stub.seen("unload") == []
        assert other.link.state.foreign_bytes == 0


async def test_models_of_a_keeper_that_died_make_room_for_the_next(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address, budget_mib=200) as first:
        first.wants(at("a:1b"))
        await first.until_warm("a:1b")
    assert set(stub.resident) == {"a:1b"}
    async with Window(address, budget_mib=200) as second:
        second.wants(at("b:1b"))
        await second.until_warm("b:1b")
        assert [seen.body["model"] for seen in stub.seen("unload")] == ["a:1b"]


async def test_a_new_keeper_keeps_what_a_window_needs_that_has_not_connected_yet(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with AsyncExitStack() as others:
        async with Window(address, budget_mib=200) as keeper:
            keeper.wants(at("a:1b"), pid=1)
            await keeper.until_warm("a:1b")
            second = await others.enter_async_context(Window(address, budget_mib=200))
            third = await others.enter_async_context(Window(address, budget_mib=200))
            second.wants(at("b:1b"), pid=2)
            third.wants(at("a:1b"), pid=3)
            await second.until(lambda state: len(state.windows) == 3)
            await third.until(lambda state: len(state.windows) == 3)
        await second.until(lambda state: {focus.pid for focus in state.windows} == {2, 3})
        await second.until_warm("a:1b")
        assert stub.seen("unload") == []
        # The second window's model gets the place when no other window needs it.
        third.wants(want("a:1b"), pid=3)
        await second.until_warm("b:1b")


async def test_a_keeper_that_ends_starts_nothing_more(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address, budget_mib=500) as window:
        with stub.gate("load"):
            window.wants(at("a:1b"), want("b:1b"))
            await stub.request("load")
            await window.link.aclose()
            n_loads = len(stub.seen("load"))
            async with asyncio.timeout(5):
                await stub.seen("load")[0].hung_up.wait()
            # A second window proves that the first one is done.
            async with Window(address, budget_mib=500) as second:
                await second.until(lambda state: state.engine.up)
                assert len(stub.seen("load")) == n_loads


async def test_status_of_all_keepers(stub: StubEngine, address: EngineAddress) -> None:
    assert await keeper_states() == []
    async with Window(address) as window:
        window.wants(at("a:1b"), language="go")
        await window.until_warm("a:1b")
        (state,) = await keeper_states()
        assert warm(state) == {"a:1b"}
        assert [focus.language for focus in state.windows] == ["go"]
    assert await keeper_states() == []


# --- the engine comes and goes ---


async def test_the_engine_lost_and_back(stub: StubEngine, address: EngineAddress) -> None:
    async with Window(address) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        await stub.die()
        lost = await window.until(lambda state: not state.engine.up)
        assert warm(lost) == set()
        assert "No engine answers" in lost.engine.message
        stub.resident.clear()
        await stub.start()
        began_s = time.monotonic()
        await window.until_warm("a:1b")
        assert time.monotonic() - began_s < 2.0
        assert window.link.state.engine.message == ""


async def test_an_engine_that_came_back_loads_before_it_is_asked_about_models(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        await stub.die()
        await window.until(lambda state: not state.engine.up)
        stub.resident.clear()
        stub.requests.clear()
        await stub.start()
        with stub.gate("/api/show"):
            await window.until_warm("a:1b")
        await stub.until(lambda: stub.seen("/api/show") != [])


async def test_the_engine_killed_in_the_middle_of_a_load(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address) as window:
        with stub.gate("load"):
            window.wants(at("a:1b"))
            await stub.request("load")
            await stub.die()
        await window.until(lambda state: not state.engine.up)
        await stub.start()
        await window.until_warm("a:1b", timeout_s=2)


async def test_an_engine_that_is_not_there_yet(stub: StubEngine, address: EngineAddress) -> None:
    await stub.die()
    async with Window(address) as window:
        window.wants(at("a:1b"))
        await window.until(lambda state: "No engine answers" in state.engine.message)
        await stub.start()
        await window.until_warm("a:1b", timeout_s=2)


@pytest.mark.parametrize("path", ["/api/version", "/api/ps"])
async def test_an_engine_that_answers_rubbish(
    stub: StubEngine, address: EngineAddress, path: str
) -> None:
    async def rubbish(_seen: Seen, reply: Reply) -> None:
        await reply.json({"version": {}, "models": [{"name": 5, "size": "x"}]})

    stub.answers[path] = rubbish
    async with Window(address) as window:
        window.wants(at("a:1b"))
        state = await window.until(lambda state: state.engine.message not in ("", "Connecting"))
        assert not state.engine.up
        assert "experts.yaml" in state.engine.message
        del stub.answers[path]
        await window.until_warm("a:1b", timeout_s=2)


async def test_a_load_that_fails_is_shown_and_others_go_on(
    stub: StubEngine, address: EngineAddress
) -> None:
    async def refuse_a(seen: Seen, reply: Reply) -> None:
        if seen.body["model"] == "a:1b":
            await reply.json({"error": "llama runner process has terminated"}, 500)
        else:
            stub.resident["b:1b"] = 100 * MIB
            await reply.json({"done": True})

    stub.answers["/api/generate"] = refuse_a
    async with Window(address) as window:
        window.wants(at("a:1b"), want("b:1b"))
        await window.until_warm("b:1b")
        status = window.model("a:1b")
        assert status is not None
        assert status.state is ModelState.FAILED
        assert "terminated" in status.error


# --- what cannot happen, and does ---


async def test_a_disk_that_takes_nothing_does_not_stop_the_keeper(
    stub: StubEngine,
    address: EngineAddress,
    tmp_path: Path,
) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    async with Window(address, settings=FAST) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        seen = len(stub.seen("/api/ps"))
        await stub.request("/api/ps", seen + 3)  # it goes on looking


async def test_a_note_of_loaded_models_that_cannot_be_written(
    stub: StubEngine, address: EngineAddress, folders: Path
) -> None:
    async with Window(address) as window:
        await window.until(lambda state: state.engine.up)
        draft = folders / f"keeper-{address.key}.loaded.tmp"
        draft.mkdir()
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")


async def test_windows_that_send_rubbish_disturb_nobody(
    stub: StubEngine, address: EngineAddress, folders: Path
) -> None:
    async with Window(address) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        odd: list[Any] = [
            {"type": "dance"},
            {"type": "demand"},
            {"type": "demand", "wants": 5, "busy": [], "budget_bytes": 1, "focus": {}},
            {"type": "retry", "spec": None},
            {},
        ]
        stream = await connect(folders / f"keeper-{address.key}.sock")
        for message in odd:
            stream.send(message)
        stream.send({"type": "retry", "spec": {"model": "a:1b"}})
        for line in (b"\xff\xfe\n", b"[1]\n", b"{" * 50 + b"\n"):
            other = await connect(folders / f"keeper-{address.key}.sock")
            other._writer.write(line)
            while await other.receive() is not None:
                pass  # the keeper ends that connection
            other.close()
        window.wants(at("b:1b"))
        await window.until_warm("b:1b")
        stream.close()


@pytest.fixture
def short_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime directory with room for a socket's name: pytest's own paths may be too long."""
    with tempfile.TemporaryDirectory(prefix="hs-", ignore_cleanup_errors=True) as folder:
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", folder)
        yield Path(folder)


async def test_a_keeper_of_another_version_is_survived(
    address: EngineAddress, short_folder: Path
) -> None:
    """What it says cannot be read: the window goes on, and takes over when it is gone."""
    path = short_folder / f"keeper-{address.key}.sock"
    connected = asyncio.Event()

    async def odd_keeper(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for message in ({"type": "state", "state": {"new": 1}}, {"type": "state"}, {"type": 5}):
            writer.write(json.dumps(message).encode() + b"\n")
        await writer.drain()
        connected.set()
        writer.close()

    server = await asyncio.start_unix_server(odd_keeper, path=str(path))
    async with Window(address) as window:
        await asyncio.wait_for(connected.wait(), 5)
        assert await keeper_states() == []
        server.close()
        path.unlink()
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")


async def test_a_keeper_that_does_not_answer_is_deposed(
    stub: StubEngine, address: EngineAddress, folders: Path
) -> None:
    settings = LinkSettings(answer_s=0.05)
    folders.mkdir(mode=0o700)
    stopped = await listen(folders / f"keeper-{address.key}.sock", _say_nothing)
    with FileLock(folders / f"keeper-{address.key}.lock", thread_local=False):
        async with (
            Window(address, settings=settings) as first,
            Window(address, settings=settings) as second,
        ):
            first.wants(at("a:1b"))
            second.wants(at("b:1b"))
            for window in (first, second):
                await window.until_warm("a:1b", "b:1b")
            assert [first.link.is_keeper, second.link.is_keeper].count(True) == 1
            async with Window(address, settings=settings) as later:
                await later.until_warm("a:1b", "b:1b")
                assert not later.link.is_keeper
    stopped.close()
    assert len(stub.seen("load")) == 2


async def test_a_window_with_nothing_to_tell_follows_another_that_deposes_the_keeper(
    stub: StubEngine, address: EngineAddress, folders: Path
) -> None:
    """It would show for ever what the stopped one said last."""
    settings = LinkSettings(probe_s=0.05, answer_s=0.2)
    folders.mkdir(mode=0o700)
    stopped, met = asyncio.Event(), asyncio.Semaphore(0)

    async def stops(stream: Stream) -> None:
        """It acknowledges what comes until it is stopped."""
        while await stream.receive() is not None:
            if not stopped.is_set():
                stream.send({"type": "heard"})
                met.release()
        stream.close()

    keeper = await listen(folders / f"keeper-{address.key}.sock", stops)
    with FileLock(folders / f"keeper-{address.key}.lock", thread_local=False):
        async with Window(address, settings=settings) as passive:
            await met.acquire()
            async with Window(address, settings=settings) as active:
                await met.acquire()
                stopped.set()
                active.wants(at("a:1b"))
                for window in (active, passive):
                    await window.until_warm("a:1b")
    keeper.close()


async def _say_nothing(stream: Stream) -> None:
    while await stream.receive() is not None:
        pass
    stream.close()


async def test_a_deposed_keeper_does_nothing_more_to_the_engine(
    stub: StubEngine, address: EngineAddress, folders: Path
) -> None:
    """As it wakes up, with wants in its socket that came while it was stopped."""
    async with Window(address) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        election = Election(folders, address.key)
        election.depose(0)
        election.depose(0)
        assert election.generation() == 1
        window.wants(at("b:1b"))
        await window.until_warm("a:1b", "b:1b")
        assert [seen.body["model"] for seen in stub.seen("load")] == ["a:1b", "b:1b"]
        assert not (folders / f"keeper-{address.key}.sock").exists()
        assert (folders / f"keeper-{address.key}.1.sock").exists()


async def test_a_deposed_keeper_steps_down_also_while_there_is_no_engine(folders: Path) -> None:
    """Its own window would never follow the next keeper, nor become it."""
    nothing = ollama_address("http://127.0.0.1:9")
    settings = LinkSettings(keeper=KeeperSettings(observe_lost_s=0.01))
    async with Window(nothing, settings=settings) as window:
        await window.until(lambda state: "No engine answers" in state.engine.message)
        Election(folders, nothing.key).depose(0)
        async with asyncio.timeout(5):
            while not (folders / f"keeper-{nothing.key}.1.sock").exists():
                await asyncio.sleep(0.01)


async def test_a_window_does_not_depose_the_keeper_in_its_own_process(
    address: EngineAddress, folders: Path
) -> None:
    """On a machine so busy that its own answers come late."""
    async with Window(address, settings=LinkSettings(answer_s=0.0)) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        assert Election(folders, address.key).generation() == 0


async def test_a_load_that_a_stopped_keeper_began_keeps_its_place(
    stub: StubEngine, address: EngineAddress, folders: Path
) -> None:
    """The engine does not list it yet; another load would go over the budget."""
    MeasureStore().write(
        address.key, dict.fromkeys(("a:1b", "b:1b"), Measured(size_bytes=100 * MIB))
    )
    folders.mkdir(mode=0o700)
    noted = {"instance": "", "names": ["a:1b"]}
    (folders / f"keeper-{address.key}.loaded.json").write_text(json.dumps(noted))
    Election(folders, address.key).depose(0)
    async with Window(address, settings=FAST, budget_mib=150) as window:
        window.wants(at("b:1b"))
        await stub.request("/api/ps", 4)
        assert stub.seen("load") == []
        stub.resident["a:1b"] = 100 * MIB  # there it is: ours, and nobody wants it
        state = await window.until_warm("b:1b")
        assert warm(state) == {"b:1b"}


async def test_a_model_that_left_memory_after_its_load_keeps_no_place(
    stub: StubEngine, address: EngineAddress, folders: Path
) -> None:
    """Its process was killed while its keeper was stopped: the next keeper need not wait for it."""
    MeasureStore().write(
        address.key, dict.fromkeys(("a:1b", "b:1b"), Measured(size_bytes=100 * MIB))
    )
    folders.mkdir(mode=0o700)
    noted = {"instance": "", "names": ["a:1b"], "loading": []}
    (folders / f"keeper-{address.key}.loaded.json").write_text(json.dumps(noted))
    Election(folders, address.key).depose(0)
    async with Window(address, settings=FAST, budget_mib=150) as window:
        window.wants(at("b:1b"))
        await window.until_warm("b:1b")
        assert [seen.body["model"] for seen in stub.seen("load")] == ["b:1b"]


async def test_a_load_ends_with_its_keeper_where_no_request_waits_for_it(
    stub: StubEngine, address: EngineAddress, folders: Path
) -> None:
    """A keeper that followed a stopped one was killed in a load: no other load waits for that."""

    async def version(_seen: Seen, reply: Reply) -> None:
        ours = {"instance": "x", "features": ["preempts"]}
        await reply.json({"version": "0.33.0", "hotseat": ours})

    stub.answers["/api/version"] = version
    MeasureStore().write(
        address.key, dict.fromkeys(("a:1b", "b:1b"), Measured(size_bytes=100 * MIB))
    )
    folders.mkdir(mode=0o700)
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await killed.wait()
    noted = {"instance": "x", "names": ["a:1b"], "loading": {"a:1b": killed.pid}}
    (folders / f"keeper-{address.key}.loaded.json").write_text(json.dumps(noted))
    Election(folders, address.key).depose(0)
    async with Window(address, settings=FAST, budget_mib=150) as window:
        window.wants(at("b:1b"))
        await window.until_warm("b:1b")
        assert [seen.body["model"] for seen in stub.seen("load")] == ["b:1b"]


async def test_a_model_that_a_request_did_not_find_is_loaded_again_at_once(
    stub: StubEngine, address: EngineAddress
) -> None:
    """Its process was killed; the next list would come in a minute."""
    settings = LinkSettings(keeper=KeeperSettings(observe_s=60.0, observe_calm_s=60.0))
    async with Window(address, settings=settings) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        del stub.resident["a:1b"]
        window.link.look(has_failed=True)
        await stub.request("load", 2)
        await window.until_warm("a:1b")


async def test_a_keeper_is_not_called_silent_before_it_could_speak(
    address: EngineAddress,
) -> None:
    async with Window(address) as window:
        assert window.link.silent_s() == 0.0


async def test_what_models_take_is_remembered_for_the_next_keeper(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address, settings=FAST) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        looks = len(stub.seen("/api/ps"))
        await stub.request("/api/ps", looks + 3)
    known = MeasureStore().read(address.key)["a:1b"]
    assert known.size_bytes == 100 * MIB
    assert known.load_s is not None


async def test_memory_is_given_back_to_a_machine_that_runs_short(
    stub: StubEngine, address: EngineAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here all of it, while nobody needs a model; it comes back with the memory."""
    memory = MachineMemory(available_bytes=800 * MIB, total_bytes=1000 * MIB)
    machine = Machine(memory=lambda: memory, has_gpu=lambda: False)
    async with Window(address, settings=FAST, machine=machine) as window:
        window.wants(want("a:1b"))
        await window.until_warm("a:1b")
        memory = MachineMemory(available_bytes=10 * MIB, total_bytes=1000 * MIB)
        state = await window.until(lambda state: not warm(state))
        assert "short of memory" in state.engine.message
        memory = MachineMemory(available_bytes=800 * MIB, total_bytes=1000 * MIB)
        state = await window.until_warm("a:1b")
        assert state.engine.message == ""


async def test_a_keeper_can_be_closed_before_it_found_its_engine(
    stub: StubEngine, address: EngineAddress, folders: Path
) -> None:
    folders.mkdir(mode=0o700)
    with stub.gate("/api/version"):
        keeper = Keeper(address, socket_path=folders / "k.sock", budget_bytes=MIB, keep_alive_s=1.0)
        await keeper.start()
        await stub.request("/api/version")
        await keeper.aclose()
