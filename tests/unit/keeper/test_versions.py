"""Two versions of Hotseat on one engine: one keeper, and one sentence that says what to restart."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from hotseat.engines.discovery import EngineAddress
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.read_state import keeper_states
from hotseat.keeper.settings import LinkSettings
from hotseat.keeper.state import KeeperState, WindowFocus, encode_state, engine_status
from hotseat.keeper.transport import Stream, connect, listen
from hotseat.keeper.versions import PROTOCOL, Acknowledgements, Mismatch
from hotseat.storage.measured_sizes import MeasureStore
from support.stub_engine import StubEngine
from support.windows import Window, at

SETTINGS = LinkSettings(unheard_s=0.2, retry_s=0.02)
HEARTBEAT_S = 0.02


@pytest.fixture(autouse=True)
def short_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime directory with room for a socket's name: pytest's own paths may be too long."""
    with tempfile.TemporaryDirectory(prefix="hs-", ignore_cleanup_errors=True) as folder:
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", folder)
        yield Path(folder)


def state_of(address: EngineAddress) -> dict[str, Any]:
    return encode_state(KeeperState(engine=engine_status(address, up=True), keeper_pid=7))


@asynccontextmanager
async def foreign_keeper(
    address: EngineAddress, folder: Path, message: dict[str, Any], *, hears: bool = False
) -> AsyncIterator[list[dict[str, Any]]]:
    """A keeper that holds the lock and sends `message` as its heartbeat; yields what it gets."""
    received: list[dict[str, Any]] = []

    async def serve(stream: Stream) -> None:
        async def beat() -> None:
            while True:
                stream.send(message)
                await asyncio.sleep(HEARTBEAT_S)

        beats = asyncio.create_task(beat())
        while (got := await stream.receive()) is not None:
            received.append(got)
            if hears or got["type"] == "ping":
                stream.send({"type": "heard"})
        beats.cancel()
        stream.close()

    lock = FileLock(folder / f"keeper-{address.key}.lock", thread_local=False)
    with lock:
        server = await listen(folder / f"keeper-{address.key}.sock", serve)
        try:
            yield received
        finally:
            server.close()


def without(state: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name != field}


def older(state: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"state": without(state, "peak_bytes"), "x": "a field that came later is missing"},
        {"state": without(state, "engine")},
        {"state": {**state, "engine": without(state["engine"], "kind")}},
        {"state": state, "protocol": PROTOCOL - 1},
        {"state": without(state, "engine"), "protocol": PROTOCOL - 1},
    ]


def newer(state: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"state": {**state, "zeal": 1}},
        {"state": {**state, "engine": {**state["engine"], "zeal": {}}}},
        {"state": {**state, "windows": [{"pid": 1, "zeal": 1}]}},
        {"state": {**state, "models": [{"spec": {"model": "a"}, "state": "frozen"}]}},
        {"state": {**state, "models": "zeal"}},
        {"state": [state]},
        {"state": state, "protocol": PROTOCOL + 1},
        {"state": {"zeal": 1}, "protocol": PROTOCOL + 7},
    ]


@pytest.mark.parametrize(
    ("make", "i", "mismatch"),
    [(older, i, Mismatch.OLDER_KEEPER) for i in range(1, 5)]
    + [(newer, i, Mismatch.OLDER_WINDOW) for i in range(8)],
)
async def test_a_state_of_another_version_says_what_to_restart_once(
    address: EngineAddress,
    short_folder: Path,
    caplog: pytest.LogCaptureFixture,
    make: Callable[[dict[str, Any]], list[dict[str, Any]]],
    i: int,
    mismatch: Mismatch,
) -> None:
    message = {"type": "state", **make(state_of(address))[i]}
    async with foreign_keeper(address, short_folder, message, hears=True) as received:
        async with Window(address, settings=SETTINGS) as window:
            window.wants(at("a:1b"))
            state = await window.until(lambda s: s.engine.message == mismatch.value)
            assert not state.engine.up
            await asyncio.sleep(20 * HEARTBEAT_S)
            assert not window.link.is_keeper
            assert window.link.state.engine.message == mismatch.value
            assert len(window.states) == 1
        assert received[0]["protocol"] == PROTOCOL
    assert caplog.text.count("restart") == 1


