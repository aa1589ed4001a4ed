"""Work that no request waits for: it is done in time, gives way, and never raises."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import cast

from hotseat.completion.timing.debounce import Debounce
from hotseat.documents.store import DocumentStore
from hotseat.domain.errors import EngineError
from hotseat.engines.ollama import OllamaEngine
from hotseat.session.missing_models import MissingModels
from hotseat.session.suggest.answer_source import AnswerSource, new_counts
from hotseat.session.suggest.completion_client import CompletionClient
from hotseat.session.suggest.prefetcher import Prefetcher
from hotseat.session.suggest.suggest_settings import SuggestSettings
from hotseat.syntax.document_syntax import Syntax
from support.suggest_fixtures import EXPERT, URI, FakeEngine, snapshot, turns


class Desk:
    """A prefetcher with a source of answers; times are zero or never."""

    def __init__(self, *, ahead_after_request_s: float = 0.0, read_ahead_s: float = 60.0) -> None:
        settings = SuggestSettings(
            ahead_after_s=0.0,
            ahead_after_request_s=ahead_after_request_s,
            read_ahead_s=read_ahead_s,
        )
        self.engine = FakeEngine("1")
        self.is_warm = True
        self.source: AnswerSource | None = AnswerSource(
            CompletionClient(
                cast("OllamaEngine", self.engine), DocumentStore(Syntax), lambda: None
            ),
            debounce=Debounce(),
            counts=new_counts(),
            on_stream=lambda: None,
            settings=settings,
        )
        self.prefetcher = Prefetcher(
            lambda: self.source,
            is_ready=lambda _: self.is_warm,
            missing=MissingModels(),
            settings=settings,
        )


async def test_reading_ahead_asks_for_one_token() -> None:
    desk = Desk()
    desk.prefetcher.read_ahead(EXPERT, snapshot("x = "))
    await turns()
    (request,) = desk.engine.requests
    assert (request.n_predict, request.logprobs) == (1, False)


async def test_reading_ahead_is_given_up_after_its_time() -> None:
    desk = Desk(read_ahead_s=0.0)
    desk.engine.hold = asyncio.Event()
    desk.prefetcher.read_ahead(EXPERT, snapshot("x = "))
    await asyncio.gather(*desk.prefetcher._tasks)
    assert len(desk.engine.requests) == desk.engine.n_closed


async def test_the_next_answer_is_computed_while_a_suggestion_is_looked_at() -> None:
    desk = Desk()
    desk.prefetcher.complete_ahead(EXPERT, snapshot("x = 1"))
    assert desk.prefetcher.is_completing(URI)
    await turns()
    assert len(desk.engine.requests) == 1


async def test_nothing_is_computed_ahead_while_the_next_key_may_come() -> None:
    desk, now_s = Desk(ahead_after_request_s=60.0), time.perf_counter()
    desk.prefetcher.complete_ahead(EXPERT, replace(snapshot("x = 1"), began_s=now_s))
    await turns()
    assert desk.engine.requests == []
    desk.prefetcher.complete_ahead(EXPERT, replace(snapshot("y = 1"), began_s=now_s - 60.0))
    await turns()
    assert len(desk.engine.requests) == 1, "it was asked for long ago: the user reads it"
    await desk.prefetcher.aclose()


async def test_nothing_is_computed_ahead_for_a_model_that_is_not_warm() -> None:
    desk = Desk()
    desk.is_warm = False
    desk.prefetcher.complete_ahead(EXPERT, snapshot("x = 1"))
    await turns()
    assert desk.engine.requests == []


async def test_nothing_is_computed_ahead_for_an_engine_that_was_left() -> None:
    desk = Desk()
    desk.prefetcher.complete_ahead(EXPERT, snapshot("x = 1"))
    desk.source = None
    await turns()
    assert desk.engine.requests == []


async def test_work_ahead_gives_way() -> None:
    desk = Desk()
    desk.engine.hold = asyncio.Event()
    desk.prefetcher.complete_ahead(EXPERT, snapshot("x = 1"))
    await turns()
    desk.prefetcher.stop()
    await turns()
    assert desk.engine.n_closed == 1
    assert not desk.prefetcher.is_completing(URI)


async def test_an_engine_that_fails_is_no_failure_of_the_window() -> None:
    desk = Desk()
    desk.engine.fails = EngineError("it broke")
    desk.prefetcher.complete_ahead(EXPERT, snapshot("x = 1"))
    await asyncio.gather(*desk.prefetcher._tasks)
    assert len(desk.engine.requests) == 1


async def test_closing_ends_an_early_start_that_has_not_begun() -> None:
    desk = Desk()
    desk.prefetcher.begin_early(EXPERT, snapshot("x = "), lambda: None)
    await desk.prefetcher.aclose()
    assert desk.engine.requests == []


async def test_work_ahead_for_the_same_text_goes_on() -> None:
    desk = Desk()
    desk.engine.hold = asyncio.Event()
    desk.prefetcher.complete_ahead(EXPERT, snapshot("x = compute(1)"))
    await turns()
    desk.prefetcher.complete_ahead(EXPERT, snapshot("x = ").after("compute(1)"))
    await turns()
    assert (len(desk.engine.requests), desk.engine.n_closed) == (1, 0)
    desk.prefetcher.complete_ahead(EXPERT, snapshot("x = other"))
    await turns()
    assert (len(desk.engine.requests), desk.engine.n_closed) == (2, 1)
    await desk.prefetcher.aclose()


async def test_nothing_is_computed_after_a_suggestion_that_is_not_shown() -> None:
    desk = Desk()
    desk.prefetcher.complete_ahead(EXPERT, snapshot("x = 1"), lambda: False)
    await turns()
    assert desk.engine.requests == []
