"""A person at work in a real Neovim, with the real server, engine and models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.machine import Machine
from support.neovim import Neovim, both_versions, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.nvim]

LOAD_S = 60
SUGGEST_S = 30


@both_versions
@pytest.mark.one_in_ci
def test_ghost_text_is_accepted_and_the_expert_follows_to_another_language(
    machine: Machine, neovim: Neovim, workspace: Path
) -> None:
    neovim.edit(workspace / "main.go")
    neovim.wait_for_status("go → go in memory", deadline_s=LOAD_S)

    neovim.type("7GA<C-v><Tab>fmt.")
    ghost = wait_for(neovim.ghost_text, "ghost text", deadline_s=SUGGEST_S)
    first_line = ghost.splitlines()[0]
    assert any(row.strip() == f"fmt.{first_line}" for row in neovim.screen())
    typed = neovim.lines()
    assert typed[6].endswith("fmt.")

    neovim.type("<Tab>")
    accepted = "\n".join(typed).replace("fmt.\n", f"fmt.{ghost}\n")
    wait_for(lambda: "\n".join(neovim.lines()) == accepted, "the text is there", deadline_s=5)
    [engine] = machine.engines()
    assert [w["expert"] for w in engine["windows"]] == ["go"]

    neovim.type("<Esc>")
    neovim.edit(workspace / "index.html")
    engine = wait_for(lambda: _engine_with(machine, web="warm"), "web is warm", deadline_s=LOAD_S)
    assert [w["expert"] for w in engine["windows"]] == ["web"]
    assert _states(engine).get("go") != "warm", "there is room for one model only"
    assert engine["memory"]["usedBytes"] <= engine["memory"]["budgetBytes"]


def test_an_accepted_suggestion_is_in_the_statistics(
    machine: Machine, neovim: Neovim, workspace: Path
) -> None:
    before = _stats(machine)
    neovim.edit(workspace / "main.go")
    neovim.wait_for_status("go → go in memory", deadline_s=LOAD_S)
    neovim.type("7GA<C-v><Tab>fmt.")
    wait_for(neovim.ghost_text, "ghost text", deadline_s=SUGGEST_S)
    neovim.type("<Tab>")
    wait_for(lambda: not neovim.ghost_text(), "it is accepted", deadline_s=5)
    neovim.type("<Esc>")
    neovim.lua("for _, client in ipairs(vim.lsp.get_clients()) do client:stop() end")
    wait_for(
        lambda: _stats(machine)["accepted"] == before["accepted"] + 1, "a figure", deadline_s=20
    )
    after = _stats(machine)
    assert after["shown"] > before["shown"]
    assert after["accepted_chars"] > before["accepted_chars"]


@both_versions
@pytest.mark.one_in_ci
def test_a_suggestion_comes_by_itself_once_the_expert_is_warm(
    neovim: Neovim, workspace: Path
) -> None:
    neovim.edit(workspace / "main.go")
    neovim.type("7GA<C-v><Tab>fmt.")
    assert neovim.statusline() != "go → go in memory", "typed before the model was there"
    assert wait_for(neovim.ghost_text, "ghost text", deadline_s=LOAD_S)
    assert neovim.statusline() == "go → go in memory"


@pytest.mark.extra
def test_the_server_hears_where_the_person_is(
    machine: Machine, neovim: Neovim, workspace: Path
) -> None:
    def window() -> dict[str, Any]:
        return machine.engines()[0]["windows"][0]

    neovim.edit(workspace / "main.go")
    neovim.wait_for_status("go → go in memory", deadline_s=LOAD_S)
    neovim.set_focus(False)
    wait_for(lambda: not window()["focused"], "the person is elsewhere", deadline_s=10)
    neovim.set_focus(True)
    wait_for(lambda: window()["focused"], "the person is back", deadline_s=10)

    neovim.command("terminal")
    wait_for(lambda: window()["language"] is None, "a terminal has no language", deadline_s=10)
    neovim.edit(workspace / "index.html")
    wait_for(lambda: window()["expert"] == "web", "HTML is web's", deadline_s=10)
    neovim.command(f"split {workspace / 'main.go'}")
    neovim.command("wincmd j")
    wait_for(
        lambda: "go" in _reasons(machine).get("go", "") and window()["expert"] == "web",
        "Go is still in sight",
        deadline_s=10,
    )


def test_hotseat_command_pins_and_reports(
    machine: Machine, neovim: Neovim, workspace: Path
) -> None:
    neovim.edit(workspace / "main.go")
    neovim.wait_for_status("go → go in memory", deadline_s=LOAD_S)
    actions = neovim.lua("return vim.fn.getcompletion('Hotseat ', 'cmdline')")
    assert {"load", "pin", "status", "unload", "unpin"} <= set(actions)
    assert "web" in neovim.lua("return vim.fn.getcompletion('Hotseat pin ', 'cmdline')")

    neovim.command("Hotseat pin go")
    wait_for(lambda: "go is pinned" in neovim.messages(), "an answer", deadline_s=10)
    wait_for(lambda: "pinned" in neovim.command("Hotseat status"), "the report", deadline_s=10)
    report = neovim.command("Hotseat")
    assert "go → go in memory" in report
    assert "smollm2:135m" in report
    neovim.command("Hotseat unpin nobody")
    wait_for(
        lambda: "There is no expert 'nobody'" in neovim.messages(), "the reason", deadline_s=10
    )


def _stats(machine: Machine) -> dict[str, Any]:
    return dict(json.loads(machine.hotseat("stats", "--json"))["total"])


def _states(engine: dict[str, Any]) -> dict[str, str]:
    return {expert["name"]: expert["state"] for expert in engine["experts"]}


def _engine_with(machine: Machine, **states: str) -> dict[str, Any] | None:
    """The keeper's state as `hotseat status` shows it, once the experts are in these states."""
    engines = machine.engines()
    return engines[0] if engines and _states(engines[0]).items() >= states.items() else None


def _reasons(machine: Machine) -> dict[str, str]:
    [engine] = machine.engines()
    return {expert["name"]: expert["reason"] for expert in engine["experts"]}
