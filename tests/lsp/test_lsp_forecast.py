"""The setting `forecast`: with habits, and without."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from support.lsp_client import expert_in
from support.lsp_start import Start


@pytest.mark.parametrize("forecast", [True, False])
async def test_without_a_forecast_recency_decides_and_nothing_is_kept(
    start: Start, workspace: Path, tmp_path: Path, go_uri: str, forecast: bool
) -> None:
    commit_in_turn(workspace, "index.html", "main.go")
    kept = tmp_path / "data" / "hotseat" / "workspaces"
    client = await start()
    await client.initialize(options={"forecast": forecast}, workspace=workspace)
    client.open((workspace / "index.html").as_uri(), "html", "<p>")
    await client.until_warm("markup")
    client.open(go_uri, "go", "package main")
    status = await client.until_status(lambda s: expert_in(s, "go").get("demanded", False))
    assert ("html was left" in expert_in(status, "markup")["reason"]) == (not forecast)
    if forecast:  # learned from the commits, beside everything else
        await client.until(lambda: any(kept.glob("*.sqlite")))
    assert await client.end() == 0
    assert kept.exists() == forecast


def commit_in_turn(workspace: Path, *names: str) -> None:
    """A history in which the files are changed in turn."""
    identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")
    subprocess.run(["git", "init", "-q"], cwd=workspace, check=True)
    for name in names:
        (workspace / name).write_text("")
        subprocess.run(["git", "add", name], cwd=workspace, check=True)
        subprocess.run(["git", *identity, "commit", "-qm", name], cwd=workspace, check=True)
