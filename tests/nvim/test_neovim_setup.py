"""What `setup` says when something is missing. Needs Neovim, but no engine."""

from __future__ import annotations

import pytest

from support.neovim import Neovim

pytestmark = pytest.mark.nvim


def test_a_missing_server_is_said_at_once(bare_neovim: Neovim) -> None:
    bare_neovim.set_up(cmd=["no-such-hotseat", "lsp"])
    assert "no-such-hotseat is not executable" in bare_neovim.messages()
    assert bare_neovim.statusline() == ""


def test_without_inline_completion_the_person_hears_why(bare_neovim: Neovim) -> None:
    bare_neovim.lua("vim.lsp.inline_completion = false")  # as in Neovim 0.11
    bare_neovim.set_up(cmd=["true"], accept_key="<Tab>")
    assert "suggestions need Neovim 0.12" in bare_neovim.messages()
    bare_neovim.type("i<Tab>x<Esc>")
    assert bare_neovim.lines() == ["\tx"]


def test_wrong_options_are_named(bare_neovim: Neovim) -> None:
    problem = bare_neovim.lua(
        "return select(2, pcall(require('hotseat').setup, { accept_key = 1 }))"
    )
    assert "accept_key" in problem


def test_the_accept_key_stays_itself_without_a_suggestion(bare_neovim: Neovim) -> None:
    bare_neovim.set_up(cmd=["true"], accept_key="<Tab>")
    bare_neovim.type("i<Tab>x<Esc>")
    assert bare_neovim.lines() == ["\tx"]


def test_commands_without_a_server_say_so(bare_neovim: Neovim) -> None:
    bare_neovim.set_up(cmd=["true"], filetypes=["go"])
    assert "no server runs" in bare_neovim.command("Hotseat status")
