"""The engine that completions go to, and how long a request waits for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import cast

import pytest

from hotseat.engines.protocol import Engine
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import EngineStatus, KeeperState
from hotseat.session.shared.engine_follower import EngineFollower
from hotseat.session.suggest.answer_source import AnswerSource
from hotseat.session.suggest.engine_handle import EngineHandle


class Link:
    """A connection to a keeper that drives an engine at one URL."""

    address = "a socket"

    def __init__(self, url: str) -> None:
        self.state = KeeperState(engine=EngineStatus(kind="ollama", url=url, up=True))


def link(url: str) -> KeeperLink:
    return cast("KeeperLink", Link(url))


def handle() -> EngineHandle:
    """A handle whose engines are URLs, and whose sources are made of them."""
    return EngineHandle(
        lambda engine: cast("AnswerSource", Source(cast("str", engine))),
        EngineFollower(lambda _address, url: cast("Engine", url)),
    )


@dataclass(frozen=True)
class Source:
    url: str


def test_an_engine_at_another_address_is_used_from_now_on() -> None:
    engines = handle()
    engine = engines.new_engine(link("http://one"))
    assert engine is not None
    assert engines.use(engine) is None
    assert engines.new_engine(link("http://one")) is None
    other = engines.new_engine(link("http://two"))
    assert other is not None
    assert engines.use(other) == cast("AnswerSource", Source("http://one"))
    assert engines.source == cast("AnswerSource", Source("http://two"))


def down(message: str) -> KeeperState:
    return KeeperState(engine=EngineStatus(kind="ollama", url="http://one", message=message))


async def test_a_request_does_not_wait_for_an_engine_that_is_down() -> None:
    engines = handle()

    async def request() -> None:
        async with engines.patience(60.0):
            await asyncio.Event().wait()

    waiting = asyncio.ensure_future(request())
    await asyncio.sleep(0)
    engines.engine_reported(down("it has gone"))
    with pytest.raises(TimeoutError):
        await waiting
    assert engines.message == "it has gone"


async def test_a_keeper_that_has_not_looked_yet_ends_no_request() -> None:
    engines = handle()
    async with engines.patience(60.0):
        engines.engine_reported(down(""))
        await asyncio.sleep(0)


async def test_patience_ends() -> None:
    engines = handle()

    async def request() -> None:
        async with engines.patience(0.0):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await request()