async def test_a_keeper_that_sends_states_and_reads_no_demand_is_an_older_one(
    address: EngineAddress, short_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    message = {"type": "state", "state": state_of(address)}
    async with (
        foreign_keeper(address, short_folder, message),
        Window(address, settings=SETTINGS) as window,
    ):
        await window.until(lambda s: s.engine.up)
        window.wants(at("a:1b"))
        await window.until(lambda s: s.engine.message == Mismatch.OLDER_KEEPER.value)
        assert not window.link.is_keeper
    assert caplog.text.count("restart") == 1


async def test_a_keeper_that_says_that_it_cannot_read_a_demand_is_of_another_version(
    address: EngineAddress, short_folder: Path
) -> None:
    for protocol, mismatch in ((0, Mismatch.OLDER_KEEPER), (2, Mismatch.OLDER_WINDOW)):
        message = {"type": "unreadable", "protocol": protocol}
        async with (
            foreign_keeper(address, short_folder, message, hears=True),
            Window(address, settings=SETTINGS) as window,
        ):
            await window.until(lambda s, m=mismatch: s.engine.message == m.value)


async def test_when_the_other_version_is_gone_the_window_keeps(
    stub: StubEngine, address: EngineAddress, short_folder: Path
) -> None:
    message = {"type": "state", "protocol": PROTOCOL + 1, "state": {}}
    async with Window(address, settings=SETTINGS) as window:
        async with foreign_keeper(address, short_folder, message):
            pass
        window.wants(at("a:1b"))
        state = await window.until_warm("a:1b")
        assert state.engine.message == ""


async def test_without_another_version_nothing_is_said(
    address: EngineAddress, caplog: pytest.LogCaptureFixture
) -> None:
    async with Window(address) as first, Window(address) as second:
        first.wants(at("a:1b"))
        second.wants(at("b:1b"))
        await first.until_warm("a:1b", "b:1b")
    assert "restart" not in caplog.text


def test_an_acknowledgement_that_does_not_come_is_noticed_in_spite_of_those_of_pings() -> None:
    unread = Acknowledgements(unheard_s=3.0)
    unread.expect_one(0.0)  # a demand
    for second in range(1, 20):
        unread.expect_one(float(second))  # a ping
        unread.received()
        assert unread.lacks_one(float(second)) == (second > 3)
    unread.forget()
    assert not unread.lacks_one(30.0)


def test_a_window_that_was_stopped_takes_late_acknowledgements_for_what_they_are() -> None:
    read = Acknowledgements(unheard_s=3.0)
    read.expect_one(0.0)
    assert not read.lacks_one(100.0)
    assert not read.lacks_one(100.0)
    read.received()
    assert not any(read.lacks_one(100.0 + second) for second in range(10))


# --- the keeper's side ---


async def test_a_window_of_another_version_does_not_count_and_is_named_once(
    stub: StubEngine, address: EngineAddress, short_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = short_folder / f"keeper-{address.key}.sock"
    want = {"expert": "b", "spec": {"model": "b:1b"}, "probability": 1.0, "demanded": True}
    good = {"wants": [want], "busy": [], "budget_bytes": 10**9, "focus": asdict(WindowFocus(pid=9))}
    odd: list[dict[str, Any]] = [
        {**good, "protocol": PROTOCOL + 1},
        {**good, "protocol": "x"},
        {**good, "wants": [{**want, "zeal": 1}]},
        {**good, "wants": ["zeal"]},
        {**good, "focus": {"pid": 1, "zeal": 1}},
        {**good, "budget_bytes": float("inf")},
        {**good, "budget_bytes": float("nan")},
        {**good, "busy": [{"model": "b:1b"}], "busy_s": [float("nan"), 1]},
        without(good, "focus"),
    ]
    async with Window(address) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
        for message in odd:
            stream = await connect(path)
            for _ in range(3):
                stream.send({"type": "demand", **message})
            answers: list[dict[str, Any]] = []
            while len(answers) < 3:
                answer = await stream.receive()
                assert answer is not None
                if answer["type"] in ("heard", "unreadable"):
                    answers.append(answer)
            assert answers == [{"type": "unreadable", "protocol": PROTOCOL}] * 3, message
            stream.close()
        assert set(stub.resident) == {"a:1b"}
        assert caplog.text.count("another version of Hotseat") == len(odd)
        stream = await connect(path)
        stream.send({"type": "demand", **good})
        await window.until_warm("b:1b")
        stream.close()


async def test_a_command_says_that_a_keeper_is_of_another_version(
    address: EngineAddress, short_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    message = {"type": "state", "state": {"zeal": 1}}
    async with foreign_keeper(address, short_folder, message):
        assert await keeper_states() == []
    assert caplog.text.count("restart") == 1


# --- the store ---


async def test_measured_sizes_are_read_beside_the_event_loop(
    stub: StubEngine, address: EngineAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    read = MeasureStore.read

    def noted(self: MeasureStore, engine: str) -> Any:
        threads.append(threading.current_thread())
        return read(self, engine)

    monkeypatch.setattr(MeasureStore, "read", noted)
    async with Window(address) as window:
        window.wants(at("a:1b"))
        await window.until_warm("a:1b")
    assert threads != []
    assert threading.main_thread() not in threads


@pytest.mark.alone
async def test_a_locked_store_delays_the_keeper_and_not_the_event_loop(
    stub: StubEngine, address: EngineAddress, tmp_path: Path
) -> None:
    path = tmp_path / "data" / "hotseat" / "measured.sqlite"
    MeasureStore(path).write(address.key, {})
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("begin exclusive")
        async with Window(address) as window:
            longest_s, loop = 0.0, asyncio.get_running_loop()
            window.wants(at("a:1b"))
            while not window.link.is_keeper:
                began_s = loop.time()
                await asyncio.sleep(0.01)
                longest_s = max(longest_s, loop.time() - began_s)
            await window.until_warm("a:1b")
    assert longest_s < 0.5


async def test_a_link_that_is_closed_while_it_becomes_the_keeper_leaves_the_lock(
    address: EngineAddress, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, may_end = threading.Event(), threading.Event()

    def slow(_self: MeasureStore, _engine: str) -> Any:
        reading.set()
        may_end.wait(10)
        return {}

    monkeypatch.setattr(MeasureStore, "read", slow)
    link = KeeperLink(address, budget_bytes=10**9, keep_alive_s=60, on_state=lambda _: None)
    link.start()
    await asyncio.to_thread(reading.wait, 10)
    await link.aclose()
    may_end.set()
    with FileLock(short_folder / f"keeper-{address.key}.lock", timeout=0):
        pass
