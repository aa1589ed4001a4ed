"""`hotseat task` in a process of its own: what it prints, writes and refuses."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import pytest

from support.stub_engine import StubEngine

GO = "package main\n\nfunc add(a int, b int) int {\n\treturn a + b\n}\n"
NEW_GO = GO.replace("add", "sum")


@pytest.fixture(autouse=True)
def repository(stub: StubEngine, workspace: Path) -> None:
    stub.templates = dict.fromkeys(stub.models, "{{ .Messages }}")
    stub.chat = ["```go\n", NEW_GO, "```\n"]
    (workspace / "main.go").write_text(GO)
    git(workspace, "init", "-q")


def git(workspace: Path, *arguments: str, stdin: str = "") -> None:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    command = ["git", *identity, *arguments]
    subprocess.run(command, input=stdin.encode(), cwd=workspace, check=True)


async def task(workspace: Path, *arguments: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hotseat", "task", *arguments),
        *("--path", str(workspace)),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        cwd=workspace.parent,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_a_diff_by_default_and_files_only_after_a_yes_and_what_undoes_them(
    roster: Path, stub: StubEngine, workspace: Path
) -> None:
    engine = ("--engine-url", stub.url)
    main = workspace / "main.go"
    status, diff, err = await task(workspace, "Rename add to sum in main.go", *engine)
    assert (status, main.read_text()) == (0, GO), err
    assert "step 1, main.go: done by go" in err
    git(workspace, "apply", "--check", stdin=diff)
    _, out, _ = await task(workspace, "list", "--json")
    (listed,) = json.loads(out)["tasks"]
    assert (listed["state"], listed["done"]) == ("done", 1)

    resume = ("resume", listed["id"], *engine, "--apply")
    status, _, err = await task(workspace, *resume)
    assert (status, main.read_text()) == (1, GO)
    assert "main.go has changes that are not committed" in err
    git(workspace, "add", "main.go")
    git(workspace, "commit", "-q", "-m", "First")
    status, _, err = await task(workspace, *resume)
    assert (status, main.read_text()) == (1, GO)
    assert "no terminal to ask on" in err
    n_asked = len(stub.chats())
    status, out, err = await task(workspace, *resume, "--yes", "--json")
    assert (status, main.read_text()) == (0, NEW_GO), err
    assert json.loads(out)["written"] == ["main.go"]
    assert len(stub.chats()) == n_asked, "what is done is not done again"

    main.write_text(NEW_GO + "// edited\n")
    status, _, err = await task(workspace, "undo", listed["id"], "--yes")
    assert (status, main.read_text()) == (1, NEW_GO + "// edited\n")
    assert "+// edited" in err
    main.write_text(NEW_GO)
    status, out, _ = await task(workspace, "undo", listed["id"], "--yes")
    assert (status, main.read_text(), out.splitlines()[-1]) == (0, GO, "Undone: main.go")


@pytest.mark.extra
async def test_a_step_that_is_not_done_and_a_step_that_is_none_are_errors(
    roster: Path, stub: StubEngine, workspace: Path
) -> None:
    status, out, err = await task(workspace, "Do it", "--step", "main.go")
    assert (status, out) == (1, "")
    assert "'main.go' is not a step" in err
    stub.chat = ["I cannot do that."]
    step = ("--step", "main.go: Break it")
    status, out, err = await task(workspace, "Do it", *step, "--engine-url", stub.url)
    assert (status, out) == (1, "")
    assert "step 1, main.go: failed" in err
    assert "select other lines" not in err
    assert "Not all steps are done." in err
