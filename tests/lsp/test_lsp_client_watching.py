"""What other programs do in the workspace, as an editor reports it that watches files itself."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from lsp.test_lsp_watching import CHANGED, git_init, reason, watching
from support.lsp_client import LspClient
from support.lsp_start import Start

CREATED, CHANGED_FILE, DELETED = 1, 2, 3
REGISTER = "client/registerCapability"


def offers(*, relative: bool = True) -> dict[str, Any]:
    watched = {"dynamicRegistration": True, "relativePatternSupport": relative}
    return {"workspace": {"didChangeWatchedFiles": watched}}


def report(client: LspClient, kind: int, *paths: Path) -> None:
    changes = [{"uri": path.as_uri(), "type": kind} for path in paths]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})


def watchers(client: LspClient) -> list[dict[str, Any]]:
    (request,) = [r for r in client.server_requests if r["method"] == REGISTER]
    (registration,) = request["params"]["registrations"]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    found: list[dict[str, Any]] = registration["registerOptions"]["watchers"]
    return found


def n_inotify(client: LspClient) -> int:
    """Return how many inotify descriptors the server has."""
    descriptors = Path(f"/proc/{client.process.pid}/fd")
    if not descriptors.exists():
        pytest.skip("There is no /proc here")
    return sum("inotify" in str(fd.readlink()) for fd in descriptors.iterdir())


@pytest.mark.parametrize("relative", [True, False])
@pytest.mark.one_in_ci
async def test_a_change_that_the_editor_reports_is_weak_attention(
    start: Start, workspace: Path, go_uri: str, relative: bool
) -> None:
    git_init(workspace)
    client = await start("--log-level", "info")
    await client.initialize(workspace=workspace, capabilities=offers(relative=relative))
    client.open(go_uri, "go", "package main\n")
    await watching(client)
    pattern = {"baseUri": workspace.as_uri(), "pattern": "**/*"} if relative else "**/*"
    assert watchers(client) == [{"globPattern": pattern, "kind": 7}]
    assert n_inotify(client) == 0
    (workspace / "dump" / "x.sql").write_text("select 2")
    report(client, CHANGED_FILE, workspace / "dump" / "x.sql")  # git ignores it
    report(client, DELETED, workspace / "query.sql")
    report(client, CHANGED_FILE, workspace / "main.go")  # the editor saves
    (workspace / "page.html").write_text("<p>")
    report(client, CREATED, workspace / "page.html")
    await client.until_status(
        lambda s: any(e.get("reason") == "html changed on disk" for e in s["experts"])
    )
    assert reason(client) != CHANGED
    (workspace / "new").mkdir()
    (workspace / "new" / "query.sql").write_text("select 3")
    report(client, CREATED, workspace / "new")
    await client.until(lambda: reason(client) == CHANGED)
    assert await client.end() == 0
    assert "Traceback" not in client.log


@pytest.mark.extra
async def test_malformed_reports_are_ignored(start: Start, workspace: Path, go_uri: str) -> None:
    git_init(workspace)
    client = await start("--log-level", "info")
    await client.initialize(workspace=workspace, capabilities=offers())
    client.open(go_uri, "go", "package main\n")
    await watching(client)
    odd_changes: list[Any] = [
        None, 5, {}, {"uri": 5, "type": 1}, {"uri": "file://[/x", "type": 2},
        {"uri": "untitled:x.sql", "type": 1}, {"uri": f"{workspace.as_uri()}/x", "type": "2"},
    ]  # fmt: skip
    odd: list[Any] = [None, [], {}, {"changes": None}, {"changes": odd_changes}]
    for params in odd:
        client.notify("workspace/didChangeWatchedFiles", params)
    report(client, CHANGED_FILE, workspace / "query.sql")
    await client.until(lambda: reason(client) == CHANGED)
    assert "Traceback" not in client.log


@pytest.mark.extra
async def test_helix_reports_only_its_own_files_and_so_the_server_watches(
    start: Start, workspace: Path, go_uri: str
) -> None:
    git_init(workspace)
    client = await start("--log-level", "info")
    await client.initialize(
        workspace=workspace, capabilities=offers(), client_info={"name": "helix"}
    )
    client.open(go_uri, "go", "package main\n")
    await watching(client)
    assert not [r for r in client.server_requests if r["method"] == REGISTER]
    (workspace / "query.sql").write_text("select 2")
    await client.until(lambda: reason(client) == CHANGED)


@pytest.mark.extra
async def test_an_editor_that_refuses_is_replaced_by_the_servers_own_watch(
    start: Start, workspace: Path, go_uri: str
) -> None:
    git_init(workspace)
    client = await start("--log-level", "info")
    client.refused.add(REGISTER)
    await client.initialize(workspace=workspace, capabilities=offers())
    client.open(go_uri, "go", "package main\n")
    await watching(client)
    (workspace / "query.sql").write_text("select 2")
    await client.until(lambda: reason(client) == CHANGED)
    assert "does not report changes" in client.log


@pytest.mark.alone
async def test_a_storm_of_reports_does_not_slow_completions(
    start: Start, workspace: Path, go_uri: str
) -> None:
    git_init(workspace)
    client = await start("--log-level", "info")
    await client.initialize(workspace=workspace, capabilities=offers())
    client.open(go_uri, "go", "package main\n")
    await client.until_warm("go")
    await watching(client)

    async def complete_s() -> float:
        client.change(go_uri, ((0, 0), (0, 0), "// "))
        began_s = asyncio.get_running_loop().time()
        await client.complete(go_uri, 0, 3)
        return asyncio.get_running_loop().time() - began_s

    quiet_s = sorted([await complete_s() for _ in range(10)])[5]
    paths = [workspace / f"{i}.sql" for i in range(10_000)]
    stormy_s = []
    for first in range(0, len(paths), 500):
        report(client, CREATED, *paths[first : first + 500])
        stormy_s.append(await complete_s())
    report(client, CREATED, *paths)  # and all at once
    at_once_s = await complete_s()
    async with asyncio.timeout(30):
        while "Too many files change at once" not in client.log:
            await asyncio.sleep(0.05)
    assert reason(client) != CHANGED
    assert sorted(stormy_s)[10] < quiet_s + 0.1, (quiet_s, stormy_s)
    assert at_once_s < quiet_s + 1.0  # most of it is reading a megabyte of JSON
    async with asyncio.timeout(30):
        while reason(client) != CHANGED:
            report(client, CHANGED_FILE, workspace / "query.sql")
            await asyncio.sleep(0.5)
    assert await client.end() == 0
    assert "Traceback" not in client.log
