"""A server that ends by itself comes back, until it ended too often; one that was stopped does not.
The servers are processes that really end."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from support.machine import Machine
from support.neovim import Neovim, both_versions, wait_for

pytestmark = [pytest.mark.nvim, both_versions]

SOON_S = 20
WORKING = f'exec "{sys.executable}" "{Path(__file__).parent / "tiny_server.py"}"'


@pytest.fixture
def started(bare_neovim: Neovim, workspace: Path) -> Neovim:
    """With main.go and index.html open, for a server that does nothing but run."""
    start(bare_neovim, workspace)
    return bare_neovim


def start(neovim: Neovim, workspace: Path) -> None:
    neovim.lua("vim.cmd.cd(...)", str(workspace))
    install(workspace, WORKING)
    neovim.set_up(cmd=[str(workspace / "server")])
    neovim.edit(workspace / "index.html")
    neovim.edit(workspace / "main.go")
    wait_for(lambda: attached(neovim) == 2, "the server is there", deadline_s=SOON_S)


def install(workspace: Path, script: str) -> None:
    """What the server is from its next start on. Each start adds its process's id to a file."""
    new = workspace / "server.new"
    new.write_text(f'#!/bin/sh\necho $$ >> "{workspace / "starts"}"\n{script}\n')
    new.chmod(0o755)
    new.replace(workspace / "server")


def pids(workspace: Path) -> list[int]:
    return [int(line) for line in (workspace / "starts").read_text().splitlines()]


def attached(neovim: Neovim) -> int:
    """How many buffers the one server has; 0 without one."""
    return int(
        neovim.lua("""
          local clients = vim.lsp.get_clients({ name = 'hotseat' })
          return #clients == 1 and vim.tbl_count(clients[1].attached_buffers) or 0
        """)
    )


def set_delay(neovim: Neovim, delay_ms: int) -> None:
    neovim.lua("require('hotseat.backoff').RULE.first_delay_ms = ...", delay_ms)


def health(neovim: Neovim) -> str:
    neovim.command("checkhealth hotseat")
    report = "\n".join(neovim.lines())
    neovim.command("bwipeout")
    return report


def test_a_killed_server_is_started_again_for_its_buffers(started: Neovim, workspace: Path) -> None:
    set_delay(started, 1)
    for n_kills in (1, 2):
        os.kill(pids(workspace)[-1], signal.SIGKILL)
        wait_for(lambda n=n_kills: len(pids(workspace)) == n + 1, "a start", deadline_s=SOON_S)
        wait_for(lambda: attached(started) == 2, "both files are back", deadline_s=SOON_S)
    said = started.messages()
    assert said.count("the server ended (signal 9) and is started again") == 1
    assert "quit with exit code" not in said, "once is enough"
    assert started.statusline() == "hotseat starting"


def test_while_it_waits_this_is_said_and_a_person_need_not_wait(
    started: Neovim, workspace: Path
) -> None:
    set_delay(started, 3_600_000)
    os.kill(pids(workspace)[-1], signal.SIGKILL)
    wait_for(lambda: started.statusline() == "hotseat restarting", "waits", deadline_s=SOON_S)
    assert "and is started again" in started.command("Hotseat")
    report = health(started)
    assert "and is started again" in report
    assert "lsp.log" in report
    (workspace / "more.go").write_text("package main\n")
    started.edit(workspace / "more.go")
    assert started.statusline() == "hotseat restarting"
    assert len(pids(workspace)) == 1, "opening a file does not get ahead of it"
    started.command("Hotseat restart")
    wait_for(lambda: attached(started) == 3, "every file has it", deadline_s=SOON_S)
    assert len(pids(workspace)) == 2
    assert started.statusline() == "hotseat starting"


def test_one_that_ends_again_and_again_stays_down_until_a_person_starts_it(
    started: Neovim, workspace: Path
) -> None:
    set_delay(started, 1)
    install(workspace, "exit 3")
    os.kill(pids(workspace)[-1], signal.SIGKILL)
    wait_for(lambda: started.statusline() == "hotseat down", "given up", deadline_s=SOON_S)
    gave_up = "the server ended 5 times within 3 minutes, the last time with exit code 3"
    said = started.messages()
    assert said.count(gave_up) == 1
    assert said.count("the server ended (") == 1
    assert ":Hotseat restart starts it, :Hotseat doctor looks for the cause" in said
    assert "lsp.log" in said
    assert gave_up in started.command("Hotseat")
    assert gave_up in health(started)
    (workspace / "more.go").write_text("package main\n")
    started.edit(workspace / "more.go")
    assert started.statusline() == "hotseat down"
    assert len(pids(workspace)) == 5, "no further start"

    install(workspace, WORKING)
    started.command("Hotseat restart")
    wait_for(lambda: attached(started) == 3, "every file has it", deadline_s=SOON_S)
    os.kill(pids(workspace)[-1], signal.SIGKILL)
    wait_for(lambda: len(pids(workspace)) == 7, "what was before is forgotten", deadline_s=SOON_S)


def test_a_server_that_cannot_be_started_any_more_is_given_up(
    started: Neovim, workspace: Path
) -> None:
    set_delay(started, 1)
    (workspace / "server").unlink()
    os.kill(pids(workspace)[-1], signal.SIGKILL)
    wait_for(lambda: started.statusline() == "hotseat down", "given up", deadline_s=SOON_S)
    assert "the last time with a start that failed" in started.messages()


def test_a_server_that_was_disabled_while_it_waited_stays_away(
    started: Neovim, workspace: Path
) -> None:
    set_delay(started, 1)
    started.lua("""
      vim.api.nvim_create_autocmd('User', {
        pattern = 'HotseatStatus',
        once = true,
        callback = function() vim.lsp.enable('hotseat', false) end,
      })
    """)
    os.kill(pids(workspace)[-1], signal.SIGKILL)
    wait_for(lambda: started.statusline() == "", "nothing is awaited", deadline_s=SOON_S)
    assert len(pids(workspace)) == 1


@pytest.mark.parametrize("force", ["false", "true"])
def test_a_server_stopped_by_hand_stays_stopped(
    started: Neovim, workspace: Path, force: str
) -> None:
    set_delay(started, 1)
    started.lua(f"for _, client in ipairs(vim.lsp.get_clients()) do client:stop({force}) end")
    wait_for(lambda: attached(started) == 0, "it is gone", deadline_s=SOON_S)
    assert started.statusline() == ""
    assert "the server ended" not in started.messages()
    assert "No server runs now" in health(started)
    started.edit(workspace / "main.go")  # a file that is opened starts it, as ever
    wait_for(lambda: attached(started) >= 1, "it is back", deadline_s=SOON_S)


def test_leaving_neovim_starts_nothing(command: Path, workspace: Path, tmp_path: Path) -> None:
    said = tmp_path / "said"
    with Neovim(command, env=Machine(tmp_path).env) as neovim:
        start(neovim, workspace)
        set_delay(neovim, 1)
        neovim.lua(
            """
            local file = ...
            vim.api.nvim_create_autocmd('VimLeave', {
              callback = function()
                -- Neovim 0.12 waits for its servers to end, 0.11 does not.
                vim.fn.writefile(vim.fn.split(vim.fn.execute('messages'), '\\n'), file)
              end,
            })
            """,
            str(said),
        )
        neovim.lua("vim.schedule(function() vim.cmd('qall!') end)")
        wait_for(said.exists, "it leaves", deadline_s=SOON_S)
    assert "the server ended" not in said.read_text()
    assert len(pids(workspace)) == 1
