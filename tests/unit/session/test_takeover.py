"""A local engine takes over while a team's server cannot be reached."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.domain.text import PositionEncoding
from hotseat.engines.discovery import EngineAddress, ollama_address, team_address
from hotseat.keeper.state import EngineStatus, KeeperState
from hotseat.session import connection as connection_module
from hotseat.session.session import Session
from hotseat.session.settings import Settings
from hotseat.session.takeover import AFTER_S, RETURN_S, Takeover
from support.stub_engine import StubEngine
from support.stub_team import KEY, StubTeam

SERVER = team_address("https://experts.example", "TEAM_KEY")
LOCAL = ollama_address("http://127.0.0.1:11434")


def state(address: EngineAddress, *, up: bool, message: str = "") -> KeeperState:
    engine = EngineStatus(kind=address.kind.value, url=address.url, up=up, message=message)
    return KeeperState(engine=engine, keeper_pid=1)


class Desk:
    """A takeover with a clock of its own; `advance` lets time pass."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.used: list[EngineAddress] = []
        self.is_back = False
        self.has_local = True
        self._sleepers: list[tuple[float, asyncio.Event]] = []
        self.takeover = Takeover(
            SERVER, local=self._local, switch=self._switch, is_back=self._back, sleep=self._sleep
        )

    async def _local(self) -> EngineAddress:
        if not self.has_local:
            raise HotseatError("there is none")
        return LOCAL

    async def _switch(self, address: EngineAddress) -> None:
        self.used.append(address)

    async def _back(self, server: EngineAddress) -> bool:
        assert server is SERVER
        return self.is_back

    async def _sleep(self, for_s: float) -> None:
        due = asyncio.Event()
        self._sleepers.append((self.now_s + for_s, due))
        await due.wait()

    async def advance(self, by_s: float) -> None:
        until_s = self.now_s + by_s
        while True:
            for _ in range(10):
                await asyncio.sleep(0)
            ready = sorted((s for s in self._sleepers if s[0] <= until_s), key=lambda s: s[0])
            if not ready:
                break
            self._sleepers.remove(ready[0])
            self.now_s = ready[0][0]
            ready[0][1].set()
        self.now_s = until_s


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    task = asyncio.create_task(desk.takeover.run())
    yield desk
    task.cancel()


async def test_it_takes_over_and_returns_by_itself(desk: Desk) -> None:
    desk.takeover.seen(state(SERVER, up=False, message="No answer"))
    await desk.advance(AFTER_S + 0.1)
    assert desk.used == [LOCAL]
    shown = desk.takeover.seen(state(LOCAL, up=True))
    assert shown.engine.up
    assert "No answer" in shown.engine.message
    assert SERVER.url in shown.engine.message
    await desk.advance(60)
    assert desk.used == [LOCAL]
    desk.is_back = True
    await desk.advance(RETURN_S + 0.1)
    assert desk.used == [LOCAL, SERVER]
    assert desk.takeover.seen(state(SERVER, up=True)).engine.message == ""


async def test_a_short_failure_changes_nothing(desk: Desk) -> None:
    desk.takeover.seen(state(SERVER, up=False, message="No answer"))
    await desk.advance(AFTER_S / 2)
    desk.takeover.seen(state(SERVER, up=True))
    await desk.advance(60)
    assert desk.used == []


async def test_a_keeper_that_has_not_looked_yet_is_no_failure(desk: Desk) -> None:
    unknown = replace(state(SERVER, up=False, message="Connecting"), keeper_pid=0)
    desk.takeover.seen(unknown)
    await desk.advance(60)
    assert desk.used == []


async def test_without_a_local_engine_it_goes_on_looking(desk: Desk) -> None:
    desk.has_local = False
    down = state(SERVER, up=False, message="No answer")
    desk.takeover.seen(down)
    await desk.advance(60)
    assert desk.used == []
    assert desk.takeover.seen(down) == down
    desk.has_local = True
    await desk.advance(AFTER_S + RETURN_S + 0.1)
    assert desk.used == [LOCAL]


async def test_a_window_is_answered_by_the_local_engine_until_the_server_is_back(
    stub: StubEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAM_KEY", KEY)
    server = StubTeam()
    await server.start()
    engine = {"kind": "team", "host": server.url, "key_env": "TEAM_KEY"}
    experts = [{"name": "go", "languages": ["go"], "model": "a:1b"}]
    path = tmp_path / "experts.yaml"
    path.write_text(json.dumps({"engine": engine, "experts": experts}))

    async def local(_choice: object) -> EngineAddress:
        return ollama_address(stub.url)

    changed = asyncio.Event()
    settings = Settings(roster=str(path), watch_files=False, forecast=False, index_symbols=False)
    session = Session(
        settings,
        encoding=PositionEncoding.UTF16,
        workspace=None,
        on_status=changed.set,
        on_roster=lambda: None,
    )

    async def until(kind: str, *, up: bool = True) -> dict[str, object]:
        async with asyncio.timeout(15):
            while True:
                changed.clear()
                found = session.status()["engine"]
                if (found["kind"], found["up"]) == (kind, up):
                    return dict(found)
                await changed.wait()

    await session.start()
    try:
        assert (await until("team"))["url"] == server.url
        monkeypatch.setattr(connection_module, "find_engine", local)
        await server.die()
        found = await until("ollama")
        assert server.url in str(found["message"])
        await server.start()
        assert (await until("team"))["message"] == ""
    finally:
        await session.aclose()
        await server.die()
