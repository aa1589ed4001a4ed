"""A simulated user in one window: types, asks for completions and questions, cancels, switches.

The server is a real `hotseat lsp`. If it ends, the user's editor starts it again and opens the
documents with their present text, as editors do.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.lab.bench.stress.figures import PassingStates
from hotseat.lab.bench.stress.typed_text import LANGUAGES, TypedText
from hotseat.lab.bench.wire_client import WireClient

EXIT_PATIENCE_S = 15.0
BY_HAND = 1
AUTOMATIC = 2
"""Kinds of LSP. A request by hand has its first text only after other suggestions were tried, 1.5 s
at most, and each of those takes the model from the other windows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times are ranges in seconds; shares are those of keys that are followed by the action."""

    key_s: tuple[float, float] = (0.05, 0.3)
    look_s: tuple[float, float] = (0.05, 0.5)
    """How long the user waits for a suggestion; then the request is cancelled or overtaken."""
    think_share: float = 0.2
    think_s: float = 6.0
    """The share of requests that the user lets the server answer, and for how long."""
    ask_s: tuple[float, float] = (0.5, 4.0)
    """After this time the user cancels a question that has not been answered."""
    complete_share: float = 0.7
    ask_share: float = 0.02
    switch_share: float = 0.03


@dataclass(slots=True)
class Counts:
    """Of all servers of one window."""

    keys: int = 0
    completions: int = 0
    texts: int = 0
    asks: int = 0
    cancelled: int = 0
    switches: int = 0
    servers: int = 0
    unanswered: int = 0
    answered_twice: int = 0
    deaths: int = 0
    """Servers that ended although they were not killed."""


class Typist:
    """One window. `on_text` is called with the time of the request (`time.monotonic`) when a
    completion has text."""

    def __init__(
        self,
        name: str,
        start: Callable[[], Any],
        options: Mapping[str, Any],
        workspace: Path,
        states: PassingStates,
        chance: random.Random,
        pace: Pace,
        on_text: Callable[[float], None],
    ) -> None:
        """`start` is a coroutine function that starts a server; `options` are the
        `initializationOptions`."""
        self.name = name
        self._start = start
        self._options = dict(options)
        self._states = states
        self._chance = chance
        self._pace = pace
        self._on_text = on_text
        self.documents = {
            (workspace / f"{name}.{ending}").as_uri(): TypedText(language, chance)
            for language, ending in LANGUAGES.items()
        }
        """By URI."""
        self.focused = next(iter(self.documents))
        self._asks: dict[int, WireClient] = {}
        self._versions = 1
        self._may_type = asyncio.Event()
        self._is_idle = asyncio.Event()
        self._is_stopping = False
        self._typing_on = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.client: WireClient | None = None
        self.killed: set[int] = set()
        """The pids of the servers that were killed on purpose."""
        self.counts = Counts()
        self.is_waiting = False
        """The user waits for a suggestion after every key, and asks no questions."""
        self.status: dict[str, Any] = {}
        self.on_answer: Callable[[str, float, str], None] = lambda window, asked_s, text: None
        """Called with each answer to a completion, `asked_s` being the time of the request."""
        self.on_model_answer: Callable[[float, float], None] = lambda asked_s, answered_s: None
        """Called if a model gave it; where no text was shown, only while `is_waiting`."""

    @property
    def server_pid(self) -> int | None:
        return self.client.pid if self.client is not None and not self.client.ended else None

    def begin(self) -> None:
        """Type from now on, until `rest` or `stop`."""
        self._may_type.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def forget_states(self) -> None:
        """The server was stopped: what it showed until now does not count."""
        self._states.forget(self.name)

    def type_on(self) -> None:
        """Wait no longer for the completion that is open: press the next key."""
        self._typing_on.set()

    async def rest(self, patience_s: float) -> None:
        """Stop typing, cancel the questions, and wait for all answers.

        Requests that a living server has not answered after `patience_s` count as unanswered.
        """
        self._may_type.clear()
        await self._is_idle.wait()
        for id_ in list(self._asks):
            self._cancel_ask(id_)
        deadline_s = time.monotonic() + patience_s
        while (client := self.client) is not None and client.pending and not client.ended:
            if time.monotonic() > deadline_s:
                self.counts.unanswered += len(client.pending)
                return
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """End the server as an editor does."""
        self._is_stopping = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self.client is None:
            return
        if not self.client.ended:
            with suppress(HotseatError, TimeoutError):
                async with asyncio.timeout(EXIT_PATIENCE_S):
                    await self.client.stop()
        self.client.kill()
        await self._note_end(self.client)
        self.client = None

    # --- typing ---

    async def _run(self) -> None:
        while True:
            if not self._may_type.is_set():
                self._is_idle.set()
                await self._may_type.wait()
                self._is_idle.clear()
            try:
                if self.client is None or self.client.ended:
                    await self._open_window()
                await self._type(self.client)
            except HotseatError:
                continue  # the server ended
            await asyncio.sleep(self._chance.uniform(*self._pace.key_s))

    async def _open_window(self) -> None:
        if self.client is not None:
            await self._note_end(self.client)
        self._asks.clear()
        self.status = {}
        self.client = client = await self._start()
        self.counts.servers += 1
        client.on_notification = self._on_notification
        await client.request("initialize", _about_the_editor(self._options))
        client.notify("initialized", {})
        for uri, document in self.documents.items():
            self._versions += 1
            opened = {
                "uri": uri,
                "languageId": document.language,
                "version": self._versions,
                "text": document.text,
            }
            client.notify("textDocument/didOpen", {"textDocument": opened})
        self.focus(client, self.focused)

    async def _note_end(self, client: WireClient) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(EXIT_PATIENCE_S):
                await client.wait_ended()
        self.counts.answered_twice += client.n_unexpected_answers
        if not self._is_stopping and client.pid not in self.killed:
            self.counts.deaths += 1
        self._states.forget(self.name)

    async def _type(self, client: WireClient | None) -> None:
        assert client is not None
        draw, pace = self._chance.random(), self._pace
        if draw < pace.switch_share:
            self.counts.switches += 1
            self.focused = self._chance.choice(list(self.documents))
            self.focus(client, self.focused)
        document = self.documents[self.focused]
        self.change(client, self.focused, document.change())
        if self._chance.random() < pace.ask_share and not self.is_waiting:
            self._ask(client)
        if self.is_waiting or self._chance.random() < pace.complete_share:
            id_, answer = self.complete(client, self.focused, document.cursor)
            thinks = self.is_waiting or self._chance.random() < pace.think_share
            look_s = pace.think_s if thinks else self._chance.uniform(*pace.look_s)
            await self._wait(answer, look_s)
            if not answer.done() and self._chance.random() < 0.5:
                self._cancel(client, id_)

    async def _wait(self, answer: asyncio.Future[Any], look_s: float) -> None:
        """Return when there is an answer, after `look_s`, or when the user types on."""
        self._typing_on.clear()
        typing_on = asyncio.ensure_future(self._typing_on.wait())
        try:
            await asyncio.wait(
                [answer, typing_on], timeout=look_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            typing_on.cancel()

    def change(self, client: WireClient, uri: str, change: dict[str, Any]) -> None:
        self._versions += 1
        identifier = {"uri": uri, "version": self._versions}
        client.notify(
            "textDocument/didChange", {"textDocument": identifier, "contentChanges": [change]}
        )
        self.counts.keys += 1

    def complete(
        self,
        client: WireClient,
        uri: str,
        position: dict[str, int],
        trigger_kind: int = AUTOMATIC,
    ) -> tuple[int, asyncio.Future[Any]]:
        """Ask as an editor does after a key, or as the user does by a command (`BY_HAND`)."""
        asked_s = time.monotonic()
        place = {"textDocument": {"uri": uri}, "position": position}
        parameters = {**place, "context": {"triggerKind": trigger_kind}}
        id_, answer = client.begin("textDocument/inlineCompletion", parameters)
        self.counts.completions += 1

        def on_answer(done: asyncio.Future[Any]) -> None:
            if (text := _text_of(done)) is None:
                return
            self.on_answer(self.name, asked_s, text)
            answered = partial(self.on_model_answer, asked_s, time.monotonic())
            if text:
                self._on_text(asked_s)
                answered()
            elif self.is_waiting:
                _if_a_model_answered(client, answered)
            self.counts.texts += bool(text)

        answer.add_done_callback(on_answer)
        return id_, answer

    def _ask(self, client: WireClient) -> None:
        parameters = {"question": "What does this do?", "textDocument": {"uri": self.focused}}
        id_, answer = client.begin("hotseat/ask", parameters)
        self.counts.asks += 1
        self._asks[id_] = client
        timer = asyncio.get_running_loop().call_later(
            self._chance.uniform(*self._pace.ask_s), self._cancel_ask, id_
        )

        def on_answer(done: asyncio.Future[Any]) -> None:
            timer.cancel()
            self._asks.pop(id_, None)
            if not done.cancelled():
                done.exception()  # else asyncio reports that it was not looked at

        answer.add_done_callback(on_answer)

    def _cancel_ask(self, id_: int) -> None:
        if (client := self._asks.pop(id_, None)) is not None:
            self._cancel(client, id_)

    def _cancel(self, client: WireClient, id_: int) -> None:
        self.counts.cancelled += 1
        client.notify("$/cancelRequest", {"id": id_})

    def focus(self, client: WireClient, uri: str) -> None:
        client.notify("textDocument/didFocus", {"textDocument": {"uri": uri}})
        place = {"textDocument": {"uri": uri}, "position": self.documents[uri].cursor}
        client.notify("hotseat/didChangeCursor", place)

    def _on_notification(self, method: str, params: Any) -> None:
        if method == "hotseat/status":
            self.status = params
            states = {entry["name"]: entry["state"] for entry in params.get("experts", ())}
            self._states.note(time.monotonic(), self.name, states)


def _about_the_editor(options: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of `initialize`."""
    none: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
    return {**none, "initializationOptions": options}


def _text_of(answer: asyncio.Future[Any]) -> str | None:
    """Return the text of an answer to a completion; None if the server ended or refused it."""
    if answer.cancelled() or answer.exception() is not None:
        return None
    items = (answer.result() or {}).get("items", ())
    return str(items[0]["insertText"]) if items else ""


def _if_a_model_answered(client: WireClient, then: Callable[[], None]) -> None:
    """Ask the server for its last completion, and call `then` if a model wrote for it: what it
    wrote was withheld."""
    _, status = client.begin("hotseat/status", {})

    def on_status(done: asyncio.Future[Any]) -> None:
        if not done.cancelled() and done.exception() is None:
            last = (done.result() or {}).get("lastCompletion") or {}
            if last.get("firstTokenMs") is not None:
                then()

    status.add_done_callback(on_status)
