"""A question for several experts: parts in order, the next model loading, one answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import pytest

from hotseat.domain.errors import EngineGarbled, HotseatError
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.engines.protocol import Chunk
from hotseat.session.chat.ask_service import Answer, AskService, Question
from hotseat.session.chat.capability import Capability
from hotseat.session.chat.chat_client import BuildMessages, ChatClient, ChosenExpert
from hotseat.session.chat.conversation_memory import ConversationMemory
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.session.chat.part import Part
from hotseat.session.chat.selection_context import SelectionContext
from hotseat.storage.capable_models import CapableModelStore

GENERAL = Expert(name="general", languages=(), spec=ModelSpec("g:1b"))
SQL = Expert(name="sql", languages=("sql",), spec=ModelSpec("s:1b"))
GO = Expert(name="go", languages=("go",), spec=ModelSpec("c:1b"))
QUESTION = "Write the create table for appointments and a Go function which inserts one."


class Models:
    """Stands for the client of the engine and for the models in memory."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {
            "sql": "CREATE TABLE",
            "go": "func insert()",
            "general": "Both: so.",
        }
        self.base_models: set[str] = set()
        self.failing: dict[str, HotseatError] = {}
        self.in_memory: set[str] = set()
        self.hold = {name: asyncio.Event() for name in self.answers}
        self.held: set[str] = set()
        self.waits: set[str] = set()
        """Models that wait for their `hold` before the first word."""
        self.began: list[str] = []
        self.prompts: dict[str, str] = {}
        self.expected: tuple[str, ...] = ()
        self.read: list[str] = []
        self.kept_now: list[str] = []
        self.solved = False

    async def choose(self, candidates: Sequence[Expert], _on_note: object) -> ChosenExpert:
        chats = next(e for e in candidates if e.name not in self.base_models)
        note = "" if chats is candidates[0] else f"{candidates[0].name} does not answer questions"
        return ChosenExpert(expert=chats, chats=True, note=note)

    async def stream(
        self, chosen: ChosenExpert, build_messages: BuildMessages, **_: Any
    ) -> AsyncGenerator[Chunk, None]:
        name = chosen.expert.name
        self.began.append(name)
        self.prompts[name] = "\n".join(message for _, message in build_messages(9000))
        if name in self.waits:
            await self.hold[name].wait()
        first, _blank, rest = self.answers[name].partition(" ")
        yield Chunk(text=first)
        if name in self.held:
            await self.hold[name].wait()
        if name in self.failing:
            raise self.failing[name]
        yield Chunk(text=f" {rest}")

    async def engine_up(self, _on_note: object) -> None:
        pass

    @contextmanager
    def expecting(self, experts: Sequence[Expert], *, until_used: bool = True) -> Iterator[None]:
        self.expected = tuple(expert.name for expert in experts)
        yield

    async def until_in_memory(self, experts: Sequence[Expert]) -> None:
        if any(expert.name not in self.in_memory for expert in experts):
            await asyncio.Event().wait()

    @contextmanager
    def kept(self, expert: Expert) -> Iterator[bool]:
        self.kept_now.append(expert.name)
        yield expert.name in self.in_memory
        self.kept_now.remove(expert.name)

    async def read_ahead(
        self, chosen: ChosenExpert, build_messages: BuildMessages, *, n_predict: int
    ) -> None:
        assert n_predict > 1, "the room for the answer counts for the length of the prompt"
        self.read.append(chosen.expert.name)
        self.prompts[chosen.expert.name] = "\n".join(text for _, text in build_messages(9000))

    async def cannot_chat(self, experts: Sequence[Expert]) -> tuple[Expert, ...]:
        return tuple(e for e in experts if e.name in self.base_models)

    async def digest(self, expert: Expert) -> str:
        return expert.name

    # The file of results
    def read_result(self, _digest: str) -> bool:
        return self.solved


class Results:
    """Stands for the file of results of the JSON tasks."""

    def __init__(self, models: Models) -> None:
        self.read = models.read_result


class Desk:
    def __init__(self, *, plans: bool = False) -> None:
        self.models = Models()
        self.parts: list[Part] = []
        roster = Roster(generalist=GENERAL, experts=(SQL, GO), plans=plans)
        self.service = AskService(
            cast(SelectionContext, None),
            cast(ChatClient, self.models),
            cast(ModelWaiting, self.models),
            lambda: roster,
            ConversationMemory(lambda: None, is_secret=lambda _: False),
            capability=Capability(cast(CapableModelStore, Results(self.models))),
        )

    async def ask(self, text: str = QUESTION, expert: str | None = None) -> Answer:
        async with asyncio.timeout(10):
            return await self.service.ask(Question(text=text, expert=expert), self.parts.append)

    def shown(self) -> str:
        text = ""
        for part in self.parts:
            text = ("" if part.expert is not None else text) + (part.text or "")
        return text


