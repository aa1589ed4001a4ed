"""Asking one engine: the prompt, the stream, and the answer made of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import cast

import pytest

from hotseat.documents.store import DocumentStore
from hotseat.domain.errors import EngineRejected
from hotseat.domain.experts import ModelSpec, freeze_options
from hotseat.engines.ollama import OllamaEngine
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import EngineStatus
from hotseat.session.suggest.completion_client import CompletionClient
from hotseat.session.suggest.suggest_settings import SuggestSettings
from hotseat.session.suggest.suggestion import StreamCounts
from hotseat.syntax.document_syntax import Syntax
from support.suggest_fixtures import EXPERT, FakeEngine, FakeLink, snapshot

LONG = snapshot("".join(f"value_{i} = {i}\n" for i in range(400)) + "x = ")


def client(engine: FakeEngine, **settings: object) -> CompletionClient:
    link = cast("KeeperLink", FakeLink())
    return CompletionClient(
        cast("OllamaEngine", engine),
        DocumentStore(Syntax),
        lambda: link,
        settings=SuggestSettings(**settings),  # type: ignore[arg-type]
    )


async def test_a_prompt_that_was_too_long_is_sent_again_shorter() -> None:
    engine = FakeEngine("1")
    engine.fails = EngineRejected("the context is full", status=400)
    assert (await client(engine).compute_answer(EXPERT, LONG, StreamCounts())).text == "1"
    first, second = engine.requests
    assert len(second.prompt) < len(first.prompt)
    assert first.prompt.endswith(second.prompt)


async def test_any_other_rejection_is_the_callers() -> None:
    engine = FakeEngine("1")
    engine.fails = EngineRejected("no such model", status=404)
    with pytest.raises(EngineRejected, match="no such model"):
        await client(engine).compute_answer(EXPERT, LONG, StreamCounts())


async def test_the_answer_has_the_certainty_of_its_tokens_and_the_cost_of_its_stream() -> None:
    engine = FakeEngine()
    engine.pieces, engine.logprobs = ["1", " + 2", "\n", "y"], [-0.1, -0.2, -3.0, -4.0]
    counts = StreamCounts()
    shown: list[str] = []
    answer = await client(engine).compute_answer(EXPERT, snapshot("x = "), counts, shown.append)
    assert (answer.text, answer.logprobs, answer.token_ends) == ("1 + 2", (-0.1, -0.2), (1, 5))
    assert shown == ["1", "1 + 2"]
    assert counts.called_s is not None
    assert counts.called_s <= (counts.first_token_s or 0.0) <= (counts.ended_s or 0.0)


async def test_a_model_that_goes_on_writing_is_stopped_after_its_time() -> None:
    engine = FakeEngine()
    engine.pieces, engine.hold = ["a", "b"], asyncio.Event()
    asked = client(engine, generation_s={"line": -1.0, "block": -1.0})
    answer = await asked.compute_answer(EXPERT, snapshot("x = "), StreamCounts())
    assert (answer.text, engine.n_closed) == ("a", 1)


async def test_a_scope_is_of_the_model_and_the_language() -> None:
    asked = client(FakeEngine())
    python, go = await asked.scope(EXPERT, "python"), await asked.scope(EXPERT, "go")
    assert (python.model, python.template) == (EXPERT.spec.key, "prefix")
    assert python != go
    assert list(asked.fim_reports()) == [EXPERT.spec.model]


@pytest.mark.parametrize("drafts_apart", [False, True])
async def test_no_certainty_is_taken_from_an_engine_that_may_draft_completions(
    drafts_apart: bool,
) -> None:
    spec = ModelSpec("m:1b", freeze_options({"draft_num_predict": 16}))
    engine, link = FakeEngine("1"), FakeLink()
    link.state = replace(link.state, engine=EngineStatus(kind="ollama", drafts_apart=drafts_apart))
    asked = CompletionClient(
        cast("OllamaEngine", engine), DocumentStore(Syntax), lambda: cast("KeeperLink", link)
    )
    await asked.compute_answer(replace(EXPERT, spec=spec), snapshot("x = "), StreamCounts())
    assert [request.logprobs for request in engine.requests] == [drafts_apart]
