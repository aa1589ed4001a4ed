"""The entry for nvim-lspconfig, as Neovim itself reads it."""

from __future__ import annotations

import json
import subprocess

import pytest

from support.neovim import VERSIONS, find_neovim
from support.repository import REPOSITORY

pytestmark = pytest.mark.nvim
ENTRY = REPOSITORY / "docs" / "editors" / "nvim-lspconfig"
PROGRAM = """
vim.opt.runtimepath:append(...)
vim.lsp.enable('hotseat')
local found = vim.lsp.config.hotseat
print(vim.json.encode({ cmd = found.cmd, root_markers = found.root_markers, name = found.name }))
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_neovim_takes_the_entry(version: str) -> None:
    neovim = find_neovim(version)
    if neovim is None:
        pytest.skip(f"there is no Neovim {version}: tests/tools/install-neovim.sh installs it")
    program = f"lua (function(...) {PROGRAM} end)('{ENTRY}')"
    command = [str(neovim), "--clean", "--headless", "-c", program]
    done = subprocess.run(
        [*command, "-c", "qa!"], capture_output=True, text=True, timeout=60, check=False
    )
    (line,) = [one for one in (done.stdout + done.stderr).splitlines() if one.startswith("{")]
    assert json.loads(line) == {
        "cmd": ["hotseat", "lsp"],
        "root_markers": [".hotseat", ".git"],
        "name": "hotseat",
    }
