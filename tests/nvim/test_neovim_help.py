"""`:help hotseat` and the ways to install: what they say holds."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from support.neovim import PLUGIN, Neovim, both_versions

HELP = PLUGIN / "doc" / "hotseat.txt"

pytestmark = pytest.mark.nvim


@both_versions
def test_tags_are_those_of_the_help_file(bare_neovim: Neovim, tmp_path: Path) -> None:
    (tmp_path / HELP.name).write_bytes(HELP.read_bytes())
    bare_neovim.lua("vim.cmd.helptags(...)", str(tmp_path))
    made = (tmp_path / "tags").read_text()
    assert made == (HELP.parent / "tags").read_text(), "run :helptags on extension/nvim/doc"
    bare_neovim.command("help hotseat")
    assert "*hotseat.txt*" in bare_neovim.lines()[0]


def test_every_reference_in_the_help_file_leads_somewhere(bare_neovim: Neovim) -> None:
    missing = bare_neovim.lua(
        r"""
        local missing = {}
        for name in table.concat(vim.fn.readfile(...), '\n'):gmatch('|([^|%s]+)|') do
          local tags = vim.fn.getcompletion(name, 'help')
          if not vim.list_contains(tags, name) then table.insert(missing, name) end
        end
        return missing
        """,
        str(HELP),
    )
    assert missing == []


def test_every_command_and_option_is_in_the_help_file(bare_neovim: Neovim) -> None:
    text = HELP.read_text()
    commands = bare_neovim.lua("return require('hotseat.commands').names()")
    assert [
        name for name in commands if name != "status" and f"*:Hotseat-{name}*" not in text
    ] == []
    options = bare_neovim.lua("return vim.tbl_keys(require('hotseat.config').rules)")
    groups = ("init_options", "keys", "suggestions", "window")
    for group in groups:
        rules = f"return vim.tbl_keys(require('hotseat.config').rules.{group})"
        options += bare_neovim.lua(rules)
    assert [name for name in options if f"{name} = " not in text] == []


def test_vim_pack_brings_the_plugin(bare_neovim: Neovim, tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "extension").mkdir(parents=True)
    (source / "extension" / "nvim").symlink_to(PLUGIN)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(source)]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *arguments], check=True)
    bare_neovim.command(f"set runtimepath-={PLUGIN}")
    bare_neovim.lua(
        """
        vim.pack.add({ { src = ..., name = 'hotseat' } }, {
          confirm = false,
          load = function(plugin)
            vim.opt.runtimepath:append(plugin.path .. '/extension/nvim')
          end,
        })
        require('hotseat').setup({ cmd = { 'true' } })
        """,
        source.as_uri(),
    )
    assert bare_neovim.lua("return vim.fn.exists(':Hotseat')") == 2
