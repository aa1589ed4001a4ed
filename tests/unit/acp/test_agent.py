"""An editor, played by the SDK's client side, talks to the agent over a socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from acp import (
    PROTOCOL_VERSION,
    Agent,
    Client,
    RequestError,
    connect_to_agent,
    resource_link_block,
    text_block,
)
from acp.core import AgentSideConnection, ClientSideConnection
from acp.schema import (
    AllowedOutcome,
    ClientCapabilities,
    DeniedOutcome,
    FileSystemCapabilities,
    ReadTextFileResponse,
    RequestPermissionResponse,
    WriteTextFileResponse,
)

from hotseat.acp.agent import HotseatAgent
from hotseat.domain.errors import HotseatError

OnPart = Callable[[dict[str, Any]], None]


def step(id_: int, state: str = "waiting", **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "path": f"{id_}.go",
        "action": "edit",
        "what": "rename",
        "state": state,
        "expert": "go",
        "note": "",
        **more,
    }


def task(state: str, *steps: dict[str, Any]) -> dict[str, Any]:
    return {"id": "t1", "instruction": "x", "state": state, "note": "", "steps": list(steps)}


def file(name: str, state: str = "proposed", **more: Any) -> dict[str, Any]:
    texts = {"oldText": "old\n", "newText": "new\n", "diff": f"--- {name}", "note": ""}
    return {"path": name, "state": state, **texts, **more}


class FakeServer:
    """Answers as the language server does; `seen` are the requests."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.parts: list[dict[str, Any]] = []
        self.answer: dict[str, Any] = {"conversation": "c1", "answer": "A mutex locks."}
        self.files = [file("1.go"), file("2.go")]
        self.error: HotseatError | None = None
        self.is_endless = False

    async def in_parts(
        self, method: str, params: Mapping[str, Any], on_part: OnPart
    ) -> dict[str, Any]:
        self.seen.append((method, dict(params)))
        if self.error is not None:
            raise self.error
        if method == "hotseat/ask":
            for part in self.parts:
                on_part(part)
            return self.answer
        planned = task("planned", step(1), step(2))
        if params.get("planOnly"):
            on_part({"task": planned})
            return {"task": planned, "files": [], "edit": None}
        on_part({"step": step(1, "writing")})
        if self.is_endless:
            await asyncio.Event().wait()
        on_part({"step": step(1, "done")})
        done = task("done", step(1, "done"), step(2, "failed", note="prose"))
        return {"task": done, "files": self.files, "edit": None}

    async def request(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        self.seen.append((method, dict(params)))
        return {}

    def actions(self) -> list[str]:
        return [params["action"] for method, params in self.seen if method == "hotseat/tasks"]


class EditorSide:
    """The user chooses `choices` in turn; files are those of `texts`."""

    def __init__(self, *choices: str) -> None:
        self.choices = list(choices)
        self.updates: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.texts = {"1.go": "old\n", "2.go": "old\n"}
        self.changed = asyncio.Event()

    async def session_update(self, session_id: str, update: Any, **_more: Any) -> None:
        self.updates.append(update.model_dump(by_alias=True, exclude_none=True))
        self.changed.set()

    async def request_permission(
        self, session_id: str, tool_call: Any, options: Any, **_more: Any
    ) -> RequestPermissionResponse:
        self.asked.append(tool_call.model_dump(by_alias=True, exclude_none=True))
        choice = self.choices.pop(0)
        if choice == "":
            return RequestPermissionResponse(outcome=DeniedOutcome(outcome="cancelled"))
        outcome = AllowedOutcome(outcome="selected", option_id=choice)
        return RequestPermissionResponse(outcome=outcome)

    async def read_text_file(self, session_id: str, path: str, **_more: Any) -> Any:
        text = self.texts.get(Path(path).name)
        if text is None:
            raise RequestError.resource_not_found(path)
        return ReadTextFileResponse(content=text)

    async def write_text_file(
        self, session_id: str, path: str, content: str, **_more: Any
    ) -> WriteTextFileResponse:
        self.texts[Path(path).name] = content
        return WriteTextFileResponse()

    def texts_of(self, kind: str) -> str:
        chunks = [u["content"]["text"] for u in self.updates if u["sessionUpdate"] == kind]
        return "".join(chunks)


Talk = Callable[[EditorSide], Awaitable[tuple[ClientSideConnection, str]]]


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
async def talk(server: FakeServer, tmp_path: Path) -> AsyncIterator[Talk]:
    """Connects an editor, with a session in `tmp_path`."""
    open_: list[Any] = []

    @asynccontextmanager
    async def open_server(_folder: Path) -> AsyncIterator[FakeServer]:
        yield server

    async def begin(
        editor: EditorSide, *, can_write: bool = True
    ) -> tuple[ClientSideConnection, str]:
        agent = HotseatAgent(open_server)
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=ours)
        there, back = await asyncio.open_connection(sock=theirs)
        side = AgentSideConnection(cast(Agent, agent), writer, reader)
        connection = connect_to_agent(cast(Client, editor), back, there)
        open_.extend([connection, side, agent, (writer, back)])
        fs = FileSystemCapabilities(read_text_file=can_write, write_text_file=can_write)
        await connection.initialize(PROTOCOL_VERSION, ClientCapabilities(fs=fs))
        session = await connection.new_session(cwd=str(tmp_path), mcp_servers=[])
        return connection, session.session_id

    yield begin
    for one in open_:
        if isinstance(one, tuple):
            for stream in one:
                stream.close()
                await asyncio.gather(stream.wait_closed(), return_exceptions=True)
        else:
            await (one.aclose() if isinstance(one, HotseatAgent) else one.close())


