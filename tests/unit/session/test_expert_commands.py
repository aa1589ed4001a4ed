"""The user's commands about experts: the events they cause, and their errors."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import cast

import pytest

from hotseat.domain.errors import HotseatError, ModelNotFound
from hotseat.domain.events import Asked, AttentionEvent, Pinned
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.engines.discovery import EngineAddress, ollama_address
from hotseat.engines.sources import Progress, ProgressSink
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import EngineStatus, KeeperState
from hotseat.residency.released_models import Release, ReleaseAnswer, ReleaseOutcome
from hotseat.session.expert_commands import ExpertCommands
from hotseat.session.missing_models import MissingModels

GO = Expert(name="go", languages=("go",), spec=ModelSpec("go:1b"))
SQL = Expert(name="sql", languages=("sql",), spec=ModelSpec("sql:1b"))


class FakeLink:
    def __init__(self) -> None:
        self.retried: list[ModelSpec] = []
        self.releases = self
        self.released: list[Release] = []
        self.outcome = ReleaseOutcome.UNLOADED

    async def ask(self, releases: list[Release]) -> list[ReleaseAnswer]:
        self.released += releases
        return [ReleaseAnswer(model=each.model, outcome=self.outcome) for each in releases]

    def retry(self, spec: ModelSpec) -> None:
        self.retried.append(spec)


class FakeConnection:
    def __init__(self) -> None:
        self.fake_link = FakeLink()
        self.link: KeeperLink | None = cast("KeeperLink", self.fake_link)
        self.state = KeeperState(engine=EngineStatus(kind="ollama", url="http://x", up=True))
        self.used: list[str] = []

    async def use(self, choice: str) -> EngineAddress:
        self.used.append(choice)
        return ollama_address("http://y")


class Desk:
    def __init__(self) -> None:
        self.connection = FakeConnection()
        self.missing = MissingModels()
        self.events: list[AttentionEvent] = []
        self.pulled: list[tuple[str, Expert]] = []
        self.error: HotseatError | None = None
        self.commands = ExpertCommands(
            self.connection,
            self.missing,
            roster=lambda: Roster(experts=(GO, SQL)),
            attend=self.events.append,
            pull_model=self._pull,
        )

    async def _pull(self, engine_url: str, wanted: Expert, *, progress: ProgressSink) -> None:
        progress(Progress(status="pulling"))
        if self.error is not None:
            raise self.error
        self.pulled.append((engine_url, wanted))


def test_pin_and_unpin() -> None:
    desk = Desk()
    desk.commands.pin("go")
    desk.commands.unpin("go")
    assert desk.events == [Pinned("go", True), Pinned("go", False)]


def test_load_tries_a_failed_model_again() -> None:
    desk = Desk()
    desk.missing.failed(GO, ModelNotFound("go:1b"))
    desk.commands.load("go")
    assert desk.events == [Asked("go", True)]
    assert desk.connection.fake_link.retried == [GO.seat]
    assert desk.missing.problem(GO) == ""


def test_load_before_there_is_a_keeper_counts_later() -> None:
    desk = Desk()
    desk.connection.link = None
    desk.commands.load("go")
    assert desk.events == [Asked("go", True)]


def _run(result: Coroutine[None, None, object] | None) -> None:
    if result is not None:
        asyncio.run(result)


async def test_unload_frees_the_memory_and_ends_what_the_user_wished_before() -> None:
    desk = Desk()
    await desk.commands.unload("sql")
    assert desk.connection.fake_link.released == [Release(model="sql:1b", experts=("sql",))]
    assert desk.events == [Asked("sql", False), Pinned("sql", False)]
    assert desk.connection.fake_link.retried == []


async def test_a_pin_stays_if_the_model_stays_for_another_expert() -> None:
    desk = Desk()
    desk.connection.fake_link.outcome = ReleaseOutcome.HELD
    await desk.commands.unload("sql")
    assert desk.events == []


async def test_a_pin_lifts_an_unload() -> None:
    desk = Desk()
    await desk.commands.unload("sql")
    desk.commands.pin("sql")
    assert desk.connection.fake_link.retried == [SQL.seat]
    assert desk.events[-1] == Pinned("sql", True)


async def test_unload_without_a_keeper_is_an_error() -> None:
    desk = Desk()
    desk.connection.link = None
    with pytest.raises(HotseatError, match="No engine is available yet"):
        await desk.commands.unload("sql")


@pytest.mark.parametrize("command", ["pin", "unpin", "load", "unload"])
def test_an_unknown_expert_is_an_error_that_names_the_known_ones(command: str) -> None:
    desk = Desk()
    with pytest.raises(HotseatError, match="There is no expert 'rust'") as error:
        _run(getattr(desk.commands, command)("rust"))
    assert "go, sql" in error.value.hint
    assert desk.events == []


async def test_pull_brings_the_model_and_has_it_loaded_again() -> None:
    desk = Desk()
    desk.missing.failed(GO, ModelNotFound("go:1b"))
    steps: list[Progress] = []
    await desk.commands.pull("go", steps.append)
    assert desk.pulled == [("http://x", GO)]
    assert [step.status for step in steps] == ["pulling"]
    assert desk.missing.problem(GO) == ""
    assert desk.connection.fake_link.retried == [GO.seat]


async def test_a_pull_that_fails_changes_nothing() -> None:
    desk = Desk()
    desk.missing.failed(GO, ModelNotFound("go:1b"))
    desk.error = HotseatError("The disk is full")
    with pytest.raises(HotseatError, match="The disk is full"):
        await desk.commands.pull("go", lambda step: None)
    assert desk.missing.problem(GO)
    assert desk.connection.fake_link.retried == []


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        (EngineStatus(kind="auto"), "No engine is available yet"),
        (
            EngineStatus(kind="openai", url="http://x", up=True, can_pull=False),
            "cannot pull models into",
        ),
    ],
)
async def test_pull_needs_an_engine_that_can_pull(engine: EngineStatus, message: str) -> None:
    desk = Desk()
    desk.connection.state = KeeperState(engine=engine)
    with pytest.raises(HotseatError, match=message) as error:
        await desk.commands.pull("go", lambda step: None)
    assert error.value.hint
    assert desk.pulled == []


async def test_use_engine_returns_where_it_is() -> None:
    desk = Desk()
    assert (await desk.commands.use_engine("http://y")).url == "http://y"
    assert desk.connection.used == ["http://y"]
