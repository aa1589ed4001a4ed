"""Conversations of a window: bounded, one answer at a time, what was said stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from hotseat.conversation.answer_text import EMPTY_ENDING, LOOP_ENDING
from hotseat.conversation.prompt import Message
from hotseat.conversation.turns import Turn
from hotseat.domain.errors import EngineGarbled, HotseatError
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.engines.protocol import Chunk
from hotseat.session.chat.ask_service import MAX_CONVERSATIONS, Answer, AskService, Question
from hotseat.session.chat.chat_client import BuildMessages, ChatClient, ChosenExpert
from hotseat.session.chat.conversation_memory import ConversationMemory
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.session.chat.part import Part
from hotseat.session.chat.selection_context import SelectionContext
from hotseat.storage.conversations import ConversationStore

GENERAL = Expert(name="general", languages=(), spec=ModelSpec("g:1b"))


class FakeChatClient:
    def __init__(self) -> None:
        self.asked: list[Sequence[Message]] = []
        self.hold: asyncio.Event | None = None
        self.error: HotseatError | None = None
        self.n_closed = 0
        self.note = ""
        self.chunks = ["So ", "it is."]

    async def choose(self, candidates: Sequence[Expert], _on_note: object) -> ChosenExpert:
        return ChosenExpert(expert=candidates[0], chats=True, note=self.note)

    async def cannot_chat(self, experts: Sequence[Expert]) -> tuple[Expert, ...]:
        return ()

    async def digest(self, expert: Expert) -> str:
        return expert.name

    async def stream(
        self, _chosen: ChosenExpert, build_messages: BuildMessages, **_: Any
    ) -> AsyncGenerator[Chunk, None]:
        self.asked.append(build_messages(9000))
        try:
            yield Chunk(text=self.chunks[0])
            if self.hold is not None:
                await self.hold.wait()
            if self.error is not None:
                raise self.error
            for text in self.chunks[1:]:
                yield Chunk(text=text)
        finally:
            self.n_closed += 1


class FakeModelWaiting:
    async def engine_up(self, _on_note: object) -> None:
        pass


class Desk:
    def __init__(
        self,
        store: ConversationStore | None = None,
        roster: Roster | None = None,
    ) -> None:
        self.chat_client = FakeChatClient()
        self.memory = ConversationMemory(
            lambda: store, is_secret=lambda uri: uri.endswith(".env"), recall_s=30
        )
        self.parts: list[Part] = []
        self.service = AskService(
            cast(SelectionContext, None),
            cast(ChatClient, self.chat_client),
            cast(ModelWaiting, FakeModelWaiting()),
            lambda: roster or Roster(generalist=GENERAL),
            self.memory,
        )

    async def ask(self, text: str, conversation: str | None = None) -> Answer:
        return await self.service.ask(
            Question(text=text, conversation=conversation), self.parts.append
        )

    def begin(self, text: str, conversation: str | None = None) -> asyncio.Task[Answer]:
        return asyncio.ensure_future(self.ask(text, conversation))

    async def until_asked(self, n: int) -> None:
        async with asyncio.timeout(5):
            while len(self.chat_client.asked) < n:
                await asyncio.sleep(0)

    def n_said_before(self) -> int:
        """Messages of earlier turns in the newest question."""
        return len(self.chat_client.asked[-1]) - 2


def shown(parts: Sequence[Part]) -> str:
    """The text that a client shows after these parts."""
    text = ""
    for part in parts:
        text = ("" if part.expert is not None else text) + (part.text or "")
    return text


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
    desk.chat_client.hold = asyncio.Event()
    tasks = [desk.begin(f"{n}?", first) for n in range(5)]
    async with asyncio.timeout(5):
        ended, _ = await asyncio.wait(tasks[:4])
    desk.chat_client.hold.set()
    assert (await tasks[4]).text == "So it is."
    assert {task.result().text for task in ended} <= {"", "So "}
    assert desk.chat_client.n_closed == len(desk.chat_client.asked)


async def test_conversations_are_answered_beside_each_other() -> None:
    desk = Desk()
    desk.chat_client.hold = asyncio.Event()
    one, other = desk.begin("1?"), desk.begin("2?")
    await desk.until_asked(2)
    desk.chat_client.hold.set()
    answers = [await one, await other]
    assert answers[0].conversation != answers[1].conversation
    assert [a.text for a in answers] == ["So it is."] * 2


async def test_an_answer_that_broke_off_stays_as_far_as_it_came() -> None:
    desk = Desk()
    desk.chat_client.error = EngineGarbled("It broke")
    with pytest.raises(EngineGarbled):
        await desk.ask("?")
    desk.chat_client.error = None
    id_ = next(part.conversation for part in desk.parts if part.conversation)
    await desk.ask("Go on", id_)
    assert desk.chat_client.asked[-1][2] == ("assistant", "So ")


async def test_an_answer_may_take_the_place_of_the_last_one() -> None:
    desk = Desk()
    id_ = (await desk.ask("one?")).conversation
    await desk.ask("two?", id_)
    question = Question(text="two again?", conversation=id_, instead=True)
    desk.chat_client.error = EngineGarbled("It broke")
    with pytest.raises(EngineGarbled):
        await desk.service.ask(question, desk.parts.append)
    desk.chat_client.error = None
    await desk.service.ask(question, desk.parts.append)
    assert desk.n_said_before() == 2
    await desk.ask("three?", id_)
    said = [text for role, text in desk.chat_client.asked[-1] if role == "user"]
    assert said == ["one?", "two again?", "three?"]


async def test_a_loop_is_cut_out_of_what_was_shown_and_of_the_conversation() -> None:
    desk = Desk()
    desk.chat_client.chunks = ["Go is ", *["cross-platform, "] * 300]
    answer = await desk.ask("What is Go?")
    assert answer.shown == f"Go is cross-platform\n\n{LOOP_ENDING}"
    assert shown(desk.parts) == answer.shown
    assert len(desk.parts) < 30
    await desk.ask("Go on", answer.conversation)
    assert desk.chat_client.asked[-1][2] == ("assistant", "Go is cross-platform")


async def test_no_empty_block_is_shown_and_no_answer_is_said() -> None:
    desk = Desk()
    desk.chat_client.chunks = ["```go\n", "\n", "```\n"]
    answer = await desk.ask("?")
    assert answer.shown == shown(desk.parts) == EMPTY_ENDING


async def test_why_another_expert_answers_is_said_once_a_conversation() -> None:
    desk = Desk()
    desk.chat_client.note = "base writes code, but does not answer questions"
    answer = await desk.ask("?")
    notes = [part.note for part in desk.parts if part.note]
    assert set(notes) == {desk.chat_client.note}
    desk.parts.clear()
    await desk.ask("And?", answer.conversation)
    assert not any(part.note for part in desk.parts)


async def test_turns_that_the_client_brings_begin_a_conversation_that_is_not_known() -> None:
    desk = Desk()
    lost = (Turn(question="one?", answer="One.", expert=""),)
    answer = await desk.service.ask(Question(text="two?", history=lost), desk.parts.append)
    assert [text for _, text in desk.chat_client.asked[-1][1:]] == ["one?", "One.", "two?"]
    again = Question(text="three?", conversation=answer.conversation, history=lost)
    await desk.service.ask(again, desk.parts.append)
    assert desk.n_said_before() == 4  # once, although it brought them again


async def test_a_conversation_that_is_brought_keeps_its_id() -> None:
    desk = Desk()
    lost = (Turn(question="one?", answer="One.", expert=""),)
    ask = Question(text="two?", conversation="5eed-1", history=lost)
    answer = await desk.service.ask(ask, desk.parts.append)
    assert answer.conversation == "5eed-1"
    assert [text for _, text in desk.chat_client.asked[-1][1:]] == ["one?", "One.", "two?"]
    assert (await desk.ask("three?", "5eed-1")).conversation == "5eed-1"
    assert desk.n_said_before() == 4
    long = Question(text="two?", conversation="x" * 1000, history=lost)
    assert len((await desk.service.ask(long, desk.parts.append)).conversation) < 100


async def test_the_languages_of_the_question_choose_the_expert_unless_one_is_named() -> None:
    sql = Expert(name="sql", languages=("sql",), spec=ModelSpec("s:1b"))
    desk = Desk(roster=Roster(generalist=GENERAL, experts=(sql,)))
    answer = await desk.ask("When does a LEFT JOIN multiply the rows?")
    assert (answer.chosen and answer.chosen.expert, answer.language) == (sql, "sql")
    answer = await desk.ask("How do I squash my last commits?")
    assert (answer.chosen and answer.chosen.expert, answer.language) == (GENERAL, None)
    answer = await desk.service.ask(
        Question(text="How do I squash my last commits?", expert="sql"), desk.parts.append
    )
    assert answer.chosen is not None
    assert answer.chosen.expert == sql


async def test_closing_ends_what_is_under_way() -> None:
    desk = Desk()
    desk.chat_client.hold = asyncio.Event()
    task = desk.begin("?")
    await desk.until_asked(1)
    await desk.service.aclose()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert desk.chat_client.n_closed == 1


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "c.sqlite")


async def test_a_conversation_goes_on_in_another_window(store: ConversationStore) -> None:
    first = Desk(store)
    answer = await first.ask("Which port do we use?")
    await first.memory.aclose()
    second = Desk(store)
    again = await second.ask("And for tests?", answer.conversation)
    assert again.conversation == answer.conversation
    said = second.chat_client.asked[-1]
    assert ("user", "Which port do we use?") in said
    assert ("assistant", "So it is.") in said


async def test_a_question_asked_again_after_a_restart_is_kept_once(
    store: ConversationStore,
) -> None:
    first = Desk(store)
    id_ = (await first.ask("One?")).conversation
    await first.ask("Two?", id_)
    await first.memory.aclose()
    second = Desk(store)
    past = (
        Turn(question="One?", answer="So it is.", expert="general"),
    )  # a client omits what is replaced
    again = Question(text="Two?", conversation=id_, history=past, instead=True)
    await second.service.ask(again, second.parts.append)
    first_said, second_said = (t for r, t in second.chat_client.asked[-1] if r == "user")
    assert (first_said, second_said.splitlines()[-1]) == ("One?", "Two?")  # after what is recalled
    await second.memory.aclose()
    assert [t.text for t in store.turns(id_) if t.is_user] == ["One?", "Two?"]
    third = Desk(store)  # without a history, the turns come from the store
    await third.service.ask(Question(text="Two?", conversation=id_, instead=True), print)
    assert [r for r, _ in third.chat_client.asked[-1]].count("user") == 2
    await third.memory.aclose()
    assert [t.text for t in store.turns(id_) if t.is_user] == ["One?", "Two?"]


async def test_another_conversation_gets_a_note_of_what_it_asks_about(
    store: ConversationStore,
) -> None:
    desk = Desk(store)
    desk.chat_client.chunks = ["Port 5050, ", "the printer has 5000."]
    await desk.ask("Which port does the server use?")
    await desk.memory.aclose()
    answer = await desk.ask("Is the port of the server free?")
    role, prompt = desk.chat_client.asked[-1][-1]
    assert role == "user"
    assert "Port 5050, the printer has 5000." in prompt
    assert prompt.endswith("Is the port of the server free?")
    assert any("Port 5050" in note.text for note in answer.notes)
    unrelated = await desk.ask("What is a monad?")
    assert not unrelated.notes
    assert desk.chat_client.asked[-1][-1] == ("user", "What is a monad?")


async def test_secrets_are_masked_before_they_are_kept(store: ConversationStore) -> None:
    desk = Desk(store)
    await desk.ask('Why does api_key = "sk-ant-REDACTED" fail?')
    await desk.memory.aclose()
    assert b"Zx81" not in b"".join(path.read_bytes() for path in store.path.parent.iterdir())
    assert len(store.conversations()) == 1


async def test_without_a_usable_store_questions_are_answered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    desk = Desk(ConversationStore(tmp_path / "file" / "c.sqlite"))
    for question in ("One?", "Two?"):
        assert (await desk.ask(question)).text == "So it is."
        await desk.memory.aclose()
    assert len([r for r in caplog.records if "cannot be kept" in r.message]) == 1


async def test_a_question_of_a_megabyte_is_refused_and_nothing_is_lost(
    store: ConversationStore,
) -> None:
    desk = Desk(store)
    first = await desk.ask("The port is 5050.")
    with pytest.raises(HotseatError, match="longer than the model's context"):
        await desk.ask("Which port? " + "x y " * 250_000, first.conversation)
    assert (await desk.ask("Which port?", first.conversation)).text == "So it is."
    await desk.memory.aclose()
    assert [turn.text for turn in store.turns(first.conversation) if turn.is_user] == [
        "The port is 5050.",
        "Which port?",
    ]