async def test_a_question_is_answered_as_it_is_written_and_goes_on(
    talk: Talk, server: FakeServer
) -> None:
    server.parts = [{"note": "go is loading"}, {"expert": "go"}, {"text": "A mutex "}]
    editor = EditorSide()
    connection, session = await talk(editor)
    answer = await connection.prompt(prompt=[text_block("What is a mutex?")], session_id=session)
    assert answer.stop_reason == "end_turn"
    assert editor.texts_of("agent_message_chunk") == "A mutex locks."
    assert "go is loading" in editor.texts_of("agent_thought_chunk")
    await connection.prompt(prompt=[text_block("And a lock?")], session_id=session)
    assert server.seen[-1][1] == {"question": "And a lock?", "conversation": "c1"}


async def test_files_of_the_workspace_are_named_and_others_are_not(
    talk: Talk, server: FakeServer, tmp_path: Path
) -> None:
    connection, session = await talk(EditorSide())
    inside = (tmp_path / "shop" / "cart.go").as_uri()
    blocks: list[Any] = [
        text_block("Explain "),
        resource_link_block("cart.go", inside),
        resource_link_block("passwd", "file:///etc/passwd"),
    ]
    await connection.prompt(prompt=blocks, session_id=session)
    assert server.seen[0][1]["question"] == "Explain @shop/cart.go passwd"


async def test_a_task_is_planned_run_and_reviewed_file_by_file(
    talk: Talk, server: FakeServer
) -> None:
    editor = EditorSide("run", "reject", "accept")
    connection, session = await talk(editor)
    await connection.set_session_mode(mode_id="task", session_id=session)
    answer = await connection.prompt(prompt=[text_block("Rename it")], session_id=session)
    assert answer.stop_reason == "end_turn"
    assert [call["title"] for call in editor.asked][1:] == ["Write 1.go", "Write 2.go"]
    diff = editor.asked[1]["content"][0]
    assert (diff["type"], diff["oldText"], diff["newText"]) == ("diff", "old\n", "new\n")
    assert editor.texts == {"1.go": "old\n", "2.go": "new\n"}
    plans = [u["entries"] for u in editor.updates if u["sessionUpdate"] == "plan"]
    assert [entry["status"] for entry in plans[0]] == ["pending", "pending"]
    assert plans[-1][1]["content"] == "Edit 2.go: rename (failed: prose)"
    assert server.actions() == ["applied"]


async def test_a_plan_that_is_refused_is_not_run(talk: Talk, server: FakeServer) -> None:
    editor = EditorSide("")
    connection, session = await talk(editor)
    await connection.set_session_mode(mode_id="task", session_id=session)
    await connection.prompt(prompt=[text_block("Rename it")], session_id=session)
    assert [params.get("planOnly") for _, params in server.seen] == [True]
    assert editor.texts_of("agent_message_chunk") == "Nothing was run.\n"


async def test_a_file_that_changed_meanwhile_is_left_alone(talk: Talk, server: FakeServer) -> None:
    server.files.append(file("3.go", "conflict", note="it changed while the task ran"))
    editor = EditorSide("run", "accept-all")
    editor.texts["1.go"] = "typed meanwhile\n"
    connection, session = await talk(editor)
    await connection.set_session_mode(mode_id="task", session_id=session)
    await connection.prompt(prompt=[text_block("Rename it")], session_id=session)
    assert editor.texts == {"1.go": "typed meanwhile\n", "2.go": "new\n"}
    said = editor.texts_of("agent_message_chunk")
    assert "1.go changed while the task ran" in said
    assert "3.go was left alone: it changed" in said


async def test_an_editor_without_files_gets_the_difference(talk: Talk, server: FakeServer) -> None:
    editor = EditorSide("run")
    connection, session = await cast(Any, talk)(editor, can_write=False)
    await connection.set_session_mode(mode_id="task", session_id=session)
    await connection.prompt(prompt=[text_block("Rename it")], session_id=session)
    assert "--- 1.go" in editor.texts_of("agent_message_chunk")
    assert server.actions() == []


async def test_cancelling_stops_the_task_in_the_server(talk: Talk, server: FakeServer) -> None:
    server.is_endless = True
    editor = EditorSide("run")
    connection, session = await talk(editor)
    await connection.set_session_mode(mode_id="task", session_id=session)
    prompt = asyncio.ensure_future(
        connection.prompt(prompt=[text_block("Rename it")], session_id=session)
    )
    async with asyncio.timeout(10):
        while not any(update["sessionUpdate"] == "tool_call" for update in editor.updates):
            editor.changed.clear()
            await editor.changed.wait()
        await connection.cancel(session_id=session)
        answer = await prompt
    assert answer.stop_reason == "cancelled"
    assert server.actions() == ["cancel"]


async def test_what_cannot_be_done_is_refused(talk: Talk) -> None:
    connection, session = await talk(EditorSide())
    with pytest.raises(RequestError, match="holds no text"):
        await connection.prompt(prompt=[], session_id=session)
    with pytest.raises(RequestError, match="there is no mode write"):
        await connection.set_session_mode(mode_id="write", session_id=session)
    with pytest.raises(RequestError, match="not the absolute path of a folder"):
        await connection.new_session(cwd="nowhere", mcp_servers=[])


async def test_an_error_says_what_to_do(talk: Talk, server: FakeServer) -> None:
    server.error = HotseatError("No engine answers", hint="Run `hotseat doctor`")
    connection, session = await talk(EditorSide())
    with pytest.raises(RequestError, match=r"No engine answers\. Run `hotseat doctor`"):
        await connection.prompt(prompt=[text_block("x")], session_id=session)
