"""The person's experts.yaml in the editor: missing, broken, mended."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hotseat.session.trusted import TrustedWorkspaces
from support.lsp_client import LspClient, expert_in
from support.lsp_start import ROSTER, Start
from support.stub_engine import StubEngine

BROKEN = ROSTER + "  - {name: new, languages: [rust]}\n  - {nam: x}\n"


def diagnostics(client: LspClient, uri: str) -> list[dict[str, Any]] | None:
    """The newest that were published for the file."""
    found = published(client, uri)
    return found[-1] if found else None


def published(client: LspClient, uri: str) -> list[list[dict[str, Any]]]:
    return [
        params["diagnostics"]
        for method, params in client.notifications
        if method == "textDocument/publishDiagnostics" and params["uri"] == uri
    ]


async def test_a_broken_roster_is_shown_where_it_is_broken(start: Start, roster: Path) -> None:
    roster.write_text(BROKEN)
    client = await start()
    await client.initialize()
    status = await client.until_status(lambda s: s["engine"]["up"])
    assert expert_in(status, "go")["model"] == "go:1b"  # what is right in it counts
    uri = roster.as_uri()
    client.open(uri, "yaml", BROKEN)
    await client.until(lambda: bool(diagnostics(client, uri)))
    found = diagnostics(client, uri)
    assert found is not None
    lines = [d["range"]["start"]["line"] for d in found]
    broken = BROKEN.splitlines()
    bad = {line.strip() for line in broken if "new" in line or "nam: x" in line}
    assert {broken[line].strip() for line in lines} == bad
    assert all(d["source"] == "hotseat" and d["message"] for d in found)


@pytest.mark.extra
async def test_mending_it_takes_the_diagnostics_away_and_saving_it_counts(
    start: Start, roster: Path
) -> None:
    client = await start()
    await client.initialize()
    await client.until_status(lambda s: s["engine"]["up"])
    uri = roster.as_uri()
    broken = ROSTER.replace("languages: [go]", "languages: 5")
    client.open(uri, "yaml", broken)
    await client.until(lambda: bool(diagnostics(client, uri)))
    line = next(i for i, text in enumerate(broken.splitlines()) if "languages: 5" in text)
    found = diagnostics(client, uri)
    assert found is not None
    assert found[0]["range"]["start"]["line"] == line
    column = broken.splitlines()[line].index("5")
    client.change(uri, ((line, column), (line, column + 1), "[go, rust]"))
    await client.until(lambda: diagnostics(client, uri) == [])
    mended = ROSTER.replace("languages: [go]", "languages: [go, rust]")
    roster.write_text(mended.replace("600MB", "500MB"))
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    await client.until_status(lambda s: expert_in(s, "go")["languages"] == ["go", "rust"])
    await client.until_status(lambda s: s["memory"]["budgetBytes"] == 500_000_000)


@pytest.mark.parametrize("data", [b"experts: [", b"\xff\xfe\x00bad", b"a: &a [*a]"])
@pytest.mark.one_in_ci
async def test_a_roster_that_is_no_roster_is_survived(
    start: Start, roster: Path, data: bytes
) -> None:
    roster.write_bytes(data)
    client = await start()
    await client.initialize()
    status = await client.until_status(lambda s: s["engine"]["up"])
    assert status["experts"] != []  # the shipped ones
    client.open(roster.as_uri(), "yaml", data.decode("utf-8", "surrogateescape"))
    client.change(roster.as_uri(), ((0, 0), (0, 0), "\ud800: ["))
    assert (await client.request("hotseat/status"))["experts"] != []


@pytest.mark.parametrize("kind", ["missing", "directory"])
@pytest.mark.one_in_ci
async def test_a_roster_that_cannot_be_read_is_said(
    start: Start, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "other.yaml"
    if kind == "directory":
        path.mkdir()
    client = await start("--roster", str(path))
    await client.initialize()
    status = await client.until_status(lambda s: s["engine"]["up"])
    assert status["experts"] != []
    await client.until(lambda: shown(client) != [])
    assert "other.yaml" in shown(client)[0]


async def test_a_runtime_directory_that_cannot_be_used_is_said(
    start: Start, tmp_path: Path, go_uri: str
) -> None:
    (tmp_path / "run").write_text("a file")
    client = await start()
    await client.initialize()
    status = await client.until_status(lambda s: "runtime directory" in s["engine"]["message"])
    assert "HOTSEAT_RUNTIME_DIR" in status["engine"]["message"]
    client.open(go_uri, "go", "package main")
    assert await client.complete(go_uri, 0, 3) == []


@pytest.mark.parametrize("url", ["http://[", "nonsense"])
@pytest.mark.one_in_ci
async def test_an_engine_address_that_is_none_is_said(start: Start, url: str) -> None:
    client = await start("--engine-url", url)
    await client.initialize()
    status = await client.until_status(
        lambda s: s["engine"]["message"] not in ("", "Starting", "Connecting")
    )
    assert url in status["engine"]["message"]


def shown(client: LspClient) -> list[str]:
    return [p["message"] for method, p in client.notifications if method == "window/showMessage"]


@pytest.mark.parametrize(
    ("options", "budget"), [(None, 300), ({"trusted": False}, 600), ({"trusted": True}, 300)]
)
@pytest.mark.one_in_ci
async def test_a_trusted_workspace_is_trusted_unless_the_editor_says_otherwise(
    start: Start, workspace: Path, options: dict[str, Any] | None, budget: int
) -> None:
    path = workspace / ".hotseat" / "experts.yaml"
    path.parent.mkdir()
    path.write_text("budget: 300MB\n")
    TrustedWorkspaces().add(workspace)
    client = await start()
    await client.initialize(workspace=workspace, options=options)
    await client.until_status(lambda s: s["memory"].get("budgetBytes") == budget * 1_000_000)


async def hotseat_trust(*arguments: str | Path) -> None:
    """As the person runs it, beside the editor."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hotseat", "trust", *map(str, arguments), stdout=subprocess.DEVNULL
    )
    assert await process.wait() == 0


