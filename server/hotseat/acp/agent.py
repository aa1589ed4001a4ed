"""The agent: sessions, their modes, and prompts."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from acp import (
    PROTOCOL_VERSION,
    InitializeResponse,
    NewSessionResponse,
    PromptResponse,
    RequestError,
    SetSessionModeResponse,
    update_agent_message_text,
    update_agent_thought_text,
)
from acp.interfaces import Client
from acp.schema import (
    AgentCapabilities,
    ClientCapabilities,
    Implementation,
    PromptCapabilities,
    SessionMode,
    SessionModeState,
)

from hotseat import __version__
from hotseat.acp.prompts import prompt_text
from hotseat.acp.server import OpenServer, Server
from hotseat.acp.task_turn import TaskTurn
from hotseat.acp.updates import Updates
from hotseat.domain.errors import HotseatError

log = logging.getLogger(__name__)

ASK, TASK = "ask", "task"
_MODES = [
    SessionMode(id=ASK, name="Ask", description="Questions: the expert of the language answers"),
    SessionMode(
        id=TASK,
        name="Task",
        description="Changes over several files: a plan, a step for each file, and your review",
    ),
]


@dataclass(slots=True)
class _Session:
    """`running` is the prompt under way."""

    folder: Path
    server: Server
    mode: str = ASK
    conversation: str | None = None
    running: asyncio.Task[Any] | None = None


class HotseatAgent:
    """Answers prompts of one editor. `aclose` ends the language servers."""

    def __init__(self, open_server: OpenServer) -> None:
        self._open_server = open_server
        self._servers = AsyncExitStack()
        self._sessions: dict[str, _Session] = {}
        self._numbers = count(1)
        self._client: Client | None = None
        self._capabilities = ClientCapabilities()

    def on_connect(self, conn: Client) -> None:
        """The connection to the editor is there."""
        self._client = conn

    async def aclose(self) -> None:
        """End the language servers."""
        await self._servers.aclose()

    async def initialize(
        self,
        protocol_version: int,
        client_capabilities: ClientCapabilities | None = None,
        client_info: Implementation | None = None,
        **_more: Any,
    ) -> InitializeResponse:
        self._capabilities = client_capabilities or ClientCapabilities()
        return InitializeResponse(
            protocol_version=min(protocol_version, PROTOCOL_VERSION),
            agent_capabilities=AgentCapabilities(
                prompt_capabilities=PromptCapabilities(embedded_context=True)
            ),
            agent_info=Implementation(name="hotseat", title="Hotseat", version=__version__),
        )

    async def new_session(self, cwd: str, **_more: Any) -> NewSessionResponse:
        folder = Path(cwd)
        if not folder.is_absolute() or not folder.is_dir():
            raise RequestError(-32602, f"{cwd} is not the absolute path of a folder")
        try:
            server = await self._servers.enter_async_context(self._open_server(folder))
        except HotseatError as error:
            raise _refused(error) from None
        id_ = f"hotseat-{next(self._numbers)}"
        self._sessions[id_] = _Session(folder, server)
        modes = SessionModeState(current_mode_id=ASK, available_modes=_MODES)
        return NewSessionResponse(session_id=id_, modes=modes)

    async def set_session_mode(
        self, session_id: str, mode_id: str, **_more: Any
    ) -> SetSessionModeResponse:
        if mode_id not in (ASK, TASK):
            raise RequestError(-32602, f"there is no mode {mode_id}; there are {ASK} and {TASK}")
        self._session(session_id).mode = mode_id
        return SetSessionModeResponse()

    async def prompt(self, session_id: str, prompt: list[Any], **_more: Any) -> PromptResponse:
        session = self._session(session_id)
        if session.running is not None:
            raise RequestError(-32600, "a prompt is under way in this session: cancel it first")
        text = prompt_text(prompt, session.folder)
        if not text:
            raise RequestError(-32602, "the prompt holds no text")
        assert self._client is not None
        updates = Updates(self._client, session_id)
        work = self._ask if session.mode == ASK else self._task
        session.running = asyncio.ensure_future(work(session, text, updates))
        try:
            await session.running
        except asyncio.CancelledError:
            return PromptResponse(stop_reason="cancelled")
        except HotseatError as error:
            raise _refused(error) from None
        finally:
            session.running = None
            await updates.aclose()
        return PromptResponse(stop_reason="end_turn")

    async def cancel(self, session_id: str, **_more: Any) -> None:
        session = self._sessions.get(session_id)
        if session is not None and session.running is not None:
            session.running.cancel()

    async def _ask(self, session: _Session, question: str, updates: Updates) -> None:
        answer = _Answer(updates)
        params = {"question": question}
        if session.conversation is not None:
            params["conversation"] = session.conversation
        result = await session.server.in_parts("hotseat/ask", params, answer.part)
        session.conversation = result.get("conversation")
        answer.end(str(result.get("answer") or ""))

    async def _task(self, session: _Session, instruction: str, updates: Updates) -> None:
        assert self._client is not None
        turn = TaskTurn(
            session.server, self._client, updates, session.folder, capabilities=self._capabilities
        )
        await turn.run(instruction)

    def _session(self, id_: str) -> _Session:
        session = self._sessions.get(id_)
        if session is None:
            raise RequestError(-32602, f"there is no session {id_}")
        return session


class _Answer:
    """Text that was sent cannot be taken back: if an answer begins again, what is the same is not
    sent again, and the rest follows."""

    def __init__(self, updates: Updates) -> None:
        self._updates = updates
        self._text = ""
        self._sent = ""

    def part(self, part: dict[str, Any]) -> None:
        if "expert" in part:
            self._text = ""
        if note := part.get("note"):
            self._updates.send(update_agent_thought_text(f"{note}\n"))
        if text := str(part.get("text") or ""):
            self._text += text
            self._send()

    def end(self, answer: str) -> None:
        self._text = answer
        self._send()

    def _send(self) -> None:
        if self._sent.startswith(self._text):
            return
        is_longer = self._text.startswith(self._sent)
        new = self._text[len(self._sent) :] if is_longer else f"\n\n{self._text}"
        self._sent = self._text
        self._updates.send(update_agent_message_text(new))


def _refused(error: HotseatError) -> RequestError:
    hint = f" {error.hint}" if error.hint else ""
    return RequestError(-32603, f"{error.message}.{hint}" if hint else error.message)
