"""The generalist is asked for the languages of a question only where it is in memory anyway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest

from hotseat.domain.errors import EngineGarbled
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.engines.protocol import Chunk
from hotseat.session.chat.capability import Capability
from hotseat.session.chat.chat_client import BuildMessages, ChatClient, ChosenExpert
from hotseat.session.chat.doubt import DoubtfulQuestions
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.storage.capable_models import CapableModelStore

GENERAL = Expert(name="general", languages=(), spec=ModelSpec("g:1b"))


class Results:
    """Stands for the file of results."""

    def __init__(self, solved: bool | None) -> None:
        self.solved = solved

    def read(self, digest: str) -> bool | None:
        assert digest == "weights"
        return self.solved


def remembering(solved: bool | None) -> Capability:
    return Capability(cast(CapableModelStore, Results(solved)))


class Generalist:
    def __init__(self, answer: str = '["sql"]', *, in_memory: bool = True) -> None:
        self.answer = answer
        self.in_memory = in_memory
        self.schemas: list[Any] = []
        self.prompt = ""

    async def digest(self, _expert: Expert) -> str:
        return "weights"

    def is_in_memory(self, _expert: Expert) -> bool:
        return self.in_memory

    async def stream_resident(
        self, _chosen: ChosenExpert, build: BuildMessages, *, format_schema: Any, **_: Any
    ) -> AsyncGenerator[Chunk, None]:
        self.schemas.append(format_schema)
        self.prompt = build(9000)[0][1]
        if self.answer == "hangs":
            await asyncio.Event().wait()
        if self.answer == "fails":
            raise EngineGarbled("No")
        yield Chunk(text=self.answer)

    async def languages(
        self, *, plans: bool = True, solved: bool | None = None
    ) -> tuple[str, ...] | None:
        doubt = DoubtfulQuestions(
            cast(ChatClient, self), cast(ModelWaiting, self), remembering(solved), max_wait_s=0.05
        )
        roster = Roster(generalist=GENERAL, plans=plans)
        return await doubt.languages("Which one is kept?", ("sql", "go"), roster)


async def test_a_resident_generalist_chooses_out_of_a_list() -> None:
    generalist = Generalist('["go", "go"]')
    assert await generalist.languages() == ("go",)
    assert generalist.schemas[0]["items"]["enum"] == ["sql", "go"]
    assert "Which one is kept?" in generalist.prompt


async def test_a_question_about_no_language_is_an_answer_too() -> None:
    assert await Generalist("[]").languages() == ()


async def test_no_model_is_loaded_to_route() -> None:
    generalist = Generalist(in_memory=False)
    assert await generalist.languages() is None
    assert generalist.schemas == []


async def test_a_generalist_that_the_roster_does_not_vouch_for_is_not_asked() -> None:
    generalist = Generalist()
    assert await generalist.languages(plans=False) is None
    assert generalist.schemas == []


@pytest.mark.parametrize("solved", [True, False])
async def test_one_that_has_solved_the_json_tasks_is_asked_as_if_the_roster_vouched_for_it(
    solved: bool,
) -> None:
    generalist = Generalist()
    found = await generalist.languages(plans=False, solved=solved)
    assert found == (("sql",) if solved else None)
    assert len(generalist.schemas) == solved


@pytest.mark.parametrize("answer", ["hangs", "fails", "Well, SQL.", '{"a": 1}'])
async def test_words_decide_where_it_gives_no_answer(answer: str) -> None:
    assert await Generalist(answer).languages() is None
