"""The keeper's connection to its engine."""

from __future__ import annotations

from typing import Any, cast

import pytest

from hotseat.domain.errors import EngineGarbled, EngineSilent, EngineUnavailable
from hotseat.engines.discovery import EMBEDDED, EngineAddress, ollama_address
from hotseat.engines.protocol import Engine, EngineInfo
from hotseat.keeper.engine.connection import EngineConnection

ADDRESS = ollama_address("http://127.0.0.1:11434")


class FakeEngine:
    def __init__(self, url: str) -> None:
        self.base_url = url
        self.is_closed = False

    async def version(self) -> EngineInfo:
        if "broken" in self.base_url:
            raise EngineGarbled("no Ollama")
        return EngineInfo(version="1", shares_bases=True)

    async def aclose(self) -> None:
        self.is_closed = True


class Desk:
    def __init__(self, address: EngineAddress = ADDRESS) -> None:
        self.may_drive = True
        self.opened: list[FakeEngine] = []
        self.starts: list[bool] = []
        """For each start, whether the engine had left a question unanswered."""
        self.started_url = "http://127.0.0.1:5"
        self.connection = EngineConnection(
            address,
            may_drive=lambda: self.may_drive,
            adapters={},
            open_client=self._open,
            start_engine=self._start,
        )

    def _open(self, address: EngineAddress, url: str, adapters: Any = None) -> Engine:
        del address, adapters
        self.opened.append(FakeEngine(url))
        return cast("Engine", self.opened[-1])

    async def _start(self, *, was_silent: bool) -> str:
        self.starts.append(was_silent)
        return self.started_url


async def test_an_engine_that_answers_is_used() -> None:
    desk = Desk()
    with pytest.raises(EngineUnavailable, match="not running yet"):
        desk.connection.live()
    await desk.connection.connect()
    assert desk.connection.live() is cast("Engine", desk.opened[0])
    assert desk.connection.info.shares_bases


async def test_an_engine_that_hotseat_starts_is_used_at_its_own_address() -> None:
    desk = Desk(EMBEDDED)
    await desk.connection.connect()
    assert desk.connection.address.url == desk.started_url


async def test_an_engine_that_does_not_answer_right_is_closed() -> None:
    desk = Desk(EMBEDDED)
    desk.started_url = "http://broken"
    with pytest.raises(EngineGarbled):
        await desk.connection.connect()
    assert desk.opened[0].is_closed
    assert desk.connection.engine is None


async def test_nothing_is_done_to_the_engine_of_another_keeper() -> None:
    desk = Desk()
    await desk.connection.connect()
    desk.may_drive = False
    with pytest.raises(EngineUnavailable, match="Another window"):
        desk.connection.live()


async def test_a_lost_engine_leaves_its_error_until_it_is_back() -> None:
    desk = Desk()
    await desk.connection.connect()
    closing = desk.connection.lose(EngineUnavailable("gone"))
    assert closing is not None
    await closing
    assert (desk.opened[0].is_closed, desk.connection.message) == (True, "gone")
    assert desk.connection.lose(EngineUnavailable("gone")) is None
    await desk.connection.connect()
    assert desk.connection.message == ""


async def lost(desk: Desk, error: EngineUnavailable) -> None:
    closing = desk.connection.lose(error)
    assert closing is not None
    await closing


async def test_a_silent_engine_of_hotseats_is_replaced_and_the_message_says_so() -> None:
    desk = Desk(EMBEDDED)
    await desk.connection.connect()
    await lost(desk, EngineSilent("It stopped answering", hint="Wait"))
    assert (
        desk.connection.message
        == "It stopped answering. If it hangs, it is ended and started again"
    )
    await desk.connection.connect()
    await lost(desk, EngineUnavailable("gone"))
    await desk.connection.connect()
    assert desk.starts == [False, True, False]


async def test_a_silent_ollama_is_left_alone() -> None:
    desk = Desk()
    await desk.connection.connect()
    await lost(desk, EngineSilent("It stopped answering"))
    assert desk.connection.message == "It stopped answering"
