"""One person's walk: what is asked when, and what counts as waiting. Their stays are short."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hotseat.engines.ollama import OllamaEngine
from hotseat.lab.bench.switch_models import write_roster
from hotseat.lab.bench.switch_walk import N_CTX, PluginClient, TimedVisit, walk
from hotseat.lab.simulate.replay_window import ReplayStop, ReplayWindow
from support.stub_engine import StubEngine

LANGUAGES = ("python", "html")
KEY_S, STAY_S = 0.01, 0.4


def replay(*languages: str) -> ReplayWindow:
    stops = [
        ReplayStop(
            path=f"{i}.{language}",
            language=language,
            first_key_s=KEY_S,
            stay_s=STAY_S,
            switched=i == 0 or languages[i - 1] != language,
        )
        for i, language in enumerate(languages)
    ]
    return ReplayWindow(languages=LANGUAGES, stops=tuple(stops), first_visit=0, history=())


@pytest.fixture
async def stub() -> AsyncIterator[StubEngine]:
    async with StubEngine() as stub:
        stub.models = {"a:1b": 100, "b:1b": 100}
        yield stub


@pytest.fixture
async def client(stub: StubEngine, tmp_path: Path) -> AsyncIterator[PluginClient]:
    engine = OllamaEngine(stub.url)
    roster = write_roster(list(stub.models), tmp_path, LANGUAGES)
    yield PluginClient(engine, dict(zip(LANGUAGES, roster.experts, strict=True)))
    await engine.aclose()


async def walked(client: PluginClient, *languages: str) -> list[TimedVisit]:
    return await walk(replay(*languages), client, lambda _: None)


async def test_a_plugin_loads_at_the_first_key_and_asks_the_same_model_after(
    client: PluginClient, stub: StubEngine
) -> None:
    visits = await walked(client, "python", "python", "html", "python")
    assert [seen.body["model"] for seen in stub.seen("load")] == ["a:1b", "b:1b"]
    assert {seen.body["options"]["num_ctx"] for seen in stub.seen("load")} == {N_CTX}
    assert [prompt["model"] for prompt in stub.prompts()] == ["a:1b", "a:1b", "b:1b", "a:1b"]
    assert all(visit.first_token_s is not None for visit in visits)
    assert [visit.stall_s == 0.0 for visit in visits] == [False, True, False, True]
    assert len(client.loads_s) == 2


async def test_every_file_has_a_prompt_of_its_own_which_grows_by_the_keys(
    client: PluginClient, stub: StubEngine
) -> None:
    await walked(client, "python", "html")
    again = replay("python")
    await walk(again, client, lambda _: None)
    first, other, second = (seen["prompt"] for seen in stub.prompts())
    assert "0.python" in first
    assert "1.html" in other
    assert second == first + "x"


async def test_who_leaves_before_the_load_is_over_has_waited_and_gives_it_up(
    client: PluginClient, stub: StubEngine
) -> None:
    with stub.gate("load"):
        visits = await walked(client, "python")
        (load,) = stub.seen("load")
        await asyncio.wait_for(load.hung_up.wait(), 5)
    assert visits[0].ready_s is None
    assert visits[0].first_token_s is None
    assert 0.0 < visits[0].stall_s <= STAY_S - KEY_S
    assert stub.prompts() == []


async def test_progress_is_reported_after_every_visit(client: PluginClient) -> None:
    reported: list[int] = []
    await walk(
        replay("python", "html", "html"), client, lambda visits: reported.append(len(visits))
    )
    assert reported == [1, 2, 3]
