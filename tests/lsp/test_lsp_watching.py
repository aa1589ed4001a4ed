"""What other programs do in the workspace, as an editor sees it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from support.lsp_client import LspClient, expert_in
from support.lsp_start import Start

CHANGED = "sql changed on disk"
STORM = """
import itertools, sys
for i in itertools.count() if sys.argv[2] == "endless" else range(int(sys.argv[2])):
    with open(f"{sys.argv[1]}/{i % 10_000}.sql", "w") as file:
        file.write("x")
"""


def reason(client: LspClient) -> str:
    return str(expert_in(client.status, "sql").get("reason"))


def git_init(workspace: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=workspace, check=True)
    (workspace / ".gitignore").write_text("/dump\n")
    (workspace / "dump").mkdir()
    (workspace / "query.sql").write_text("select 1")


async def watching(client: LspClient) -> None:
    """The folders are watched."""
    async with asyncio.timeout(60):
        while "Watching" not in client.log:
            await asyncio.sleep(0.05)


@asynccontextmanager
async def storm(folder: Path, n_files: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another program that writes so many files."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STORM, str(folder), n_files
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_language_that_another_program_writes_is_wanted(
    start: Start, workspace: Path, go_uri: str
) -> None:
    git_init(workspace)
    client = await start("--log-level", "info")
    await client.initialize(workspace=workspace)
    client.open(go_uri, "go", "package main\n")
    await watching(client)
    (workspace / "dump" / "x.sql").write_text("select 2")
    (workspace / "main.go").write_text("package main\n")  # the editor saves
    (workspace / "page.html").write_text("<p>")
    status = await client.until_status(
        lambda s: "html changed on disk" in expert_in(s, "markup").get("reason", "")
    )
    assert reason(client) != CHANGED
    assert expert_in(status, "markup")["demanded"] is False
    assert expert_in(status, "go")["reason"] == "go is under the cursor"
    (workspace / "query.sql").write_text("select 2")
    await client.until(lambda: reason(client) == CHANGED)
    assert await client.end() == 0


@pytest.mark.extra
async def test_it_can_be_switched_off(start: Start, workspace: Path) -> None:
    without = await start("--log-level", "info")
    await without.initialize(workspace=workspace, options={"watchFiles": False})
    await without.until_status(lambda s: s["engine"]["up"])
    client = await start("--log-level", "info")
    await client.initialize(workspace=workspace)
    await watching(client)
    assert "Watching" not in without.log


async def test_a_storm_passes_while_completions_go_on(
    start: Start, workspace: Path, go_uri: str
) -> None:
    git_init(workspace)
    client = await start("--log-level", "info")
    await client.initialize(workspace=workspace)
    client.open(go_uri, "go", "package main\n")
    await client.until_warm("go")
    await watching(client)
    async with storm(workspace, "10000") as process:
        while process.returncode is None:
            client.change(go_uri, ((0, 0), (0, 0), "// "))
            await client.complete(go_uri, 0, 3)
        async with asyncio.timeout(30):
            while (
                "Too many files change at once" not in client.log
                or client.log.count("Watching") < 2
            ):
                await asyncio.sleep(0.05)
    assert reason(client) != CHANGED
    async with asyncio.timeout(30):
        while reason(client) != CHANGED:  # a storm that was long is looked away from for longer
            (workspace / "query.sql").write_text("select 3")
            await asyncio.sleep(0.5)
    rss_mb = psutil.Process(client.process.pid).memory_info().rss / 1e6
    assert rss_mb < 120
    assert await client.end() == 0
    assert "Traceback" not in client.log


@pytest.mark.extra
async def test_a_server_ends_in_the_middle_of_a_storm(start: Start, workspace: Path) -> None:
    git_init(workspace)
    client = await start("--log-level", "info")
    await client.initialize(workspace=workspace)
    await watching(client)
    async with storm(workspace, "endless"):
        await asyncio.sleep(0.5)
        assert await client.end() == 0
    assert "Traceback" not in client.log


@pytest.mark.extra
async def test_a_server_whose_editor_dies_in_a_storm_ends_too(
    start: Start, workspace: Path
) -> None:
    git_init(workspace)
    editor = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE
    )
    client = await start("--log-level", "info")
    await client.initialize(workspace=workspace, process_id=editor.pid)
    await watching(client)
    async with storm(workspace, "endless"):
        editor.kill()
        await editor.wait()
        async with asyncio.timeout(30):
            await client.process.wait()
