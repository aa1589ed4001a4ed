"""Which expected models are sent to a team's server, and how often."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hotseat.domain.experts import ModelSpec
from hotseat.engines.discovery import team_address
from hotseat.keeper.engine.hints import AGAIN_S, MAX_HINTS, expected_next
from support.stub_team import KEY, StubTeam
from support.windows import Window, at, want

COLD = {"a:1b": 0, "b:1b": 0, "c:1b": 0, "d:1b": 0}


A, B, C, D = map(ModelSpec, COLD)


def test_the_open_files_model_and_likely_ones_that_the_server_would_have_to_load() -> None:
    wants = [at("a:1b"), want("b:1b", 0.6), want("c:1b", 0.5), want("d:1b", 0.4)]
    found = expected_next(wants, COLD, {}, 0)
    assert found == {A: 1.0, B: 0.6, C: 0.5}
    assert len(found) == 1 + MAX_HINTS
    assert expected_next(wants, {**COLD, "a:1b": 9, "b:1b": 9}, {}, 0) == {C: 0.5, D: 0.4}
    assert expected_next([want("b:1b", 0.1)], COLD, {}, 0) == {}
    assert expected_next([want("other:1b", 0.9)], COLD, {}, 0) == {}, "the server lacks it"


def test_a_hint_is_sent_again_only_after_a_while() -> None:
    assert expected_next([want("b:1b")], COLD, {B: 10.0}, 10 + AGAIN_S - 1) == {}
    assert expected_next([want("b:1b")], COLD, {B: 10.0}, 10 + AGAIN_S) == {B: 0.5}


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StubTeam]:
    monkeypatch.setenv("TEAM_KEY", KEY)
    async with StubTeam() as server:
        yield server


async def test_a_keeper_sends_what_is_expected_and_shows_the_servers_memory(
    server: StubTeam,
) -> None:
    server.resident = {"a:1b": 7}
    async with Window(team_address(server.url, "TEAM_KEY"), budget_mib=1) as window:
        window.wants(at("a:1b"))
        state = await window.until_warm("a:1b")
        assert (state.used_bytes, state.foreign_bytes) == (0, 0)
        model = window.model("a:1b")
        assert model is not None
        assert (model.size_bytes, model.reason.rpartition("; ")[2]) == (7, "in the server's memory")
        window.wants(at("a:1b"), want("b:1b", 0.6))
        await window.until(lambda _: server.hints == ["b:1b"])
