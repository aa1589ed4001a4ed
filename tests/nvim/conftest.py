"""The embedded engine with the starter models, apart from the person's own; a Neovim."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.machine import HOTSEAT, Machine, machine_with_engine
from support.neovim import VERSIONS, Neovim, find_neovim, wait_for
from support.tools import require_tool


@pytest.fixture(scope="session")
def command(request: pytest.FixtureRequest) -> Path:
    """Neovim's; asked for first, so that nothing is fetched in vain without it."""
    version = getattr(request, "param", VERSIONS[-1])
    hint = "run tests/tools/install-neovim.sh"
    return require_tool(f"Neovim {version}", find_neovim(version), hint=hint)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with machine_with_engine(tmp_path_factory.mktemp("machine")) as machine:
        yield machine


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A small shop, in a git repository's root."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.go").write_text(
        'package main\n\nimport "fmt"\n\nfunc main() {\n\tfor i := 0; i < 10; i++ {\n\t\t\n\t}\n}\n'
    )
    (tmp_path / "index.html").write_text(
        "<!DOCTYPE html>\n<html>\n<body>\n<h1>The shop</h1>\n\n</body>\n</html>\n"
    )
    return tmp_path


@pytest.fixture
def bare_neovim(command: Path, tmp_path: Path) -> Iterator[Neovim]:
    """With the plugin at hand, not set up; nothing in it reaches an engine."""
    with Neovim(command, env=Machine(tmp_path).env) as neovim:
        yield neovim
        assert "stack traceback" not in neovim.messages()


@pytest.fixture
def faked(bare_neovim: Neovim, workspace: Path) -> Neovim:
    """With `main.go` open, and a server inside Neovim that does what a test says: `Fake`."""
    return with_fake(bare_neovim, workspace, "{ cmd = Fake.cmd }")


@pytest.fixture(params=["own", "native"])
def either(bare_neovim: Neovim, workspace: Path, request: pytest.FixtureRequest) -> Neovim:
    """As `faked`, with the plugin's own ghost text, and with Neovim's where it has one."""
    native = "suggestions = { native = true }" if request.param == "native" else ""
    return with_fake(bare_neovim, workspace, f"{{ cmd = Fake.cmd, {native} }}")


def with_fake(neovim: Neovim, workspace: Path, options: str) -> Neovim:
    neovim.lua("vim.cmd.cd(...)", str(workspace))
    neovim.lua("Fake = dofile(...)", str(Path(__file__).parent / "fake_server.lua"))
    neovim.lua(f"require('hotseat').setup({options})")
    neovim.edit(workspace / "main.go")
    wait_for(
        lambda: neovim.lua("return #vim.lsp.get_clients({ bufnr = 0 })"),
        "the server is there",
        deadline_s=10,
    )
    return neovim


@pytest.fixture
def neovim(command: Path, machine: Machine, workspace: Path) -> Iterator[Neovim]:
    """In the workspace, with Hotseat set up as a person would, and room for one model at a time."""
    with Neovim(command, env=machine.env) as neovim:
        neovim.lua("vim.cmd.cd(...)", str(workspace))
        neovim.set_up(
            cmd=[*HOTSEAT, "lsp"],
            init_options={"roster": "starter", "budgetBytes": 520_000_000},
        )
        yield neovim
    wait_for(lambda: not machine.engines(), "the server ends with Neovim", deadline_s=10)
