"""Which engine is used, and how the embedded one is started."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.domain.experts import EngineChoice, EngineKind, Roster
from hotseat.engines import discovery as engine_module
from hotseat.engines.discovery import (
    EMBEDDED,
    EngineAddress,
    address_at,
    find_engine,
    ollama_address,
    openai_address,
    resolve_engine_url,
    start_embedded,
)
from hotseat.engines.runtime import runtime_dir, write_engine_file
from hotseat.session.connection import Connection
from hotseat.session.rosters import RosterFiles
from hotseat.session.settings import Settings
from support.stub_engine import Reply, Seen, StubEngine
from support.stub_openai import StubOpenAI

DEAD = "http://127.0.0.1:9"


def is_embedded(stub: StubEngine, instance: str) -> None:
    """The stub answers as our own engine does, and is noted as running."""

    async def version(_seen: Seen, reply: Reply) -> None:
        await reply.json({"version": "0.1", "hotseat": {"instance": instance}})

    stub.answers["/api/version"] = version


def test_addresses_that_differ_only_in_a_slash_are_one_engine() -> None:
    assert ollama_address("http://a:1/") == ollama_address("http://a:1")
    assert ollama_address("http://a:1").key != ollama_address("http://a:2").key


@pytest.mark.parametrize("text", ["", "abacus", "http://", "ftp://a", "http://[", "http://a:99999"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(HotseatError, match=r"is not the address of an engine.*http://127"):
        ollama_address(text)


async def test_a_host_that_the_roster_names_is_used_whether_it_answers_or_not() -> None:
    address = await find_engine(EngineChoice(kind=EngineKind.OLLAMA, host=DEAD))
    assert address == ollama_address(DEAD)


def test_an_openai_address_is_one_with_or_without_v1_and_each_key_has_its_own_keeper() -> None:
    plain = openai_address("http://a:1")
    assert plain == openai_address("http://a:1/v1/")
    assert plain.url == "http://a:1"
    keys = {plain.key, openai_address("http://a:1", "KEY").key, ollama_address("http://a:1").key}
    assert len(keys) == 3


async def test_a_server_with_openais_api_is_used_as_the_roster_names_it() -> None:
    choice = EngineChoice(kind=EngineKind.OPENAI, host=f"{DEAD}/v1", key_env="KEY")
    assert await find_engine(choice) == openai_address(DEAD, "KEY")
    with pytest.raises(HotseatError, match="needs an Ollama or an embedded engine"):
        await resolve_engine_url(choice)


async def test_what_answers_at_an_address_says_which_kind_it_is(stub: StubEngine) -> None:
    async with StubOpenAI() as server:
        assert await address_at(server.url, EngineChoice()) == openai_address(server.url)
    assert await address_at(stub.url, EngineChoice()) == ollama_address(stub.url)
    assert await address_at(DEAD, EngineChoice()) == ollama_address(DEAD)
    roster = EngineChoice(kind=EngineKind.OPENAI, host="http://mine:1")
    assert await address_at(DEAD, roster) == openai_address(DEAD)


async def test_the_rosters_key_goes_to_the_rosters_host_only() -> None:
    roster = EngineChoice(kind=EngineKind.OPENAI, host="https://mine.example/v1", key_env="KEY")
    assert (await address_at("https://mine.example", roster)).key_env == "KEY"
    assert (await address_at("https://evil.example", roster)).key_env == ""
    assert (await address_at("http://mine.example", roster)).key_env == ""


async def test_who_leaves_a_server_for_ollama_does_not_take_its_host_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    linked = []

    async def link_to(_connection: Connection, address: EngineAddress) -> None:
        linked.append(address)

    monkeypatch.setattr(Connection, "_link_to", link_to)
    roster = Roster(engine=EngineChoice(kind=EngineKind.OPENAI, host=DEAD, key_env="KEY"))
    files = cast("RosterFiles", SimpleNamespace(roster=roster))
    connection = Connection(Settings(), files, on_link=lambda: None, on_state=lambda _: None)
    await connection.use("ollama")
    await connection.use(DEAD)
    assert linked == [ollama_address(EngineChoice().host), openai_address(DEAD, "KEY")]


async def test_an_ollama_that_answers_is_used(stub: StubEngine) -> None:
    assert await find_engine(EngineChoice(host=stub.url)) == ollama_address(stub.url)


async def test_a_running_embedded_engine_comes_before_an_ollama_that_appeared_later(
    stub: StubEngine,
) -> None:
    async with StubEngine() as embedded:
        is_embedded(embedded, "abc")
        write_engine_file(url=embedded.url, instance="abc", pid=1, token="")
        address = await find_engine(EngineChoice(host=stub.url))
        assert (address.kind, address.url) == (EngineKind.EMBEDDED, embedded.url)
        assert address.key == EMBEDDED.key


async def test_a_noted_engine_of_another_instance_is_not_it(stub: StubEngine) -> None:
    async with StubEngine() as other:
        is_embedded(other, "another")
        write_engine_file(url=other.url, instance="abc", pid=1, token="")
        assert await find_engine(EngineChoice(host=stub.url)) == ollama_address(stub.url)


async def test_nothing_answers_and_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "embedded_installed", lambda: False)
    assert await find_engine(EngineChoice(host=DEAD)) == ollama_address(DEAD)
    with pytest.raises(EngineUnavailable, match=r"not installed.*pip install"):
        await start_embedded()


async def test_an_engine_that_does_not_start_says_its_last_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def spawn(_command: list[str], log: Path) -> object:
        script = "import sys; sys.exit('no space left')"
        return original([sys.executable, "-c", script], log)

    original = engine_module._spawn
    monkeypatch.setattr(engine_module, "embedded_installed", lambda: True)
    monkeypatch.setattr(engine_module, "_spawn", spawn)
    with pytest.raises(EngineUnavailable, match="did not start: no space left") as caught:
        await start_embedded()
    assert str(runtime_dir() / "engine.log") in caught.value.hint


async def test_an_engine_that_is_slow_to_start_is_not_called_a_failed_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def spawn(_command: list[str], log: Path) -> object:
        started.append(original([sys.executable, "-c", "import time; time.sleep(60)"], log))
        return started[-1]

    original = engine_module._spawn
    monkeypatch.setattr(engine_module, "embedded_installed", lambda: True)
    monkeypatch.setattr(engine_module, "_spawn", spawn)
    with pytest.raises(EngineUnavailable, match="has not started within 0 s") as caught:
        await start_embedded(patience_s=0.01)
    assert "try again" in caught.value.hint
    started[0].kill()
    started[0].wait()


async def test_an_engine_that_runs_already_is_not_started_again(stub: StubEngine) -> None:
    is_embedded(stub, "abc")
    write_engine_file(url=stub.url, instance="abc", pid=1, token="")
    assert await start_embedded() == stub.url
    assert json.loads((runtime_dir() / "engine.json").read_text())["pid"] == 1
