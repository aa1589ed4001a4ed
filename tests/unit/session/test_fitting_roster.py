"""The shipped roster below a user's file: the one that fits the engine, the same for all."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from hotseat.cli.doctor import doctor
from hotseat.cli.experts import experts
from hotseat.cli.pull import pull
from hotseat.cli.status import status
from hotseat.engines import discovery as engine_module
from hotseat.engines.discovery import EngineAddress, ollama_address
from hotseat.roster.load import load_paths
from hotseat.roster.shipped import shipped_roster
from hotseat.session.connection import Connection
from hotseat.session.rosters import RosterFiles, read_choice, read_roster
from hotseat.session.settings import Settings
from support.stub_engine import StubEngine

DEAD = "http://127.0.0.1:9"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's file, on a machine with the embedded engine."""
    path = tmp_path / "experts.yaml"
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(path))
    monkeypatch.setattr(engine_module, "embedded_installed", lambda: True)
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return path


async def in_a_window(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> RosterFiles:
    """The files of a window that found its engine."""

    async def link_to(_connection: Connection, _address: EngineAddress) -> None:
        pass

    monkeypatch.setattr(Connection, "_link_to", link_to)
    files = RosterFiles(settings, Path.cwd())
    files.read()
    connection = Connection(settings, files, on_link=lambda: None, on_state=lambda _: None)
    await connection.connect()
    return files


def printed(command: object, *arguments: str) -> str:
    app = typer.Typer()
    app.command()(command)  # type: ignore[type-var]
    return CliRunner().invoke(app, arguments).output


@pytest.mark.parametrize(
    ("text", "ollama", "base"),
    [
        ("budget: 700MB", False, "starter"),
        ("budget: 700MB", True, "ollama"),
        ("use: ollama\nbudget: 700MB", False, "ollama"),
        ("use: starter\nbudget: 700MB", True, "starter"),
        ("use: adapters\nbudget: 700MB", True, "adapters"),
        ("use: startr\nbudget: 700MB", False, "starter"),
        ("engine: embedded\nbudget: 700MB", True, "starter"),
        ("engine: ollama\nbudget: 700MB", False, "ollama"),
        ("", False, "starter"),
    ],
)
async def test_all_agree_on_what_a_users_file_is_laid_over(
    mine: Path,
    stub: StubEngine,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    ollama: bool,
    base: str,
) -> None:
    host = stub.url if ollama else DEAD
    kind = "" if "engine:" in text else f"engine: {{kind: auto, host: '{host}'}}\n"
    mine.write_text(kind + text + "\n")
    names = {expert.name for expert in shipped_roster(base).everyone()}

    read = await read_roster(None, Path.cwd(), trusted=False)
    assert {expert.name for expert in read.roster.everyone()} == names
    assert read.roster.budget.limit_bytes == (700_000_000 if text else None)

    window = await in_a_window(Settings(), monkeypatch)
    assert window.roster == read.roster
    window.read()  # the file was saved
    assert window.roster == read.roster

    shown = json.loads(await asyncio.to_thread(printed, experts, "--json"))
    assert shown["base"] == base
    assert {expert["name"] for expert in shown["experts"]} == names
    hint = await asyncio.to_thread(printed, pull)
    assert f"{len({e['weights'] for e in shown['experts']})} models" in hint


@pytest.mark.parametrize("ollama", [True, False])
async def test_a_workspaces_file_alone_changes_nothing_of_that(
    mine: Path, stub: StubEngine, monkeypatch: pytest.MonkeyPatch, ollama: bool
) -> None:
    Path(".hotseat").mkdir()
    Path(".hotseat/experts.yaml").write_text("languages: {sql: off}\n")
    mine.write_text(f"engine: {{kind: auto, host: '{stub.url if ollama else DEAD}'}}\n")
    read = await read_roster(None, Path.cwd(), trusted=True)
    assert read.base == ("ollama" if ollama else "starter")
    assert "sql" in read.roster.disabled_languages
    assert (await in_a_window(Settings(trusted=True), monkeypatch)).roster == read.roster


async def test_a_file_named_on_the_command_line_is_laid_over_the_same(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(f"engine: {{kind: auto, host: '{DEAD}'}}\nkeep_alive: 5m\n")
    read = await read_roster(str(other), Path.cwd(), trusted=False)
    assert (read.base, read.roster.keep_alive_s) == ("starter", 300)
    assert (await in_a_window(Settings(roster=str(other)), monkeypatch)).roster == read.roster
    assert (await read_roster("ollama", Path.cwd(), trusted=False)).base == "ollama"


async def test_what_the_editor_shows_of_an_unsaved_file_is_by_the_same_roster(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = f"engine: {{kind: auto, host: '{DEAD}'}}\n"
    mine.write_text(engine)
    files = await in_a_window(Settings(), monkeypatch)
    text = engine + "experts: [{name: sql, remove: true}]\n"
    assert files.check(mine, text) == ()  # the starter roster has it
    text = engine + "experts: [{name: jvm, remove: true}]\n"
    assert files.check(mine, text)  # and not this one


def test_without_an_engine_to_look_for_the_default_remains(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", "/proc/none")
    mine.write_text("budget: 700MB\n")
    assert json.loads(printed(experts, "--json"))["base"] == "ollama"
    assert "runtime directory" in printed(doctor, "--roster", "starter")


def test_the_table_names_the_roster_below_and_how_to_choose(mine: Path) -> None:
    mine.write_text(f"engine: {{kind: auto, host: '{DEAD}'}}\n")
    assert "over the shipped roster starter, which fits the engine here" in printed(experts)
    mine.write_text("use: starter\n")
    assert "over the shipped roster starter\n" in printed(experts)


async def test_a_window_and_the_command_give_the_same_reason_for_the_roster(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine.write_text(f"engine: {{kind: auto, host: '{DEAD}'}}\n")
    before = RosterFiles(Settings(), Path.cwd())
    before.read()
    assert before.choice.reason == ""
    choice = (await in_a_window(Settings(), monkeypatch)).choice
    assert choice.name == "starter"
    assert choice.reason.startswith("No Ollama was found on 127.0.0.1:9, so Hotseat uses")
    assert await read_choice(Path.cwd(), trusted=False) == choice
    assert choice.reason in await asyncio.to_thread(printed, status)
    found = json.loads(await asyncio.to_thread(printed, status, "--json"))
    assert found["roster"] == {"name": "starter", "reason": choice.reason}
    mine.write_text("use: code-8gb\n")
    assert (await in_a_window(Settings(), monkeypatch)).choice.name == "code-8gb"


def test_a_result_says_whether_the_user_chose(tmp_path: Path) -> None:
    path = tmp_path / "experts.yaml"
    path.write_text("use: starter\n")
    result = load_paths(path, None)
    assert (result.base, result.base_chosen) == ("starter", True)
    path.write_text("use: nonsense\n")
    result = load_paths(path, None, base="starter")
    assert (result.base, result.base_chosen) == ("starter", False)


async def test_an_engine_chosen_while_the_window_starts_is_kept(
    mine: Path, stub: StubEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked: list[str] = []
    found = asyncio.Event()

    async def link_to(_connection: Connection, address: EngineAddress) -> None:
        linked.append(address.url)

    async def find_slowly(_choice: object, _url: object) -> EngineAddress:
        await found.wait()
        return ollama_address(DEAD)

    monkeypatch.setattr(Connection, "_link_to", link_to)
    monkeypatch.setattr("hotseat.session.connection.wanted_engine", find_slowly)
    settings = Settings()
    files = RosterFiles(settings, Path.cwd())
    files.read()
    connection = Connection(settings, files, on_link=lambda: None, on_state=lambda _: None)
    starting = asyncio.create_task(connection.connect())
    await connection.use(stub.url)
    found.set()
    await starting
    assert linked == [stub.url]


async def test_an_engine_chosen_before_the_window_connects_is_kept(
    mine: Path, stub: StubEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rosters are still being read when the command comes."""

    async def find(_choice: object, _url: object) -> EngineAddress:
        return ollama_address(DEAD)

    monkeypatch.setattr("hotseat.session.connection.wanted_engine", find)
    settings = Settings()
    files = RosterFiles(settings, Path.cwd())
    files.read()
    connection = Connection(settings, files, on_link=lambda: None, on_state=lambda _: None)
    try:
        await connection.use(stub.url)
        await connection.connect()
        assert connection.state.engine.url == stub.url
    finally:
        await connection.aclose()
