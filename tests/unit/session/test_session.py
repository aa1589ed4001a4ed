"""A whole session of one window, with an engine of the test's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.session.session import Session
from hotseat.session.settings import Settings
from support.stub_engine import StubEngine

GO, WEB = "file:///w/main.go", "file:///w/page.html"
ROSTER = {
    "experts": [
        {"name": "go", "languages": ["go"], "model": "a:1b"},
        {"name": "web", "languages": ["html"], "model": "b:1b"},
    ],
}


class Desk:
    def __init__(self, roster: Path, engine_url: str) -> None:
        self.n_rosters = 0
        self._changed = asyncio.Event()
        self.session = Session(
            Settings(
                roster=str(roster),
                engine_url=engine_url,
                budget_bytes=10**9,
                watch_files=False,
                forecast=False,
            ),
            encoding=PositionEncoding.UTF16,
            workspace=None,
            on_status=self._on_status,
            on_roster=self._on_roster,
        )

    def _on_status(self) -> None:
        self._changed.set()

    def _on_roster(self) -> None:
        self.n_rosters += 1

    def state_of(self, name: str) -> str:
        experts = self.session.status()["experts"]
        return str(next(e["state"] for e in experts if e["name"] == name))

    async def until(self, condition: Callable[[], object]) -> None:
        """Look at each status that is published."""
        async with asyncio.timeout(10):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "experts.yaml"
    path.write_text(json.dumps(ROSTER))
    return path


@pytest.fixture
async def desk(stub: StubEngine, roster: Path) -> AsyncIterator[Desk]:
    desk = Desk(roster, stub.url)
    await desk.session.start()
    yield desk
    await desk.session.aclose()


def keyed(session: Session, version: int, character: int, text: str) -> None:
    at = Position(2, character)
    session.events.changed(GO, version, [(Range(at, at), text)])


async def test_the_expert_for_the_open_file_is_loaded_and_suggests(
    desk: Desk, stub: StubEngine
) -> None:
    stub.completion = ["turn 1"]
    session = desk.session
    session.events.opened(GO, "go", 1, "package main\n\nfunc f() int {\n}\n")
    await desk.until(lambda: desk.state_of("go") == "warm")
    status = session.status()
    assert status["focus"] == {"uri": GO, "language": "go", "expert": "go", "note": ""}
    keyed(session, 2, 14, " re")
    suggestion = await session.suggestions.suggest(GO, Position(2, 17), invoked=True)
    assert suggestion is not None
    assert suggestion.text.startswith("turn 1")
    session.suggestions.resolved(suggestion.id, "accepted")
    assert session.status()["lastCompletion"]["outcome"] == "accepted"


async def test_commands_and_their_errors(desk: Desk) -> None:
    commands = desk.session.expert_commands
    commands.load("web")
    await desk.until(lambda: desk.state_of("web") == "warm")
    with pytest.raises(HotseatError, match="There is no expert 'abacus'"):
        commands.load("abacus")


async def test_a_changed_roster_counts_for_the_open_file(desk: Desk, roster: Path) -> None:
    session = desk.session
    session.events.opened(WEB, "html", 1, "<p>\n")
    assert session.status()["focus"]["expert"] == "web"
    n_rosters = desk.n_rosters
    roster.write_text(json.dumps({**ROSTER, "languages": {"html": "off"}}))
    await session.roster_updates.reload()
    assert desk.n_rosters == n_rosters + 1
    focus: dict[str, Any] = session.status()["focus"]
    assert focus["note"] == "html is switched off in experts.yaml"


async def test_files_with_secrets_are_shown_to_no_model(desk: Desk) -> None:
    session = desk.session
    session.events.opened("file:///w/.env", "dotenv", 1, "KEY=1\n")
    session.events.opened(GO, "go", 1, "package main\n")
    assert session.may_be_shown(GO)
    assert not session.may_be_shown("file:///w/.env")
    assert not session.may_be_shown("file:///w/closed.go")


async def test_a_session_that_was_never_started_can_be_used_and_closed(roster: Path) -> None:
    desk = Desk(roster, "http://127.0.0.1:9")
    desk.session.events.opened(GO, "go", 1, "package main\n\n\n")
    keyed(desk.session, 2, 0, "x")
    assert await desk.session.suggestions.suggest(GO, Position(2, 1)) is None
    assert desk.session.status()["engine"]["message"] == "Starting"
    await desk.session.aclose()
