"""One request from its expert's choice to its last byte.

Owns the order of things: choose the expert, wait for its model, send the request, and pass the
answer on in the client's form. While the client waits, it gets a sign of life.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from hotseat.domain.errors import (
    EngineGarbled,
    EngineRejected,
    EngineUnavailable,
    HotseatError,
)
from hotseat.domain.experts import LOAD_OPTION_NAMES, Expert
from hotseat.gateway.choice import LastExperts, model_names, named_model, route_of
from hotseat.gateway.subject import Said, Subject
from hotseat.gateway.traffic import Traffic
from hotseat.gateway.window import GatewayWindow
from hotseat.serving.reply import Reply
from hotseat.serving.wire import ApiError
from hotseat.session.chat.model_waiting import OnNote
from hotseat.session.shared.context_window import context_tokens

EXPERT_HEADER = "X-Hotseat-Expert"
SIGN_OF_LIFE_S = 1.0
"""Between two signs to a client that waits for its first token."""

log = logging.getLogger("hotseat.gateway")


class Form(Protocol):
    """An answer in one API's form. `name` is set before anything but `waiting` is called."""

    media_type: str
    name: str
    """The expert that answers."""

    def waiting(self, note: str) -> bytes:
        """Return a piece of a stream that says nothing yet."""

    def line(self, line: dict[str, Any]) -> bytes:
        """Return the piece for a line of the engine's."""

    def whole(self, line: dict[str, Any]) -> dict[str, Any]:
        """Return the answer that is not streamed."""

    def error(self, status: int, message: str) -> bytes:
        """Return an error in a stream that has begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, translated to Ollama's API."""

    model: str
    path: str
    """The engine's route."""
    body: dict[str, Any]
    """Without `model`."""
    form: Form
    need: tuple[str, ...] = ()
    """What the expert's model must be able to do, the most important first."""
    subject: Subject = field(default_factory=Subject)
    stream: bool = False
    client: str = ""


