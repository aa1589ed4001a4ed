"""Where an answer comes from: the cache, the stream that runs, or the engine."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from hotseat.completion.snapshot import Snapshot
from hotseat.completion.timing.debounce import Debounce
from hotseat.documents.store import DocumentStore
from hotseat.engines.ollama import OllamaEngine
from hotseat.keeper.link import KeeperLink
from hotseat.session.suggest.answer_source import AnswerSource, new_counts
from hotseat.session.suggest.completion_client import CompletionClient
from hotseat.session.suggest.in_flight_completion import GivenUp
from hotseat.session.suggest.suggest_settings import SuggestSettings
from hotseat.session.suggest.suggestion import LastCompletion
from hotseat.syntax.document_syntax import Syntax
from support.suggest_fixtures import EXPERT, FakeEngine, FakeLink, snapshot, turns, typed

HERE = snapshot("x = ")


class Desk:
    """A source, its engine, and what it reports."""

    def __init__(self, text: str = "compute(1)", *, linger_s: float = 60.0) -> None:
        self.engine = FakeEngine(text)
        self.link = FakeLink()
        link = cast("KeeperLink", self.link)
        client = CompletionClient(
            cast("OllamaEngine", self.engine), DocumentStore(Syntax), lambda: link
        )
        self.counts = new_counts()
        self.n_streams = 0
        self.source = AnswerSource(
            client,
            debounce=Debounce(),
            counts=self.counts,
            on_stream=self._on_stream,
            settings=SuggestSettings(linger_s=linger_s),
        )

    def _on_stream(self) -> None:
        self.n_streams += 1

    async def answer(self, at: Snapshot) -> tuple[str, str]:
        """The text, and where it came from."""
        last = LastCompletion(id="1", language="python")
        answer = await self.source.answer(EXPERT, at, last)
        return answer.text, last.source


async def test_what_is_known_is_not_asked_again() -> None:
    desk = Desk()
    assert await desk.answer(HERE) == ("compute(1)", "engine")
    assert await desk.answer(typed(HERE, "com")) == ("pute(1)", "cache")
    assert (len(desk.engine.requests), desk.link.n_looks) == (1, 1)
    assert (desk.counts["fromEngine"], desk.counts["fromCache"]) == (1, 1)


async def test_a_key_that_the_model_was_about_to_write_goes_on_with_its_stream() -> None:
    desk = Desk()
    desk.engine.hold = asyncio.Event()
    first = asyncio.ensure_future(desk.answer(HERE))
    await turns()
    second = asyncio.ensure_future(desk.answer(typed(HERE, "co")))
    await turns()
    assert desk.source.is_busy
    desk.engine.hold.set()
    assert await first == ("compute(1)", "engine")
    assert await second == ("mpute(1)", "stream")
    assert len(desk.engine.requests) == 1
    assert not desk.source.is_busy


async def test_a_key_that_differs_ends_the_stream_and_begins_another() -> None:
    desk = Desk()
    desk.engine.hold = asyncio.Event()
    first = asyncio.ensure_future(desk.answer(HERE))
    await turns()
    second = asyncio.ensure_future(desk.answer(typed(HERE, "z")))
    await turns()
    with pytest.raises(GivenUp):
        await first
    assert (desk.engine.n_closed, desk.n_streams) == (1, 2)
    desk.engine.hold.set()
    assert await second == ("compute(1)", "engine")


async def test_an_early_start_is_found_by_its_request() -> None:
    desk = Desk()
    desk.engine.hold = asyncio.Event()
    ended: list[str] = []
    await desk.source.begin_early(EXPERT, HERE, lambda: ended.append("older request"))
    await turns()
    request = asyncio.ensure_future(desk.answer(HERE))
    await turns()
    desk.engine.hold.set()
    assert await request == ("compute(1)", "stream")
    assert (ended, desk.counts["early"]) == (["older request"], 1)
    await desk.source.begin_early(EXPERT, HERE, lambda: ended.append("not needed"))
    assert ended == ["older request"]


async def test_what_was_computed_ahead_is_in_the_cache() -> None:
    desk = Desk()
    await desk.source.compute_ahead(EXPERT, HERE)
    await desk.source.compute_ahead(EXPERT, HERE)
    assert await desk.answer(HERE) == ("compute(1)", "cache")
    assert (len(desk.engine.requests), desk.link.n_looks) == (1, 0)


async def test_a_request_by_command_asks_again_where_the_model_had_nothing_to_say() -> None:
    desk = Desk("\n")
    assert await desk.answer(HERE) == ("", "engine")
    desk.engine.pieces = ["1"]
    assert await desk.answer(HERE) == ("", "cache")
    assert await desk.answer(snapshot("x = ", invoked=True)) == ("1", "engine")


async def test_closing_ends_the_stream_and_the_connection() -> None:
    desk = Desk()
    desk.engine.hold = asyncio.Event()
    request = asyncio.ensure_future(desk.answer(HERE))
    await turns()
    await desk.source.aclose()
    assert (desk.engine.n_closed, desk.engine.is_closed) == (1, True)
    with pytest.raises(GivenUp):
        await request


@pytest.mark.parametrize("begins_early", [True, False])
async def test_a_request_follows_what_is_being_computed_ahead(begins_early: bool) -> None:
    desk = Desk()
    desk.engine.hold = asyncio.Event()
    ahead = asyncio.ensure_future(desk.source.compute_ahead(EXPERT, HERE))
    await turns()
    if begins_early:
        await desk.source.begin_early(EXPERT, HERE, lambda: None)
    request = asyncio.ensure_future(desk.answer(HERE))
    await turns()
    ahead.cancel()  # the prefetcher gives way; the stream has a follower by now
    await turns()
    desk.engine.hold.set()
    assert await request == ("compute(1)", "stream")
    assert (len(desk.engine.requests), desk.counts["early"]) == (1, 0)


async def test_work_ahead_ends_when_a_request_needs_another_answer() -> None:
    desk = Desk()
    desk.engine.hold = asyncio.Event()
    ahead = asyncio.ensure_future(desk.source.compute_ahead(EXPERT, snapshot("y = ")))
    await turns()
    request = asyncio.ensure_future(desk.answer(HERE))
    await turns()
    assert (len(desk.engine.requests), desk.engine.n_closed) == (2, 1)
    desk.engine.hold.set()
    assert await request == ("compute(1)", "engine")
    await ahead


async def test_alternatives_differ_from_the_first_and_from_each_other() -> None:
    desk = Desk()
    first, _ = await desk.answer(HERE)
    assert await desk.source.alternatives(EXPERT, HERE, first) == ()
    desk.engine.pieces = ["other(2)"]
    assert await desk.source.alternatives(EXPERT, HERE, first) == ("other(2)",)
    assert all(request.temperature > 0 for request in desk.engine.requests[1:])
    assert await desk.answer(HERE) == (first, "cache")
