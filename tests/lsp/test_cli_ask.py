"""`hotseat ask` in a process of its own, with a scripted engine."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from support.stub_engine import Reply, Seen, StubEngine

CHAT = "{{ .Messages }}"
GO = "package main\n\nfunc add(a int, b int) int {\n\treturn a + b\n}\n"
Run = Callable[..., Awaitable[Process]]


@pytest.fixture
async def run(roster: Path, stub: StubEngine, workspace: Path) -> AsyncIterator[Run]:
    """Starts `hotseat ask` in the workspace; what has not ended is killed."""
    stub.templates = dict.fromkeys(stub.models, CHAT)
    async with AsyncExitStack() as stack:

        async def start(*arguments: str, stdin: int = DEVNULL) -> Process:
            command = [sys.executable, "-m", "hotseat", "ask", "--engine-url", stub.url]
            process = await asyncio.create_subprocess_exec(
                *command, *arguments, stdin=stdin, stdout=PIPE, stderr=PIPE, cwd=workspace
            )
            stack.push_async_callback(_end, process)
            return process

        yield start


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.communicate()


async def test_a_question_about_lines_of_a_file(
    run: Run, stub: StubEngine, workspace: Path
) -> None:
    stub.chat = ["It \x1b[31madds.", "\nYes.\n"]
    (workspace / "main.go").write_text(GO)
    process = await run("What is it?", "--file", "main.go", "--range", "4:4")
    out, err = await process.communicate()
    assert (process.returncode, out.decode()) == (0, "It [31madds.\nYes.\n")
    assert "go answers:" in err.decode()
    (asked,) = stub.chats()
    assert "from line 4:\n```go\n\treturn a + b\n```" in asked["messages"][-1]["content"]


async def test_text_on_stdin_is_shown_like_a_file(run: Run, stub: StubEngine) -> None:
    process = await run("What is this?", stdin=PIPE)
    out, err = await process.communicate("SELECT 1;\n-- größer\n".encode())
    assert (process.returncode, out.decode()) == (0, "An answer.\n"), err
    assert b"lines of stdin" not in err, "everything was shown"
    (asked,) = stub.chats()
    assert "What is this?" in asked["messages"][-1]["content"]
    assert "SELECT 1;\n-- größer" in asked["messages"][-1]["content"]


@pytest.mark.extra
async def test_long_text_on_stdin_is_cut_and_that_is_said(run: Run, stub: StubEngine) -> None:
    process = await run("What is this?", stdin=PIPE)
    _, err = await process.communicate(b"INFO a line of a log\n" * 100_000)
    assert process.returncode == 0, err
    assert b"Only the first 1 MB of stdin are read." in err
    assert re.search(rb"shown \d+ of the [\d,]+ lines of stdin", err)
    (asked,) = stub.chats()
    assert len(asked["messages"][-1]["content"]) < 20_000


@pytest.mark.extra
async def test_stdin_beside_a_file_is_part_of_the_question(
    run: Run, stub: StubEngine, workspace: Path
) -> None:
    (workspace / "main.go").write_text(GO)
    process = await run("Why?", "--file", "main.go", stdin=PIPE)
    _, err = await process.communicate(b"panic: " + b"x" * 5000)
    assert process.returncode == 0, err
    assert b"first 4,000 characters of stdin" in err
    (asked,) = stub.chats()
    assert "panic: xxx" in asked["messages"][-1]["content"]
    assert "return a + b" in asked["messages"][-1]["content"]


@pytest.mark.extra
async def test_the_question_itself_comes_from_stdin(run: Run, stub: StubEngine) -> None:
    process = await run("-", stdin=PIPE)
    await process.communicate(b"What is a mutex?\n")
    assert process.returncode == 0
    (asked,) = stub.chats()
    assert asked["messages"][-1]["content"] == "What is a mutex?"


@pytest.mark.parametrize(
    ("question", "data", "reason"),
    [
        ("-", b" \n", "stdin holds no question"),
        ("What is it?", b"\x7fELF\x02\x00\x00", "stdin is not text in UTF-8"),
        ("What is it?", b"caf\xe9", "stdin is not text in UTF-8"),
    ],
)
async def test_unusable_stdin_is_refused(
    run: Run, stub: StubEngine, question: str, data: bytes, reason: str
) -> None:
    process = await run(question, stdin=PIPE)
    out, err = await process.communicate(data)
    assert (process.returncode, out) == (1, b"")
    assert reason in err.decode()
    assert stub.chats() == []


async def test_json_is_one_object(run: Run, stub: StubEngine) -> None:
    process = await run("What is a mutex?", "--json")
    out, _ = await process.communicate()
    answer = json.loads(out)
    assert answer["answer"] == "An answer."
    assert answer["contributions"][0]["expert"] == "generalist"


async def test_ctrl_c_stops_it_on_the_wire(run: Run, stub: StubEngine) -> None:
    async def half(seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.chunk({"message": {"content": "Half"}})
        await seen.hung_up.wait()

    stub.answers["/api/chat"] = half
    process = await run("Everything?")
    assert process.stdout is not None
    assert await process.stdout.readexactly(4) == b"Half"
    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()
    assert process.returncode == 130
    assert out == b"\n"
    assert b"Traceback" not in err
    (seen,) = stub.seen("/api/chat")
    await asyncio.wait_for(seen.hung_up.wait(), 5)


@pytest.mark.extra
async def test_who_reads_no_further_stops_it(run: Run, stub: StubEngine) -> None:
    more = asyncio.Event()

    async def on_and_on(seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.chunk({"message": {"content": "Half"}})
        await more.wait()
        await reply.chunk({"message": {"content": " and more"}})
        await seen.hung_up.wait()

    stub.answers["/api/chat"] = on_and_on
    process = await run("Everything?")
    assert process.stdout is not None
    await process.stdout.readexactly(4)
    process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
    more.set()
    assert process.stderr is not None
    err = await process.stderr.read()
    assert await process.wait() == 1
    assert b"Traceback" not in err
    (seen,) = stub.seen("/api/chat")
    await asyncio.wait_for(seen.hung_up.wait(), 5)


async def test_a_roster_that_is_not_there_is_said(run: Run) -> None:
    process = await run("?", "--roster", "nowhere.yaml")
    _, err = await process.communicate()
    assert process.returncode == 1
    assert b"there is no roster 'nowhere.yaml'" in err
    assert b"Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["?", "--range", "1:2"], "--range needs a file"),
        (["?", "--file", "none.go"], "none.go cannot be read"),
        (["?", "--file", ".", "--range", "1"], "cannot be read"),
        (["?", "--file", "a.go", "--range", "9:3"], "'9:3' is not a range of lines"),
        (["?", "--expert", "nobody"], "There is no expert 'nobody'"),
        (["?", "--file", ".env"], "may hold secrets"),
    ],
)
@pytest.mark.one_in_ci
async def test_what_is_wrong_is_said_in_a_sentence(
    run: Run, workspace: Path, arguments: list[str], reason: str
) -> None:
    (workspace / "a.go").write_text(GO)
    (workspace / ".env").write_text("TOKEN=1\n")
    process = await run(*arguments)
    out, err = await process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert reason in err.decode()
    assert b"Traceback" not in err


@pytest.mark.skipif(sys.platform != "linux", reason="directories as on Linux")
@pytest.mark.parametrize(
    ("variable", "works"), [("XDG_DATA_HOME", True), ("HOTSEAT_RUNTIME_DIR", False)]
)
@pytest.mark.one_in_ci
async def test_doctor_does_not_contradict_ask(
    run: Run, stub: StubEngine, monkeypatch: pytest.MonkeyPatch, variable: str, works: bool
) -> None:
    monkeypatch.setenv(variable, "/proc/nope")
    process = await run("What is a mutex?")
    _, err = await process.communicate()
    doctor = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hotseat", "doctor", "--json", "--engine-url", stub.url),
        stdout=PIPE,
    )
    out, _ = await doctor.communicate()
    findings = json.loads(out)["findings"]
    bad = {f["subject"] for f in findings if f["verdict"] == "bad"} - {"model"}
    assert (process.returncode == 0, bad == set()) == (works, works), (err, bad)
    assert works or doctor.returncode == 1
