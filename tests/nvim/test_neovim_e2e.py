"""A person's way through two languages in a real Neovim, with the real server, engine and models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.machine import Machine
from support.neovim import Neovim, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.nvim]

LOAD_S = 60
SUGGEST_S = 30


def test_ghost_text_is_accepted_and_the_expert_follows_to_another_language(
    machine: Machine, neovim: Neovim, workspace: Path
) -> None:
    neovim.edit(workspace / "main.go")
    wait_for(
        lambda: neovim.statusline() == "go → go warm", "Go's expert is warm", deadline_s=LOAD_S
    )

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


def _states(engine: dict[str, Any]) -> dict[str, str]:
    return {expert["name"]: expert["state"] for expert in engine["experts"]}


def _engine_with(machine: Machine, **states: str) -> dict[str, Any] | None:
    """The keeper's state as `hotseat status` shows it, once the experts are in these states."""
    engines = machine.engines()
    return engines[0] if engines and _states(engines[0]).items() >= states.items() else None
