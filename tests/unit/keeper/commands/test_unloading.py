"""`hotseat unload` and `hotseat stop` on an Ollama, with windows and without."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hotseat.cli.memory.held import held_json, held_text
from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.domain.experts import EngineKind, Expert, ModelSpec
from hotseat.engines.discovery import EMBEDDED, EngineAddress
from hotseat.keeper.commands.held_memory import HeldMemory, HeldModel, held_memory
from hotseat.keeper.commands.names import known_experts, releases_of
from hotseat.keeper.commands.stopping import stop
from hotseat.keeper.commands.unloading import unload
from hotseat.keeper.state import KeeperState, encode_state, engine_status
from hotseat.keeper.transport import Stream, listen
from hotseat.residency.released_models import Release, ReleaseOutcome
from support.stub_engine import MIB, StubEngine
from support.windows import Window, at, want, warm

STATE = encode_state(KeeperState(engine=engine_status(EMBEDDED)))
A, B, C = (Release(model=f"{name}:1b") for name in "abc")


async def leave_in_memory(address: EngineAddress, *models: str) -> None:
    """Have a window load models, and close it."""
    async with Window(address) as window:
        window.wants(*(at(model) for model in models))
        await window.until_warm(*models)


async def test_without_a_window_only_hotseats_models_are_unloaded(
    stub: StubEngine, address: EngineAddress
) -> None:
    await leave_in_memory(address, "a:1b")
    stub.resident["b:1b"] = 100 * MIB  # by another program
    answers = await unload([A, B, C])
    assert {a.model: a.outcome for a in answers} == {
        "a:1b": ReleaseOutcome.UNLOADED,
        "b:1b": ReleaseOutcome.FOREIGN,
        "c:1b": ReleaseOutcome.ABSENT,
    }
    assert set(stub.resident) == {"b:1b"}


async def test_everything_is_all_that_hotseat_loaded(
    stub: StubEngine, address: EngineAddress
) -> None:
    await leave_in_memory(address, "a:1b", "b:1b")
    answers = await unload(None)
    assert sorted(a.model for a in answers) == ["a:1b", "b:1b"]
    assert stub.resident == {}
    assert await unload(None) == []


async def test_with_a_window_the_keeper_does_it_and_it_is_waited_for(
    stub: StubEngine, address: EngineAddress
) -> None:
    async with Window(address) as window:
        window.wants(at("a:1b"), want("b:1b", 0.9))
        await window.until_warm("a:1b", "b:1b")
        (answer,) = await unload([B])
        assert (answer.outcome, answer.size_bytes) == (ReleaseOutcome.UNLOADED, 100 * MIB)
        assert set(stub.resident) == {"a:1b"}
        assert window.link.state.is_released(ModelSpec("b:1b"))
        answers = await unload(None)
        assert [(a.model, a.outcome) for a in answers] == [("a:1b", ReleaseOutcome.UNLOADED)]
        assert stub.resident == {}


async def test_stop_leaves_ollama_running_and_unloads_hotseats_models_only(
    stub: StubEngine, address: EngineAddress
) -> None:
    stub.resident["c:1b"] = 100 * MIB  # by another program
    async with Window(address) as window:
        window.wants(at("a:1b"), want("b:1b"))
        await window.until_warm("a:1b", "b:1b")
        stopped = await stop()
        assert not stopped.is_engine_ended
        assert sorted(model.name for model in stopped.unloaded) == ["a:1b", "b:1b"]
        assert stopped.n_windows == 1
        assert set(stub.resident) == {"c:1b"}
        state = window.link.state
        assert state.engine.up
        assert not state.is_stopped
        window.link.retry(ModelSpec("a:1b"))  # the next use
        assert warm(await window.until_warm("a:1b")) == {"a:1b"}


async def test_stop_without_a_window(stub: StubEngine, address: EngineAddress) -> None:
    await leave_in_memory(address, "a:1b")
    stopped = await stop()
    assert [model.name for model in stopped.unloaded] == ["a:1b"]
    assert (stub.resident, stopped.n_windows) == ({}, 0)


async def test_an_ollama_that_has_gone_holds_nothing(address: EngineAddress, folders: Path) -> None:
    folders.mkdir(exist_ok=True)
    file = folders / f"keeper-{address.key}.loaded.json"
    file.write_text('{"instance": "", "url": "http://127.0.0.1:9", "names": ["a:1b"]}')
    assert await held_memory() == []
    file.write_text("[")
    assert await held_memory() == []


async def test_a_keeper_of_another_version_is_an_error_with_the_remedy(folders: Path) -> None:
    ended = asyncio.Event()

    async def serve(stream: Stream) -> None:
        stream.send({"type": "state", "state": STATE})
        while await stream.receive() is not None:
            pass
        stream.close()
        asyncio.get_running_loop().call_soon(ended.set)

    folders.mkdir(exist_ok=True)
    server = await listen(folders / "keeper-old.sock", serve)
    try:
        with pytest.raises(EngineUnavailable, match="does not unload") as error:
            await unload([A])
    finally:
        server.close()
        await ended.wait()
    assert "Restart the windows" in error.value.hint


async def test_what_a_name_means(address: EngineAddress) -> None:
    go = Expert(name="go", languages=("go",), spec=ModelSpec("a:1b"))
    async with Window(address) as window:
        window.wants(at("b:1b"))
        await window.until_warm("b:1b")
        known = await known_experts([go])
    assert releases_of("go", known) == [Release(model="a:1b", experts=("go",))]
    assert releases_of("b", known) == [Release(model="b:1b", experts=("b",))]
    assert releases_of("b:1b", known) == [Release(model="b:1b")]
    for name in ("rust", ""):
        with pytest.raises(HotseatError, match="no expert or model") as error:
            releases_of(name, known)
        assert error.value.hint == "There are: b, go"


def test_the_status_without_a_window_says_what_is_held_by_whom_and_for_how_long() -> None:
    ours = [
        HeldModel(name=f"{name}:1b", size_bytes=size * 10**6, is_ours=True, left_s=left_s)
        for name, size, left_s in (("a", 250, 12.0), ("b", 390, 40.4))
    ]
    theirs = HeldModel(name="c:7b", size_bytes=4 * 10**9, is_ours=False, left_s=300.0)
    held = HeldMemory(kind=EngineKind.EMBEDDED, url="http://x", models=(*ours, theirs))
    assert held_text([held]).splitlines() == [
        "No editor is using Hotseat now.",
        "In memory, embedded at http://x: a:1b (250 MB), b:1b (390 MB): 640 MB, freed in 40 s",
        "Loaded by other programs, embedded at http://x: c:7b (4.0 GB)",
        "Free it now: hotseat stop",
    ]
    nothing = HeldMemory(kind=EngineKind.EMBEDDED, url="http://x", models=())
    assert "Nothing is in memory" in held_text([nothing])
    (entry,) = held_json([held])
    assert entry["models"][0] == {
        "model": "a:1b",
        "sizeBytes": 250_000_000,
        "ours": True,
        "freedInSeconds": 12.0,
    }
