"""Which expert answers, what its engine is sent, and what follows if the prompt is too long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import cast

import pytest

from hotseat.conversation.prompt import Message
from hotseat.domain.errors import EngineRejected, EngineUnavailable, HotseatError, ModelNotFound
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.engines.discovery import EngineAddress, ollama_address
from hotseat.engines.protocol import ChatRequest, Chunk, Engine, GenerateRequest, ModelInfo
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import EngineStatus, KeeperState
from hotseat.session.chat.chat_client import ChatClient, ChosenExpert
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.session.shared.context_window import WindowShares
from hotseat.session.shared.engine_follower import EngineFollower

CHAT = Expert(name="chat", languages=(), spec=ModelSpec("chat:1b"))
BASE = Expert(name="base", languages=(), spec=ModelSpec("base:1b"))
GONE = Expert(name="gone", languages=(), spec=ModelSpec("gone:1b"))
TOO_LONG = EngineRejected("the prompt exceeds the context", status=400)


class FakeEngine:
    def __init__(self, url: str) -> None:
        self.url = url
        self.n_shows = 0
        self.n_closed = 0
        self.chats: list[ChatRequest] = []
        self.completions: list[GenerateRequest] = []
        self.errors: list[HotseatError] = []

    async def show(self, model: str) -> ModelInfo:
        self.n_shows += 1
        if model == GONE.spec.model:
            raise ModelNotFound(model)
        template = "{{ .Messages }}" if model == CHAT.spec.model else "{{ .Prompt }}"
        return ModelInfo(capabilities=frozenset({"completion"}), template=template, metadata={})

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        self.chats.append(request)
        if self.errors:
            raise self.errors.pop(0)
        yield Chunk(text="Yes.", done=True)

    async def generate(self, request: GenerateRequest) -> AsyncGenerator[Chunk, None]:
        self.completions.append(request)
        yield Chunk(text="Yes.", done=True)

    async def aclose(self) -> None:
        self.n_closed += 1


@dataclass
class FakeLink:
    address: EngineAddress = field(default_factory=lambda: ollama_address("http://x"))
    url: str = "http://x"

    @property
    def state(self) -> KeeperState:
        return KeeperState(engine=EngineStatus(kind="ollama", url=self.url, up=True))


class FakeModelWaiting:
    def __init__(self) -> None:
        self.held_now: list[str] = []
        self.in_memory: set[str] = set()

    async def engine_up(self, _on_note: object) -> None:
        pass

    @contextmanager
    def kept(self, expert: Expert) -> Iterator[bool]:
        yield expert.name in self.in_memory

    @asynccontextmanager
    async def held(self, expert: Expert, _on_note: object) -> AsyncIterator[None]:
        self.held_now.append(expert.name)
        try:
            yield
        finally:
            self.held_now.remove(expert.name)


class Desk:
    def __init__(self) -> None:
        self.link: FakeLink | None = FakeLink()
        self.engines: list[FakeEngine] = []
        self.errors: list[HotseatError] = []
        self.waiting = FakeModelWaiting()
        self.asked_bytes: list[int] = []
        self.client = ChatClient(
            lambda: cast("KeeperLink | None", self.link),
            cast(ModelWaiting, self.waiting),
            engines=EngineFollower(self._open),
            shares=WindowShares(shrink=0.5, max_shrinks=2),
        )

    def _open(self, _address: EngineAddress, url: str) -> Engine:
        engine = FakeEngine(url)
        engine.errors = self.errors
        self.engines.append(engine)
        return cast("Engine", engine)

    async def choose(self, *experts: Expert) -> ChosenExpert:
        return await self.client.choose(experts, lambda note: None)

    def _messages(self, n_bytes: int) -> Sequence[Message]:
        self.asked_bytes.append(n_bytes)
        return [("user", 'key = "AKIAIOSFODNN7EXAMPLE"')]

    async def answer(self, chosen: ChosenExpert) -> str:
        stream = self.client.stream(
            chosen, self._messages, n_predict=64, temperature=0.0, on_note=lambda note: None
        )
        return "".join([chunk.text async for chunk in stream])


async def test_the_first_that_can_chat_answers_and_the_note_says_why() -> None:
    desk = Desk()
    chosen = await desk.choose(GONE, BASE, CHAT)
    assert (chosen.expert, chosen.chats) == (CHAT, True)
    assert "gone is not there" in chosen.note
    assert "base writes code, but does not answer questions" in chosen.note


async def test_a_base_model_continues_a_text_if_none_can_chat() -> None:
    desk = Desk()
    chosen = await desk.choose(BASE)
    assert (chosen.expert, chosen.chats) == (BASE, False)
    assert await desk.answer(chosen) == "Yes."
    assert desk.engines[0].completions[0].raw


async def test_without_any_model_the_error_says_what_to_do() -> None:
    desk = Desk()
    with pytest.raises(ModelNotFound, match="gone:1b"):
        await desk.choose(GONE)
    with pytest.raises(EngineUnavailable, match="no expert to ask") as error:
        await desk.choose()
    assert "experts.yaml" in error.value.hint


async def test_the_model_is_in_use_while_it_answers_and_secrets_are_masked() -> None:
    desk = Desk()
    chosen = await desk.choose(CHAT)
    stream = desk.client.stream(
        chosen, desk._messages, n_predict=64, temperature=0.0, on_note=lambda note: None
    )
    await anext(stream)
    assert desk.waiting.held_now == ["chat"]
    await stream.aclose()
    assert desk.waiting.held_now == []
    assert "AKIAIOSFODNN7EXAMPLE" not in str(desk.engines[0].chats[0].messages)


async def test_a_prompt_that_is_too_long_is_made_shorter_for_later_questions_too() -> None:
    desk = Desk()
    desk.errors.append(TOO_LONG)
    chosen = await desk.choose(CHAT)
    assert await desk.answer(chosen) == "Yes."
    assert await desk.answer(chosen) == "Yes."
    first, *later = desk.asked_bytes
    assert later == [first // 2, first // 2]


async def test_it_gives_up_when_the_prompt_never_fits() -> None:
    desk = Desk()
    desk.errors += [TOO_LONG] * 9
    with pytest.raises(EngineRejected, match="exceeds the context"):
        await desk.answer(await desk.choose(CHAT))
    assert len(desk.asked_bytes) == 3


async def test_another_engine_is_asked_again_what_its_models_can_do() -> None:
    desk = Desk()
    await desk.choose(CHAT)
    await desk.choose(CHAT)
    assert desk.engines[0].n_shows == 1
    desk.link = FakeLink(url="http://y")
    await desk.choose(CHAT)
    assert [engine.url for engine in desk.engines] == ["http://x", "http://y"]
    assert (desk.engines[0].n_closed, desk.engines[1].n_shows) == (1, 1)
    desk.link = None
    with pytest.raises(EngineUnavailable, match="No engine is available yet"):
        await desk.answer(ChosenExpert(expert=CHAT, chats=True))
    await asyncio.wait_for(desk.client.aclose(), 5)
    assert desk.engines[1].n_closed == 1


@pytest.mark.parametrize("is_there", [True, False])
async def test_what_must_not_load_is_asked_only_of_a_model_in_memory(is_there: bool) -> None:
    desk = Desk()
    chosen = await desk.choose(CHAT)
    desk.waiting.in_memory = {"chat"} if is_there else set()
    stream = desk.client.stream_resident(chosen, desk._messages, n_predict=8, temperature=0.0)
    said = [chunk.text async for chunk in stream]
    assert said == (["Yes."] if is_there else [])
    # Should it leave in this moment, the engine refuses the request.
    assert [request.resident_only for request in desk.engines[0].chats] == [True] * is_there
    assert desk.waiting.held_now == []


async def test_a_prompt_is_read_ahead_as_it_will_be_asked_and_loads_nothing() -> None:
    desk = Desk()
    chosen = await desk.choose(CHAT)
    await desk.client.read_ahead(chosen, desk._messages, n_predict=64)
    await desk.answer(chosen)
    ahead, asked = desk.engines[0].chats
    assert (ahead.messages, ahead.n_predict, ahead.resident_only) == (asked.messages, 1, True)
    assert not asked.resident_only
    desk.errors.append(EngineRejected("the model is not in memory", status=409))
    await desk.client.read_ahead(chosen, desk._messages, n_predict=64)


async def test_experts_that_cannot_chat_are_known_and_absent_ones_are_not() -> None:
    assert await Desk().client.cannot_chat([CHAT, BASE, GONE]) == (BASE,)
