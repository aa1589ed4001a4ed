"""What `setup` and `:Hotseat` say when something is missing. Needs Neovim, but no server."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.neovim import Neovim, both_versions, wait_for

pytestmark = [pytest.mark.nvim, both_versions]


def test_a_missing_server_is_said_at_once(bare_neovim: Neovim) -> None:
    bare_neovim.set_up(cmd=["no-such-hotseat", "lsp"])
    assert "no-such-hotseat is not executable" in bare_neovim.messages()
    assert bare_neovim.statusline() == ""
    bare_neovim.command("Hotseat doctor")
    assert "no-such-hotseat could not be started" in "\n".join(bare_neovim.lines())


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"accept_key": "<Tab>"}, "there is no option 'accept_key'; there are cmd, filetypes"),
        ({"keys": {"accept": 1}}, "keys.accept: expected a key or false, got 1"),
        ({"window": {"layout": "moon"}}, "window.layout: expected float, split, vsplit, got moon"),
        ({"suggestions": {"debounce": 1}}, "there is no option 'suggestions.debounce'"),
        ({"init_options": {"trusted": "yes"}}, "init_options.trusted: expected boolean"),
    ],
)
def test_wrong_options_are_named(bare_neovim: Neovim, options: object, named: str) -> None:
    said = bare_neovim.lua("return select(2, pcall(require('hotseat').setup, ...))", options)
    assert named in said


def test_keys_stay_themselves_without_a_suggestion(bare_neovim: Neovim) -> None:
    bare_neovim.command("inoremap <expr> <C-]> 'as before'")
    bare_neovim.set_up(cmd=["true"])
    bare_neovim.set_up(cmd=["true"])  # a second time, as when settings are sourced anew
    bare_neovim.type("i<Tab>x<C-]><Esc>")
    assert bare_neovim.lines() == ["\txas before"]


def test_commands_without_a_server_say_so(bare_neovim: Neovim) -> None:
    bare_neovim.set_up(cmd=["true"], filetypes=["go"])
    for command in ("status", "ask why", "edit it", "experts", "pin go"):
        bare_neovim.command("messages clear")
        assert "no server runs" in bare_neovim.command(f"Hotseat {command}")
    for command in ("stauts", "pull"):
        bare_neovim.lua("pcall(vim.cmd.Hotseat, ...)", command)
    assert "there is no :Hotseat stauts; there are ask, continue, doctor" in bare_neovim.messages()
    assert "which expert? :Hotseat pull NAME" in bare_neovim.messages()


def test_the_plugin_file_loads_nothing(bare_neovim: Neovim) -> None:
    bare_neovim.command("runtime plugin/hotseat.lua")
    loaded = "return vim.tbl_filter(function(m) return m:find('^hotseat') end, "
    assert bare_neovim.lua(loaded + "vim.tbl_keys(package.loaded))") == []
    names = bare_neovim.lua("return vim.fn.getcompletion('Hotseat ', 'cmdline')")
    assert {"ask", "doctor", "edit", "experts", "pull", "status", "toggle"} <= set(names)


def test_checkhealth_says_what_is_missing(bare_neovim: Neovim) -> None:
    bare_neovim.set_up(cmd=["no-such-hotseat", "lsp"])
    bare_neovim.command("checkhealth hotseat")
    report = "\n".join(bare_neovim.lines())
    assert "Neovim is too old" not in report
    assert "not set up" not in report
    assert "no-such-hotseat is not executable" in report
    assert "give its path as `cmd`" in report


def test_an_empty_start_needs_no_server_and_a_file_gets_one(
    bare_neovim: Neovim, workspace: Path
) -> None:
    bare_neovim.lua("Fake = dofile(...)", str(Path(__file__).parent / "fake_server.lua"))
    bare_neovim.lua("require('hotseat').setup({ cmd = Fake.cmd })")
    bare_neovim.command("doautocmd FileType")
    count = "return #vim.lsp.get_clients({ name = 'hotseat' })"
    assert bare_neovim.lua(count) == 0
    bare_neovim.edit(workspace / "main.go")
    wait_for(lambda: bare_neovim.lua(count) == 1, "a server for the file", deadline_s=30)
    roots = "return vim.tbl_map(function(c) return c.root_dir end, vim.lsp.get_clients())"
    assert bare_neovim.lua(roots) == [str(workspace)]


def test_only_texts_are_attached(bare_neovim: Neovim, workspace: Path) -> None:
    bare_neovim.lua("Fake = dofile(...)", str(Path(__file__).parent / "fake_server.lua"))
    bare_neovim.lua("require('hotseat').setup({ cmd = Fake.cmd })")
    bare_neovim.edit(workspace / "main.go")
    count = "return #vim.lsp.get_clients({ bufnr = 0 })"
    wait_for(lambda: bare_neovim.lua(count) == 1, "a server for the file", deadline_s=30)
    for open_it in (
        "help motion",
        "copen",
        "new | setlocal buftype=nofile | setfiletype lua",
        "new | setlocal buftype=prompt | setfiletype text",
        "terminal true",
    ):
        bare_neovim.command(open_it)
        bare_neovim.command("doautocmd FileType")
        assert bare_neovim.lua(count) == 0, open_it
        bare_neovim.command("only")
    bare_neovim.command("enew | setfiletype python")  # a text without a name yet
    wait_for(lambda: bare_neovim.lua(count) == 1, "a server for the text", deadline_s=30)