class Answering:
    """Answers the requests of all clients. `sign_of_life_s` is the time between two signs."""

    def __init__(self, window: GatewayWindow, *, sign_of_life_s: float = SIGN_OF_LIFE_S) -> None:
        self.window = window
        self.traffic = Traffic()
        self._last = LastExperts()
        self._sign_of_life_s = sign_of_life_s

    def checked_model(self, model: str) -> str:
        """Return the model's name. Raises ApiError 400 or 404, which lists the valid names."""
        if not model:
            raise ApiError(400, "model is required")
        if (name := named_model(self.window.roster, model)) is None:
            names = ", ".join(model_names(self.window.roster)) or "none: the roster is empty"
            raise ApiError(404, f"model '{model}' not found; there are: {names}")
        return name

    async def answer(self, asked: Asked, reply: Reply) -> None:
        """Answer a request. An error before the first byte is raised as ApiError."""
        try:
            await self._answer(asked, reply)
        except ApiError as error:
            await self._fail(asked, reply, error.status, error.message)
        except HotseatError as error:
            await self._fail(asked, reply, status_of(error), str(error))
        except Exception:
            if not reply.started:
                raise
            log.exception("a request failed after its first byte")
            await self._fail(asked, reply, 500, "internal error; see the gateway's log")

    async def _fail(self, asked: Asked, reply: Reply, status: int, message: str) -> None:
        if not reply.started:
            raise ApiError(status, message)
        await reply.piece(asked.form.error(status, message), asked.form.media_type)
        await reply.end()

    async def _answer(self, asked: Asked, reply: Reply) -> None:
        form, wait = asked.form, _Wait()

        def chosen(expert: Expert) -> None:
            form.name = expert.name
            if not reply.started:
                reply.headers[EXPERT_HEADER] = expert.name

        async with aclosing(self.lines(asked, wait.take_note, chosen)) as lines:
            async for line in self._with_signs(lines, asked, wait, reply):
                if not asked.stream:
                    await reply.json(form.whole(line))
                    return
                if piece := form.line(line):
                    await reply.piece(piece, form.media_type)
        await reply.end()

    async def lines(
        self, asked: Asked, on_note: OnNote, on_chosen: Callable[[Expert], None]
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the lines of the engine's answer. Closing it cancels the request.

        `on_note` is called with what is waited for, `on_chosen` with the expert that answers.
        Raises HotseatError.
        """
        with self.traffic.request(asked.client, asked.model) as request:

            def noted(note: str) -> None:
                request.note = note
                on_note(note)

            expert, reason = await self.choose(asked, noted)
            request.expert, request.reason = expert.name, reason
            on_chosen(expert)
            self._last.note(asked.subject.conversation, expert.name)
            said = Said()
            self.window.begin_turn(asked.subject, expert, asked.client)
            try:
                async with self.window.held(expert, asked.client, noted):
                    relay = await self.window.relay(noted)
                    noted(f"{expert.name} is reading the prompt")
                    body = engine_body(asked.body, expert)
                    async with aclosing(relay.lines(asked.path, body)) as lines:
                        async for line in lines:
                            said.add(line)
                            request.is_whole = bool(line.get("done", True))
                            yield line
            finally:
                self.window.end_turn(asked.subject, said.texts(), asked.need)

    async def choose(self, asked: Asked, on_note: OnNote) -> tuple[Expert, str]:
        """Return the expert that answers, and why. Raises HotseatError if there is none."""
        last = self._last.of(asked.subject.conversation)
        await self.window.relay(on_note)  # the roster may depend on the engine
        route = route_of(self.window.roster, asked.model, asked.subject, last)
        for need in asked.need or ("",):
            found = await self.window.first_able(route.experts, need, on_note)
            if found is not None:
                is_first = found == route.experts[0]
                return found, route.reason if is_first else f"{route.reason}; the first that can"
        raise ApiError(400, _none_can(asked.need, self.window))

    async def _with_signs(
        self, lines: AsyncIterator[dict[str, Any]], asked: Asked, wait: _Wait, reply: Reply
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the lines. Until the first one, a streamed answer gets signs of life."""
        first = asyncio.ensure_future(anext(lines))
        try:
            while not first.done():
                await asyncio.wait({first}, timeout=self._sign_of_life_s)
                if not first.done() and asked.stream:
                    await reply.piece(asked.form.waiting(wait.note), asked.form.media_type)
            yield first.result()
        except StopAsyncIteration:
            return
        finally:
            if not first.done():
                first.cancel()
                with suppress(BaseException):
                    await first
        async for line in lines:
            yield line


@dataclass(slots=True)
class _Wait:
    note: str = "waiting"
    """What is waited for, in words."""

    def take_note(self, note: str) -> None:
        self.note = note


def engine_body(body: dict[str, Any], expert: Expert) -> dict[str, Any]:
    """Return the body for the engine: the expert's model and options, and a bounded answer.

    Options that would load the model again are the roster's. How long the model stays in memory is
    the keeper's to decide. A system prompt of the expert's own is added if the client sends none.
    """
    given = {k: v for k, v in (body.get("options") or {}).items() if k not in LOAD_OPTION_NAMES}
    fixed = {k: list(v) if isinstance(v, tuple) else v for k, v in expert.spec.options}
    options = {**fixed, **given, **{k: v for k, v in fixed.items() if k in LOAD_OPTION_NAMES}}
    found = {**body, "model": expert.spec.model, "options": options}
    found.pop("keep_alive", None)
    if "input" in body:
        return found
    most = context_tokens(expert)
    wanted = options.get("num_predict")
    is_bounded = isinstance(wanted, int | float) and 0 < wanted <= most
    options["num_predict"] = int(wanted) if is_bounded and wanted is not None else most
    if expert.prompt:
        _add_prompt(found, expert.prompt)
    return found


def _add_prompt(body: dict[str, Any], prompt: str) -> None:
    messages = body.get("messages")
    roles = {m.get("role") for m in messages or () if isinstance(m, dict)}
    if messages and "system" not in roles:
        body["messages"] = [{"role": "system", "content": prompt}, *messages]
    elif "prompt" in body and not (body.get("raw") or body.get("suffix") or body.get("system")):
        body["system"] = prompt


def status_of(error: HotseatError) -> int:
    """Return the HTTP status for an error on the way to the engine."""
    if isinstance(error, EngineRejected):
        return error.status if error.status >= 400 else 500
    if isinstance(error, EngineUnavailable):
        return 503
    return 502 if isinstance(error, EngineGarbled) else 503


def _none_can(need: tuple[str, ...], window: GatewayWindow) -> str:
    what = {
        "tools": "call tools",
        "embedding": "make embeddings",
        "insert": "fill in the middle",
        "vision": "read images",
        "chat": "hold a conversation",
    }
    wanted = what.get(need[-1], "answer") if need else "answer"
    names = ", ".join(expert.name for expert in window.roster.everyone())
    return (
        f"no model that is there can {wanted}, of the experts {names}. `hotseat doctor` says how "
        "to get those that are missing"
    )
