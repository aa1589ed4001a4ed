"""A client for the engine that the keeper drives, opened once for each address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from hotseat.engines.discovery import EngineAddress, ollama_address
from hotseat.engines.protocol import Engine
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import EngineStatus, KeeperState
from hotseat.session.shared.engine_follower import EngineFollower

HERE, THERE = ollama_address("http://here:1"), ollama_address("http://there:1")


@dataclass
class FakeLink:
    address: EngineAddress
    url: str

    @property
    def state(self) -> KeeperState:
        return KeeperState(engine=EngineStatus(kind="ollama", url=self.url))


def link(address: EngineAddress, url: str) -> KeeperLink:
    return cast("KeeperLink", FakeLink(address, url))


def test_a_client_is_opened_when_the_address_changes_and_only_then() -> None:
    opened: list[tuple[EngineAddress, str]] = []

    def open_client(address: EngineAddress, url: str) -> Engine:
        opened.append((address, url))
        return cast("Engine", object())

    follower = EngineFollower(open_client)
    assert follower.new_client(None) is None
    assert follower.new_client(link(HERE, "")) is None, "the keeper knows no engine yet"
    assert follower.new_client(link(HERE, "http://here:1")) is not None
    assert follower.new_client(link(HERE, "http://here:1")) is None
    assert follower.new_client(None) is None
    assert follower.new_client(link(HERE, "http://here:1")) is None, "it is the same engine"
    assert follower.new_client(link(HERE, "http://here:2")) is not None, "it was restarted"
    assert follower.new_client(link(THERE, "http://here:2")) is not None
    assert [url for _, url in opened] == ["http://here:1", "http://here:2", "http://here:2"]
