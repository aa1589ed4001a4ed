"""`hotseat unload`, `hotseat stop` and the end of the last window, on a real engine."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from support.engine_process import EngineProcess, create_model, loaded_names
from support.lsp_client import LspClient, expert_in
from support.tiny_gguf import write_model

pytestmark = pytest.mark.slow

ROSTER = """\
engine: embedded
budget: 2GB
options: {num_ctx: 512, num_thread: 1}
experts:
  - {name: go, languages: [go], model: tiny-go, fim: none}
  - {name: web, languages: [html], model: tiny-web, fim: none}
  - {name: css, languages: [css], model: tiny-web, fim: none}
"""
PATIENCE_S = 30.0


@pytest.fixture
def folder(engine: EngineProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace; the roster's models are in the engine's store."""
    for name in ("DATA", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    roster = tmp_path / "experts.yaml"
    roster.write_text(ROSTER)
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(roster))
    with engine.client(timeout=60) as client:
        for seed, name in enumerate(("go", "web")):
            create_model(client, f"tiny-{name}", write_model(tmp_path / f"{name}.gguf", seed=seed))
    workspace = tmp_path / "shop"
    workspace.mkdir()
    return workspace


async def hotseat(*arguments: str, status: int = 0) -> str:
    """Run a command and return what it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hotseat",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert process.returncode == status, (out + err).decode()
    return out.decode()


async def open_window(window: LspClient, folder: Path) -> None:
    """Open a Go file and a page; the cursor is in the Go file."""
    await window.initialize()
    window.open((folder / "a.html").as_uri(), "html", "<p>\n")
    window.open((folder / "a.go").as_uri(), "go", "package a\n")
    focus(window, folder, "a.go")


def focus(window: LspClient, folder: Path, name: str) -> None:
    window.notify("textDocument/didFocus", {"textDocument": {"uri": (folder / name).as_uri()}})


async def until_state(window: LspClient, **states: str) -> dict[str, Any]:
    return await window.until_status(
        lambda status: all(expert_in(status, n).get("state") == s for n, s in states.items())
    )


async def test_unload_load_and_pin_tell_the_truth(engine: EngineProcess, folder: Path) -> None:
    async def command(name: str, expert: str) -> str:
        answer = await window.request(
            "workspace/executeCommand", {"command": f"hotseat.{name}", "arguments": [expert]}
        )
        return str(answer.get("message") or answer.get("error"))

    async with LspClient([], cwd=folder) as window:
        await open_window(window, folder)
        await until_state(window, go="warm", web="warm")
        said = await command("unload", "web")
        assert said.startswith("web is unloaded, which frees "), said
        assert said.endswith(" MB (css used the same model)")
        status = await until_state(window, go="warm", web="absent")
        web = expert_in(status, "web")
        assert (web["pinned"], web["reason"]) == (
            False,
            "unloaded by hand; it is loaded again when you use it",
        )
        with engine.client() as client:
            assert loaded_names(client) == {"tiny-go:latest"}
        await command("pin", "web")
        status = await until_state(window, web="warm")
        assert expert_in(status, "web")["pinned"]
        assert await command("unload", "css") == (
            "css stays in memory: web uses the same model and is pinned"
        )
        await command("unload", "web")
        status = await until_state(window, web="absent")
        assert not expert_in(status, "web")["pinned"]
        await command("load", "web")
        status = await until_state(window, web="warm")
        assert not expert_in(status, "web")["pinned"]
        # By a terminal, and back by turning to the language.
        assert "go is unloaded, which frees" in await hotseat("unload", "go")
        await until_state(window, go="absent", web="warm")
        focus(window, folder, "a.html")
        await window.until_status(lambda status: status["focus"]["language"] == "html")
        await asyncio.sleep(0.3)  # longer than a walk through tabs
        focus(window, folder, "a.go")
        await until_state(window, go="warm")
        assert "There is no expert or model 'rust'" in await hotseat(
            "unload", "rust", "--json", status=1
        )


@pytest.mark.extra
async def test_stop_ends_the_engine_and_a_window_starts_it_when_it_is_used(
    engine: EngineProcess, folder: Path
) -> None:
    async with LspClient([], cwd=folder) as window:
        await open_window(window, folder)
        await until_state(window, go="warm", web="warm")
        said = json.loads(await hotseat("stop", "--json"))
        assert said["engineStopped"]
        assert sorted(said["models"]) == ["tiny-go:latest", "tiny-web:latest"]
        assert said["freedBytes"] > 0
        assert said["windows"] == 1
        assert engine.process.wait(10) == 0
        status = await window.until_status(lambda status: not status["engine"]["up"])
        assert status["engine"]["message"].startswith("You stopped the engine")
        await asyncio.sleep(2.0)  # several tries to connect, if there were any
        assert "Nothing to stop" in await hotseat("stop")
        focus(window, folder, "a.html")
        status = await window.until_status(lambda status: status["engine"]["up"], PATIENCE_S)
        # The store of the engine that a window starts is another one here: models are missing.
        assert "1 editor window is open" in await hotseat("stop")


@pytest.mark.extra
async def test_memory_is_free_within_a_minute_of_the_last_windows_death(
    engine: EngineProcess, folder: Path
) -> None:
    async with LspClient([], cwd=folder) as window:
        await open_window(window, folder)
        await until_state(window, go="warm", web="warm")
        await asyncio.sleep(50)  # renewals keep it while the window lives
        with engine.client() as client:
            assert loaded_names(client) == {"tiny-go:latest", "tiny-web:latest"}
        window.process.kill()
        await window.process.wait()
    died_s = time.monotonic()
    held = json.loads(await hotseat("status", "--json"))["held"]
    assert [(m["model"], m["ours"]) for m in held[0]["models"]] == [
        ("tiny-go:latest", True),
        ("tiny-web:latest", True),
    ]
    assert "Free it now: hotseat stop" in await hotseat("status")
    with engine.client() as client:
        while loaded_names(client):
            assert time.monotonic() - died_s < 60.0
            await asyncio.sleep(0.5)