async def test_each_expert_writes_its_part_under_its_name() -> None:
    desk = Desk()
    answer = await desk.ask()
    assert [(p.chosen, p.answered, p.text) for p in answer.parts] == [
        ("sql", "sql", "CREATE TABLE"),
        ("go", "go", "func insert()"),
    ]
    assert answer.shown.index("**sql** · sql") < answer.shown.index("**go** · go")
    assert desk.shown() == answer.shown


async def test_each_expert_is_asked_for_its_own_part() -> None:
    desk = Desk()
    await desk.ask()
    assert "about sql; other experts answer for go" in desk.models.prompts["sql"]
    assert "about go; other experts answer for sql" in desk.models.prompts["go"]


async def test_the_sequence_is_announced_before_the_first_writes() -> None:
    desk = Desk()
    await desk.ask()
    assert desk.models.expected == ("sql", "go")


async def test_the_next_part_waits_for_its_turn_unless_all_models_are_there() -> None:
    desk = Desk()
    desk.models.held = {"sql"}
    asking = asyncio.ensure_future(desk.ask())
    while "sql" not in desk.models.began:
        await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0)
    assert desk.models.began == ["sql"]
    desk.models.hold["sql"].set()
    await asking
    assert desk.models.began == ["sql", "go"]

    side_by_side = Desk()
    side_by_side.models.held, side_by_side.models.in_memory = {"sql"}, {"sql", "go"}
    asking = asyncio.ensure_future(side_by_side.ask())
    async with asyncio.timeout(5):
        while "go" not in side_by_side.models.began:
            await asyncio.sleep(0)
    side_by_side.models.hold["sql"].set()
    answer = await asking
    assert [part.answered for part in answer.parts] == ["sql", "go"]


async def test_the_next_model_reads_its_prompt_and_stays_while_a_part_is_written() -> None:
    desk = Desk()
    models = desk.models
    models.held, models.in_memory = {"sql"}, {"go"}
    asking = asyncio.ensure_future(desk.ask())
    async with asyncio.timeout(5):
        while not models.read:
            await asyncio.sleep(0)
    assert (models.began, models.read, models.kept_now) == (["sql"], ["go"], ["go"])
    read = models.prompts["go"]
    models.hold["sql"].set()
    await asking
    assert models.began == ["sql", "go"]
    assert models.prompts["go"] == read
    assert models.kept_now == []


async def test_a_model_to_come_is_not_kept_before_the_part_before_it_has_a_text() -> None:
    desk = Desk()  # Else the model of the first could find no room.
    models = desk.models
    models.waits, models.in_memory = {"sql"}, {"go"}
    asking = asyncio.ensure_future(desk.ask())
    async with asyncio.timeout(5):
        while "sql" not in models.began:
            await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0)
    assert models.kept_now == []
    models.hold["sql"].set()
    await asking


async def test_the_answer_says_who_answered_for_an_expert_that_cannot_chat() -> None:
    desk = Desk()
    desk.models.base_models = {"go"}
    answer = await desk.ask()
    assert (answer.parts[1].chosen, answer.parts[1].answered) == ("go", "general")
    assert "general, instead of go (go does not answer questions)" in answer.shown


async def test_a_part_that_fails_is_marked_and_keeps_what_was_written() -> None:
    desk = Desk()
    desk.models.failing = {"sql": EngineGarbled("The engine was lost")}
    answer = await desk.ask()
    assert answer.parts[0].text == "CREATE"
    assert "ended early: The engine was lost" in answer.shown
    assert answer.parts[1].text == "func insert()"


async def test_a_capable_generalist_makes_one_answer_of_the_drafts() -> None:
    desk = Desk(plans=True)
    answer = await desk.ask()
    assert answer.text == "Both: so."
    assert "drafts by sql and go" in answer.shown
    assert [part.answered for part in answer.parts] == ["sql", "go"]
    assert "> CREATE TABLE" in desk.models.prompts["general"]
    assert desk.shown() == answer.shown


@pytest.mark.parametrize("solved", [True, False])
async def test_one_that_has_solved_the_json_tasks_merges_as_if_the_roster_vouched_for_it(
    solved: bool,
) -> None:
    desk = Desk()
    desk.models.solved = solved
    answer = await desk.ask()
    assert (answer.text == "Both: so.") is solved


async def test_drafts_stay_when_the_generalist_fails() -> None:
    desk = Desk(plans=True)
    desk.models.failing = {"general": EngineGarbled("No")}
    answer = await desk.ask()
    assert "CREATE TABLE" in answer.text
    assert "func insert()" in answer.text


@pytest.mark.parametrize("expert", [None, "sql"])
async def test_one_expert_answers_alone_if_it_is_named_or_the_question_has_one_part(
    expert: str | None,
) -> None:
    desk = Desk()
    text = QUESTION if expert else "Is a left join slower than a subquery?"
    answer = await desk.ask(text, expert)
    assert answer.parts == ()
    assert answer.text == "CREATE TABLE"
