"""A workspace cannot hurt: odd rosters in it delay no answer, and never the end."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.lsp_client import PATIENCE_S, LspClient
from support.lsp_start import ROSTER, Start
from support.stub_engine import StubEngine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are POSIX's")
SLOWEST_S = 1.0
"""An answer takes a millisecond; this is for a machine that does something else."""


async def answers_while(client: LspClient, seconds: float) -> float:
    """Ask for the status all the time, and return how long the slowest answer took."""
    until_s, slowest_s = time.monotonic() + seconds, 0.0
    while (began_s := time.monotonic()) < until_s:
        await client.request("hotseat/status")
        slowest_s = max(slowest_s, time.monotonic() - began_s)
        await asyncio.sleep(0.01)
    return slowest_s


async def ends(client: LspClient) -> float:
    """Shut down; return the seconds it took."""
    began_s = time.monotonic()
    assert await client.end() == 0
    assert "Traceback" not in client.log
    return time.monotonic() - began_s


@pytest.mark.parametrize("kind", ["stdin", "fd", "pipe", "zero", "shadow"])
@pytest.mark.one_in_ci
async def test_a_roster_that_is_something_else_is_named_and_the_rest_works(
    start: Start, stub: StubEngine, workspace: Path, go_uri: str, kind: str
) -> None:
    path = workspace / ".hotseat" / "experts.yaml"
    path.parent.mkdir()
    target = {
        "stdin": "/dev/stdin",
        "fd": "/dev/fd/0",
        "zero": "/dev/zero",
        "shadow": "/etc/shadow",
    }
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(target[kind])
    client = await start()
    await client.initialize(workspace=workspace)
    client.open(go_uri, "go", "package main")
    await client.until_warm("go")
    assert await client.complete(go_uri, 0, 12) == ["1"]
    assert "experts.yaml:1:1: error: the file cannot be read" in client.log
    assert "root:" not in client.log
    assert await ends(client) < 5


def test_trust_does_not_wait_for_a_pipe(
    roster: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / ".hotseat").mkdir()
    os.mkfifo(workspace / ".hotseat" / "experts.yaml")
    done = subprocess.run(
        [sys.executable, "-m", "hotseat", "trust", str(workspace)],
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
        text=True,
    )
    assert done.returncode != 0
    assert "not a regular file" in done.stderr


@pytest.mark.parametrize("text", ["x " * 500_000, "x " * 127_000], ids=["1 MB", "254 kB"])
@pytest.mark.one_in_ci
async def test_a_large_roster_delays_no_answer_at_the_start_or_while_it_is_edited(
    start: Start, workspace: Path, text: str
) -> None:
    path = workspace / ".hotseat" / "experts.yaml"
    path.parent.mkdir()
    path.write_text(text)
    client = await start()
    await client.initialize(workspace=workspace)
    await client.request("hotseat/status")  # the imports
    assert await answers_while(client, 2) < SLOWEST_S
    await client.until_status(lambda s: s["engine"]["up"])
    uri = path.as_uri()
    client.open(uri, "yaml", text)
    for _ in range(10):
        client.change(uri, ((0, 0), (0, 0), "x "))
    assert await answers_while(client, 3) < SLOWEST_S
    await client.until(lambda: diagnostics(client, uri) != [])
    assert await ends(client) < 8


async def test_4800_patterns_delay_no_answer_and_all_count(
    start: Start, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    path = workspace / ".hotseat" / "experts.yaml"
    path.parent.mkdir()
    lines = [f"  - '*a{i}*b?c[0-9]'\n" for i in range(4799)]
    path.write_text("secrets:\n" + "".join(lines) + "  - 'notes.go'\n")
    client = await start()
    await client.initialize(workspace=workspace)
    client.open(go_uri, "go", "package main")
    await client.until_warm("go")
    await client.until_status(lambda s: s["engine"]["up"])
    for i in range(20):
        client.open((workspace / "deep" / f"file{i}.go").as_uri(), "go", "package main")
    assert await answers_while(client, 1) < SLOWEST_S
    assert await client.complete(go_uri, 0, 12) == ["1"]
    notes = (workspace / "notes.go").as_uri()
    client.open(notes, "go", "package main")
    assert await client.complete(notes, 0, 12) == []
    status = await client.request("hotseat/status")
    assert "secret" in status["lastCompletion"]["note"]


async def test_the_diagnostics_are_those_of_the_newest_text(
    client: LspClient, roster: Path
) -> None:
    await client.until_status(lambda s: s["engine"]["up"])
    uri = roster.as_uri()
    client.open(uri, "yaml", ROSTER)
    for n in range(1, 30):
        client.change(uri, ((0, 0), (0, 0), f"wrong{n}: 1\n"))
    await client.until(lambda: len(diagnostics(client, uri)) == 29)
    client.change(uri, ((0, 0), (29, 0), ""))
    await client.until(lambda: diagnostics(client, uri) == [])


async def test_the_end_does_not_wait_for_a_thread_that_hangs_on_a_file(
    start: Start, stub: StubEngine, workspace: Path
) -> None:
    """As on a network file system whose server is gone."""
    hangs = (
        "import threading, hotseat.session.rosters as r\n"
        "r.load_choice = lambda *a, **k: threading.Event().wait()\n"
        "import sys; sys.argv = ['hotseat', 'lsp']\n"
        "from hotseat.cli.main import main; sys.exit(main())\n"
    )
    async with LspClient([], cwd=workspace, command=[sys.executable, "-c", hangs]) as client:
        await client.initialize(workspace=workspace)
        await client.request("hotseat/status")
        assert await ends(client) < 10


def diagnostics(client: LspClient, uri: str) -> list[object]:
    found = [
        params["diagnostics"]
        for method, params in client.notifications
        if method == "textDocument/publishDiagnostics" and params["uri"] == uri
    ]
    return found[-1] if found else []
