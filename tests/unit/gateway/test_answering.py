"""What a client gets while it waits, and when something fails before and after its first byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from hotseat.domain.errors import EngineUnavailable
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.gateway.answering import Answering, Asked, Form
from hotseat.gateway.ollama_api import OllamaForm
from hotseat.gateway.window import GatewayWindow
from hotseat.serving.openai.form import ChatForm
from hotseat.serving.reply import Reply
from hotseat.serving.wire import ApiError
from hotseat.session.chat.model_waiting import OnNote

GO = Expert(name="go", languages=("go",), spec=ModelSpec("go:1b"))
LINES = [
    {"model": "go:1b", "message": {"role": "assistant", "content": "So"}, "done": False},
    {"model": "go:1b", "message": {"content": ""}, "done": True, "done_reason": "stop"},
]
FORMS: list[Form] = [OllamaForm("chat"), ChatForm("id", 0)]


class FakeWindow:
    """An engine whose model is loaded when `warm` is set."""

    def __init__(self, lines: Sequence[dict[str, Any] | Exception]) -> None:
        self.roster = Roster(experts=(GO,))
        self.warm = asyncio.Event()
        self.n_held = 0
        self.said: list[tuple[str, ...]] = []
        self._lines = lines

    async def relay(self, on_note: OnNote) -> FakeWindow:
        return self

    def begin_turn(self, subject: object, expert: Expert, client: str) -> None:
        pass

    def end_turn(self, subject: object, said: Sequence[str], need: Sequence[str]) -> None:
        self.said.append(tuple(said))

    async def first_able(self, experts: Sequence[Expert], need: str, on_note: OnNote) -> Expert:
        return experts[0]

    @asynccontextmanager
    async def held(self, expert: Expert, client: str, on_note: OnNote) -> AsyncIterator[None]:
        self.n_held += 1
        try:
            on_note("go is loading")
            await self.warm.wait()
            yield
        finally:
            self.n_held -= 1

    async def lines(self, path: str, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        for line in self._lines:
            if isinstance(line, Exception):
                raise line
            yield line


class FakeReply:
    """Calls `on_piece` with the number of pieces so far."""

    def __init__(self, window: FakeWindow, *, warm_after: int = 0) -> None:
        self.headers: dict[str, str] = {}
        self.pieces: list[bytes] = []
        self.has_ended = False
        self._window = window
        self._warm_after = warm_after
        if not warm_after:
            window.warm.set()

    @property
    def started(self) -> bool:
        return bool(self.pieces)

    async def piece(self, content: bytes, media_type: str) -> None:
        self.pieces.append(content)
        if len(self.pieces) >= self._warm_after:
            self._window.warm.set()

    async def end(self) -> None:
        self.has_ended = True


def asked(form: Form, **more: Any) -> Asked:
    return Asked(model="auto", path="/api/chat", body={}, form=form, stream=True, **more)


def answering(window: FakeWindow) -> Answering:
    return Answering(cast(GatewayWindow, window), sign_of_life_s=0.001)


@pytest.mark.parametrize("form", FORMS, ids=["ollama", "openai"])
async def test_signs_of_life_until_the_first_token(form: Form) -> None:
    window = FakeWindow(LINES)
    reply = FakeReply(window, warm_after=3)
    await answering(window).answer(asked(form), cast(Reply, reply))
    signs, rest = reply.pieces[:3], b"".join(reply.pieces[3:])
    if isinstance(form, ChatForm):
        assert signs[-1] == b": go is loading\n\n"
        assert rest.endswith(b"data: [DONE]\n\n")
    else:
        line = json.loads(signs[-1])
        assert (line["message"]["content"], line["done"]) == ("", False)
    assert b"So" in rest
    assert reply.has_ended
    assert window.n_held == 0


async def test_an_error_before_the_first_byte_has_a_status() -> None:
    window = FakeWindow([EngineUnavailable("gone", hint="Start it")])
    reply = FakeReply(window)
    one = Answering(cast(GatewayWindow, window), sign_of_life_s=60)
    with pytest.raises(ApiError, match="Start it") as caught:
        await one.answer(asked(OllamaForm("chat")), cast(Reply, reply))
    assert caught.value.status == 503


@pytest.mark.parametrize("form", FORMS, ids=["ollama", "openai"])
@pytest.mark.parametrize("error", [EngineUnavailable("gone"), KeyError("a bug")], ids=str)
async def test_an_error_after_it_is_an_object_in_the_stream(form: Form, error: Exception) -> None:
    window = FakeWindow([LINES[0], error])
    reply = FakeReply(window)
    await answering(window).answer(asked(form), cast(Reply, reply))
    last = json.loads(reply.pieces[-1].removeprefix(b"data: "))
    said = last["error"]["message"] if isinstance(form, ChatForm) else last["error"]
    assert ("gone" in said) == isinstance(error, EngineUnavailable)
    assert "a bug" not in said
    assert reply.has_ended


async def test_a_client_that_leaves_lets_go_of_the_model() -> None:
    window = FakeWindow(LINES)
    reply = FakeReply(window, warm_after=1_000_000)
    task = asyncio.create_task(
        answering(window).answer(asked(OllamaForm("chat")), cast(Reply, reply))
    )
    while not reply.pieces:
        await asyncio.sleep(0)
    assert window.n_held == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert window.n_held == 0
