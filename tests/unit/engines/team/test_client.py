"""The client of a team's server, over a real connection."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hotseat.domain.errors import (
    EngineGarbled,
    EngineRejected,
    EngineUnavailable,
    HotseatError,
    ModelNotFound,
)
from hotseat.domain.experts import EngineChoice, EngineKind, ModelSpec
from hotseat.engines.discovery import address_at, find_engine, open_engine, team_address
from hotseat.engines.protocol import GenerateRequest
from hotseat.engines.team.client import TeamClient
from support.stub_engine import StubEngine
from support.stub_team import KEY, StubTeam


@pytest.fixture
async def server() -> AsyncIterator[StubTeam]:
    async with StubTeam() as server:
        yield server


@pytest.fixture
async def client(server: StubTeam, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TeamClient]:
    monkeypatch.setenv("TEAM_KEY", KEY)
    client = open_engine(team_address(server.url, "TEAM_KEY"), server.url)
    assert isinstance(client, TeamClient)
    yield client
    await client.aclose()


async def test_memory_is_the_servers_and_takes_nothing_of_the_budget(
    server: StubTeam, client: TeamClient
) -> None:
    info = await client.version()
    assert (info.owns_memory, info.can_load, info.can_pull, info.takes_hints) == (
        *(True, False),
        *(False, True),
    )
    server.resident = {"a:1b": 7}
    found = {m.model: (m.size_bytes, m.server_bytes) for m in await client.resident()}
    assert found == {"a:1b": (0, 7), "b:1b": (0, 0)}
    await client.unload(ModelSpec("a:1b"))
    assert server.resident, "other developers use it"


async def test_a_request_may_load_the_model_there(server: StubTeam, client: TeamClient) -> None:
    request = GenerateRequest(spec=ModelSpec("b:1b"), prompt="x", resident_only=True)
    assert "".join([chunk.text async for chunk in client.generate(request)])
    assert "resident_only" not in server.requests[-1].body


async def test_hints_are_load_requests_without_a_prompt(
    server: StubTeam, client: TeamClient
) -> None:
    await client.expect({ModelSpec("b:1b"): 0.5})
    assert server.hints == ["b:1b"]
    assert server.requests[-1].body["hotseat_probability"] == 0.5


async def test_a_model_that_it_lacks_is_answered_with_those_it_has(client: TeamClient) -> None:
    assert await client.ensure_ready(ModelSpec("a:1b"), keep_alive_s=9) == 0
    with pytest.raises(ModelNotFound) as caught:
        await client.ensure_ready(ModelSpec("rust"), keep_alive_s=9)
    assert "a:1b, b:1b" in caught.value.hint


async def test_a_missing_or_wrong_key_is_named(
    server: StubTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEAM_KEY", raising=False)
    for value, kind in (("", EngineUnavailable), ("wrong", EngineRejected)):
        monkeypatch.setenv("TEAM_KEY", value)
        client = TeamClient(server.url, key_env="TEAM_KEY")
        with pytest.raises(kind, match="TEAM_KEY"):
            await client.version()
        await client.aclose()


async def test_another_server_at_the_address_is_no_teams_server(
    stub: StubEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAM_KEY", KEY)
    client = TeamClient(stub.url, key_env="TEAM_KEY")
    with pytest.raises(EngineGarbled, match="team's server"):
        await client.version()
    await client.aclose()


@pytest.mark.parametrize("host", ["http://experts.example", "http://10.0.0.7:8420"])
async def test_without_tls_only_this_machine_is_asked(host: str) -> None:
    choice = EngineChoice(kind=EngineKind.TEAM, host=host, key_env="TEAM_KEY")
    with pytest.raises(HotseatError, match="unencrypted"):
        await find_engine(choice)
    for good in ("http://127.0.0.1:8420", "http://localhost:8420", host.replace("http", "https")):
        assert team_address(good).url == good


async def test_the_key_goes_to_the_rosters_host_only() -> None:
    choice = EngineChoice(kind=EngineKind.TEAM, host="https://experts.example", key_env="TEAM_KEY")
    assert (await address_at("https://experts.example/", choice)).key_env == "TEAM_KEY"
    assert (await address_at("http://127.0.0.1:9", choice)).key_env == ""
