"""What `hotseat status` shows of a gateway."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from hotseat.cli.serve.view import gateway_view
from hotseat.cli.tables import wide_console
from hotseat.engines.runtime import runtime_dir
from hotseat.gateway.presence import announced, gateway_states
from hotseat.gateway.traffic import MAX_CLIENTS, MAX_ROUTES, Traffic
from support.window_fixtures import folders

__all__ = ["folders"]


def test_clients_requests_and_routes(capsys: pytest.CaptureFixture[str]) -> None:
    now_s = [1000.0]
    traffic = Traffic(clock=lambda: now_s[0])
    with traffic.request("opencode/1.2\nX", "auto") as request:
        request.expert, request.reason = "go", "go in the latest turn"
        now_s[0] += 2.5
        (running,) = traffic.as_json()["running"]
        assert (running["expert"], running["seconds"]) == ("go", 2.5)
    with pytest.raises(ValueError), traffic.request("opencode/1.2\nX", "auto"):
        raise ValueError
    with pytest.raises(asyncio.CancelledError), traffic.request("", "go"):
        raise asyncio.CancelledError
    state = traffic.as_json()
    assert [(c["name"], c["requests"], c["failed"]) for c in state["clients"]] == [
        ("opencode/1.2 X", 2, 1),
        ("unnamed", 1, 0),
    ]
    assert [r["outcome"] for r in state["routes"]] == ["answered", "failed", "left"]
    assert state["running"] == []
    for part in gateway_view({"url": "http://127.0.0.1:1", "pid": 1, **state}):
        wide_console().print(part)
    shown = capsys.readouterr().out
    assert "opencode/1.2 X" in shown
    assert "go in the latest turn" in shown


def test_it_is_bounded() -> None:
    traffic = Traffic()
    for i in range(3 * MAX_CLIENTS):
        with traffic.request(f"client {i}", "auto"):
            pass
    state = traffic.as_json()
    assert (len(state["clients"]), len(state["routes"])) == (MAX_CLIENTS, MAX_ROUTES)


async def test_files_of_gateways_that_are_gone(folders: Path) -> None:
    with announced("http://127.0.0.1:9"):
        assert (runtime_dir() / f"gateway-{os.getpid()}.json").stat().st_mode & 0o077 == 0
        assert await gateway_states() == [], "nothing answers there"
    dead = runtime_dir() / "gateway-4000000.json"
    dead.write_text(json.dumps({"url": "http://127.0.0.1:9", "pid": 4_000_000}))
    (runtime_dir() / "gateway-x.json").write_text("{")
    assert await gateway_states() == []
    assert not dead.exists()
