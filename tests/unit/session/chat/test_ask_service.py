"""Conversations of a window: bounded, one answer at a time, what was said stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any, cast

import pytest

from hotseat.conversation.prompt import Message
from hotseat.domain.errors import EngineGarbled, HotseatError
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.engines.protocol import Chunk
from hotseat.session.chat.ask_service import MAX_CONVERSATIONS, Answer, Asker, Part, Question
from hotseat.session.chat.chat_client import Speaker, Voice, Write
from hotseat.session.chat.model_waiting import Warmth
from hotseat.session.chat.selection_context import Surroundings

GENERAL = Expert(name="general", languages=(), spec=ModelSpec("g:1b"))


class FakeSpeaker:
    def __init__(self) -> None:
        self.asked: list[Sequence[Message]] = []
        self.hold: asyncio.Event | None = None
        self.error: HotseatError | None = None
        self.n_closed = 0

    async def choose(self, candidates: Sequence[Expert], _tell: object) -> Voice:
        return Voice(expert=candidates[0], chats=True)

    async def speak(self, _voice: Voice, write: Write, **_: Any) -> AsyncGenerator[Chunk, None]:
        self.asked.append(write(9000))
        try:
            yield Chunk(text="So ")
            if self.hold is not None:
                await self.hold.wait()
            if self.error is not None:
                raise self.error
            yield Chunk(text="it is.")
        finally:
            self.n_closed += 1


class FakeWarmth:
    async def engine_up(self, _tell: object) -> None:
        pass


class Desk:
    def __init__(self) -> None:
        self.speaker = FakeSpeaker()
        self.parts: list[Part] = []
        self.asker = Asker(
            cast(Surroundings, None),
            cast(Speaker, self.speaker),
            cast(Warmth, FakeWarmth()),
            lambda: Roster(generalist=GENERAL),
        )

    async def ask(self, text: str, conversation: str | None = None) -> Answer:
        return await self.asker.ask(
            Question(text=text, conversation=conversation), self.parts.append
        )

    def begin(self, text: str, conversation: str | None = None) -> asyncio.Task[Answer]:
        return asyncio.ensure_future(self.ask(text, conversation))

    async def until_asked(self, n: int) -> None:
        async with asyncio.timeout(5):
            while len(self.speaker.asked) < n:
                await asyncio.sleep(0)

    def n_said_before(self) -> int:
        """Messages of earlier turns in the newest question."""
        return len(self.speaker.asked[-1]) - 2


async def test_old_conversations_are_forgotten() -> None:
    desk = Desk()
    ids = [(await desk.ask("?")).conversation for _ in range(MAX_CONVERSATIONS + 1)]
    assert len(set(ids)) == len(ids)
    await desk.ask("?", ids[1])
    assert desk.n_said_before() == 2
    again = await desk.ask("?", ids[0])
    assert again.conversation not in ids
    assert desk.n_said_before() == 0


async def test_many_questions_at_once_in_one_conversation_leave_one_answer() -> None:
    desk = Desk()
    first = (await desk.ask("?")).conversation
    desk.speaker.hold = asyncio.Event()
    tasks = [desk.begin(f"{n}?", first) for n in range(5)]
    async with asyncio.timeout(5):
        ended, _ = await asyncio.wait(tasks[:4])
    desk.speaker.hold.set()
    assert (await tasks[4]).text == "So it is."
    assert {task.result().text for task in ended} <= {"", "So "}
    assert desk.speaker.n_closed == len(desk.speaker.asked)


async def test_conversations_are_answered_beside_each_other() -> None:
    desk = Desk()
    desk.speaker.hold = asyncio.Event()
    one, other = desk.begin("1?"), desk.begin("2?")
    await desk.until_asked(2)
    desk.speaker.hold.set()
    answers = [await one, await other]
    assert answers[0].conversation != answers[1].conversation
    assert [a.text for a in answers] == ["So it is."] * 2


async def test_an_answer_that_broke_off_stays_as_far_as_it_came() -> None:
    desk = Desk()
    desk.speaker.error = EngineGarbled("It broke")
    with pytest.raises(EngineGarbled):
        await desk.ask("?")
    desk.speaker.error = None
    id_ = next(part.conversation for part in desk.parts if part.conversation)
    await desk.ask("Go on", id_)
    assert desk.speaker.asked[-1][2] == ("assistant", "So ")


async def test_an_answer_may_take_the_place_of_the_last_one() -> None:
    desk = Desk()
    id_ = (await desk.ask("one?")).conversation
    await desk.ask("two?", id_)
    question = Question(text="two again?", conversation=id_, instead=True)
    desk.speaker.error = EngineGarbled("It broke")
    with pytest.raises(EngineGarbled):
        await desk.asker.ask(question, desk.parts.append)
    desk.speaker.error = None
    await desk.asker.ask(question, desk.parts.append)
    assert desk.n_said_before() == 2
    await desk.ask("three?", id_)
    said = [text for role, text in desk.speaker.asked[-1] if role == "user"]
    assert said == ["one?", "two again?", "three?"]


async def test_closing_ends_what_is_under_way() -> None:
    desk = Desk()
    desk.speaker.hold = asyncio.Event()
    task = desk.begin("?")
    await desk.until_asked(1)
    await desk.asker.aclose()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert desk.speaker.n_closed == 1