@pytest.mark.extra
async def test_an_open_window_follows_what_the_person_trusts(
    client: LspClient, workspace: Path
) -> None:
    path = workspace / ".hotseat" / "experts.yaml"
    path.parent.mkdir()
    path.write_text("budget: 300MB\n")
    await client.until_status(lambda s: s["memory"].get("budgetBytes") == 600_000_000)
    uri = path.as_uri()
    client.open(uri, "yaml", path.read_text())
    await client.until(lambda: bool(diagnostics(client, uri)))
    await hotseat_trust(workspace)
    await client.until_status(lambda s: s["memory"]["budgetBytes"] == 300_000_000)
    await client.until(lambda: diagnostics(client, uri) == [])
    path.write_text("budget: 400MB\n")  # by a `git pull`
    await hotseat_trust(workspace)
    await client.until_status(lambda s: s["memory"]["budgetBytes"] == 400_000_000)
    await hotseat_trust("--remove", workspace)
    await client.until_status(lambda s: s["memory"]["budgetBytes"] == 600_000_000)


def budget_is(mega_bytes: int) -> Callable[[dict[str, Any]], bool]:
    return lambda status: status.get("memory", {}).get("budgetBytes") == mega_bytes * 1_000_000


def with_budget(mega_bytes: int) -> str:
    return ROSTER.replace("600MB", f"{mega_bytes}MB")


