"""The plugin and the real server, with a scripted engine: what both must agree on."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotseat.lsp import ext
from support.machine import HOTSEAT, Machine
from support.messages import wire_names
from support.neovim import Neovim, both_versions, wait_for
from support.stub_engine import MIB, StubEngine

pytestmark = pytest.mark.nvim

PATIENCE_S = 30
ROSTER = """\
engine: ollama
budget: 600MB
generalist: {name: generalist, model: "general:1b", fim: none}
experts:
  - {name: go, languages: [go], model: "go:1b", fim: none}
"""


@pytest.fixture
def stub() -> Iterator[StubEngine]:
    """In a thread of its own, for tests that are not async."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    stub = StubEngine()
    stub.models = {"go:1b": 100 * MIB, "general:1b": 100 * MIB}
    stub.completion = ["Println", "(i)"]
    asyncio.run_coroutine_threadsafe(stub.start(), loop).result(PATIENCE_S)
    try:
        yield stub
    finally:
        asyncio.run_coroutine_threadsafe(stub.die(), loop).result(PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def served(command: Path, tmp_path: Path, workspace: Path, stub: StubEngine) -> Iterator[Neovim]:
    """With `main.go` open, and its expert warm."""
    roster = tmp_path / "roster.yaml"
    roster.write_text(ROSTER)
    machine = Machine(tmp_path / "machine")
    machine.folder.mkdir()
    with Neovim(command, env=machine.env) as neovim:
        neovim.lua("vim.cmd.cd(...)", str(workspace))
        options = {"roster": str(roster), "engineUrl": stub.url}
        # A pause before the next request, so that the last suggestion is the one that was accepted.
        suggestions = {"debounce_ms": 500}
        neovim.set_up(cmd=[*HOTSEAT, "lsp"], init_options=options, suggestions=suggestions)
        neovim.edit(workspace / "main.go")
        neovim.wait_for_status("go → go in memory", deadline_s=PATIENCE_S)
        yield neovim
        assert "stack traceback" not in neovim.messages()
    # Before the engine goes, to which it might just be connecting.
    wait_for(lambda: not machine.engines(), "the server ends with Neovim", deadline_s=PATIENCE_S)


@both_versions
@pytest.mark.one_in_ci
def test_a_suggestion_is_accepted_word_by_word_and_counts(served: Neovim) -> None:
    served.type("7GAfmt.")
    ghost = wait_for(served.ghost_text, "ghost text", deadline_s=PATIENCE_S)
    assert ghost == "Println(i)"
    served.type("<M-Right>")
    wait_for(lambda: served.lines()[6].endswith("fmt.Println"), "a word", deadline_s=PATIENCE_S)
    served.type("<Tab>")
    wait_for(lambda: served.lines()[6].endswith("fmt.Println(i)"), "all", deadline_s=PATIENCE_S)
    served.type("<Esc>")
    wait_for(
        lambda: "last suggestion: accepted, by go" in served.command("Hotseat status"),
        "the server knows",
        deadline_s=PATIENCE_S,
    )


@both_versions
@pytest.mark.one_in_ci
def test_a_killed_server_comes_back_and_suggests(served: Neovim) -> None:
    [server] = served.lua("return vim.api.nvim_get_proc_children(vim.fn.getpid())")
    served.type("7GAfmt.")
    wait_for(served.ghost_text, "ghost text", deadline_s=PATIENCE_S)
    os.kill(server, signal.SIGKILL)
    wait_for(lambda: "is started again" in served.messages(), "a word", deadline_s=PATIENCE_S)
    served.type("P")
    served.wait_for_status("go → go in memory", deadline_s=PATIENCE_S)
    # "rintln(i)" would be what is left of the suggestion before.
    wait_for(lambda: served.ghost_text() == "Println(i)", "a new one", deadline_s=PATIENCE_S)


def test_health_doctor_and_experts_tell_what_the_server_tells(served: Neovim) -> None:
    served.command("Hotseat experts")
    assert any(line.split()[:3] == ["go", "in", "memory"] for line in served.lines())
    served.command("Hotseat pin go")
    wait_for(
        lambda: any(line.split()[:2] == ["go", "*"] for line in served.lines()),
        "pinned, on the screen",
        deadline_s=PATIENCE_S,
    )
    served.command("checkhealth hotseat")
    report = "\n".join(served.lines())
    assert "runs for" in report
    assert "Hotseat: engine and models" in report
    assert "gave no answer" not in report
    assert "go:1b" in report
    served.command("Hotseat doctor")
    wait_for(lambda: "go:1b" in "\n".join(served.lines()), "doctor", deadline_s=PATIENCE_S)


def test_options_of_the_server_are_known(bare_neovim: Neovim) -> None:
    rules = "return vim.tbl_keys(require('hotseat.config').rules.init_options)"
    own = {
        "codeActions",
        "completionFallback",
        "statistics",
    }  # the plugin's to say; it shows ghost text
    theirs = set(wire_names(ext.InitializationOptions)) - own
    assert set(bare_neovim.lua(rules)) == theirs


@pytest.mark.skipif(sys.platform != "linux", reason="not applicable: all can write there")
def test_where_nothing_can_be_written_it_is_said(bare_neovim: Neovim, workspace: Path) -> None:
    homes = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOTSEAT_RUNTIME_DIR")
    nowhere = [f"{home}=/sys/nowhere/{home}" for home in homes]
    bare_neovim.lua("vim.cmd.cd(...)", str(workspace))
    bare_neovim.set_up(cmd=["env", *nowhere, *HOTSEAT, "lsp"])
    bare_neovim.edit(workspace / "main.go")
    wait_for(
        lambda: "cannot be made" in bare_neovim.command("Hotseat"),
        "a reason",
        deadline_s=PATIENCE_S,
    )
    said = bare_neovim.command("Hotseat") + bare_neovim.messages()
    assert "the runtime directory /sys/nowhere/HOTSEAT_RUNTIME_DIR cannot be made" in said
    assert "Set HOTSEAT_RUNTIME_DIR to a directory of your own" in said
    assert "Traceback" not in said
