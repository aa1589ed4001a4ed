"""The setting `forecast`: with habits, and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.lsp_client import expert_in
from support.lsp_start import Start


@pytest.mark.parametrize("forecast", [True, False])
async def test_without_a_forecast_recency_decides_and_nothing_is_kept(
    start: Start, workspace: Path, tmp_path: Path, go_uri: str, forecast: bool
) -> None:
    client = await start()
    await client.initialize(options={"forecast": forecast}, workspace=workspace)
    client.open((workspace / "index.html").as_uri(), "html", "<p>")
    await client.until_warm("markup")
    client.open(go_uri, "go", "package main")
    status = await client.until_status(lambda s: expert_in(s, "go").get("demanded", False))
    assert ("html was left" in expert_in(status, "markup")["reason"]) == (not forecast)
    assert await client.end() == 0
    assert (tmp_path / "data" / "hotseat" / "workspaces").exists() == forecast