async def test_the_users_file_is_followed_however_it_is_written(
    client: LspClient, roster: Path, tmp_path: Path
) -> None:
    await client.until_status(budget_is(600))
    roster.write_text(with_budget(500))
    await client.until_status(budget_is(500))
    draft = tmp_path / "draft.yaml"
    draft.write_text(with_budget(400))
    draft.replace(roster)  # as most editors save
    await client.until_status(budget_is(400))
    for mega_bytes in (300, 200):  # the second time only the link's target changes
        (tmp_path / f"{mega_bytes}.yaml").write_text(with_budget(mega_bytes))
        link = tmp_path / "link"
        link.symlink_to(tmp_path / f"{mega_bytes}.yaml")
        link.replace(roster)
        await client.until_status(budget_is(mega_bytes))
    roster.unlink()
    await client.until_status(lambda s: expert_in(s, "go")["model"] != "go:1b")
    roster.write_text(with_budget(100))
    await client.until_status(budget_is(100))


async def test_a_file_that_breaks_keeps_the_last_good_roster_and_is_reported_once(
    client: LspClient, roster: Path
) -> None:
    await client.until_status(budget_is(600))
    uri = roster.as_uri()
    roster.write_text(with_budget(500) + "experts: [\n")
    await client.until(lambda: bool(diagnostics(client, uri)))
    assert len(shown(client)) == 1
    assert f"{roster}:" in shown(client)[0]
    assert "does not count" in shown(client)[0]
    os.utime(roster)  # the same again
    await client.until(lambda: len(published(client, uri)) == 2)
    status = await client.request("hotseat/status")
    assert expert_in(status, "go")["model"] == "go:1b"
    assert status["memory"]["budgetBytes"] == 600_000_000
    assert len(shown(client)) == 1
    roster.write_text(with_budget(500))
    await client.until_status(budget_is(500))
    await client.until(lambda: diagnostics(client, uri) == [])


@pytest.mark.extra
async def test_the_workspaces_own_file_is_followed(client: LspClient, workspace: Path) -> None:
    await client.until_status(budget_is(600))
    path = workspace / ".hotseat" / "experts.yaml"
    path.parent.mkdir()
    path.write_text("budget: 300MB\ndisabled: [html]\n")
    await client.until(lambda: bool(diagnostics(client, path.as_uri())))  # it is not trusted
    await hotseat_trust(workspace)
    await client.until_status(budget_is(300))
    path.write_text("budget: 200MB\n")  # by a `git pull`: trusted no longer
    await client.until_status(budget_is(600))


@pytest.mark.extra
async def test_what_was_trusted_ends_with_the_trust_also_if_the_file_breaks(
    client: LspClient, workspace: Path
) -> None:
    path = workspace / ".hotseat" / "experts.yaml"
    path.parent.mkdir()
    path.write_text("budget: 300MB\n")
    await hotseat_trust(workspace)
    await client.until_status(budget_is(300))
    path.write_text("budget: [\n")
    await client.until_status(budget_is(600))


@pytest.mark.extra
async def test_it_leaves_the_engine_of_a_workspace_that_is_trusted_no_longer(
    roster: Path, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    async with StubEngine() as theirs:
        theirs.models, theirs.completion = dict(stub.models), ["2"]
        roster.write_text(ROSTER.replace("engine: ollama", engine_at(stub)))
        path = workspace / ".hotseat" / "experts.yaml"
        path.parent.mkdir()
        path.write_text(engine_at(theirs))
        async with LspClient([], cwd=workspace) as client:
            await client.initialize(workspace=workspace)
            client.open(go_uri, "go", "package main")
            for trust, engine in ((True, theirs), (False, stub)):
                await hotseat_trust(*([] if trust else ["--remove"]), workspace)
                await client.until_status(lambda s, at=engine: s["engine"]["url"] == at.url)
                await client.until_warm("go")
                assert await client.complete(go_uri, 0, 12) == engine.completion
            n_asked = len(theirs.prompts())
            client.change(go_uri, ((0, 12), (0, 12), "x"))
            assert await client.complete(go_uri, 0, 13) == ["1"]
            assert len(theirs.prompts()) == n_asked


def engine_at(engine: StubEngine) -> str:
    return f"engine: {{kind: ollama, host: '{engine.url}'}}\n"
