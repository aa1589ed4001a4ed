"""A real Neovim with a screen, driven over RPC. Waits for what shows, never for a time."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import pynvim
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PLUGIN = REPOSITORY / "extension" / "nvim"
COLUMNS, ROWS = 100, 24

T = TypeVar("T")


VERSIONS = ("0.11", "0.12")
"""The oldest that the plugin supports, and the first with inline completion of its own."""

both_versions = pytest.mark.parametrize("command", VERSIONS, indirect=True)
"""For tests that use the fixture `command`; without it they run with the newest."""


def find_neovim(version: str = VERSIONS[-1]) -> Path | None:
    """Of that version, or for the newest a later one: HOTSEAT_NVIM or HOTSEAT_NVIM_0_11, what
    install-neovim.sh left, or the one in PATH."""
    newest = version == VERSIONS[-1]
    tools = REPOSITORY / ".tools"
    places = (
        os.environ.get("HOTSEAT_NVIM" if newest else "HOTSEAT_NVIM_0_11"),
        str(tools / ("nvim" if newest else f"nvim-{version}") / "nvim"),
        shutil.which("nvim"),
    )
    wanted = tuple(map(int, version.split(".")))
    for place in filter(None, places):
        found = _version(place)
        if found == wanted or (newest and found > wanted):
            return Path(place)
    return None


def _version(command: str) -> tuple[int, int]:
    try:
        said = subprocess.run(
            [command, "--version"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return (0, 0)
    match = re.match(r"NVIM v(\d+)\.(\d+)", said.stdout)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def wait_for(look: Callable[[], T | None], what: str, *, deadline_s: float) -> T:
    """The first true answer of `look`. Fails with `what` and the last answer at the deadline."""
    until_s = time.monotonic() + deadline_s
    while not (seen := look()):
        if time.monotonic() > until_s:
            raise AssertionError(f"{what}: not within {deadline_s:.0f} s; last seen: {seen!r}")
        time.sleep(0.02)
    return seen


class Neovim:
    """Without a person's own settings; `env` goes to it and to the servers that it starts."""

    def __init__(self, command: Path, *, env: Mapping[str, str]) -> None:
        variables = [f"{name}={value}" for name, value in env.items()]
        options = ["--embed", "--clean", "-n", "-i", "NONE"]
        self._nvim = pynvim.attach("child", argv=["env", *variables, str(command), *options])
        self._nvim.ui_attach(COLUMNS, ROWS, rgb=True)
        # No prompt after a long message: nothing would be answered until somebody presses Enter.
        self._nvim.command("set messagesopt=wait:0,history:500")
        self.lua("vim.opt.runtimepath:append(...)", str(PLUGIN))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(EOFError, OSError):  # it is gone: what was asked for
            self._nvim.command("qall!")
        self._close()

    def _close(self) -> None:
        """pynvim closes its event loop before its pipes had a turn in it to close: they would be
        complained of at some later time, when they are collected."""
        events = self._nvim._session.loop
        for transport in (*events._to_close, events._transport):
            transport.close()
        for _turn in range(3):
            events._loop.call_soon(events._loop.stop)
            events._loop.run_forever()
        self._nvim.close()

    def set_up(self, **options: Any) -> None:
        """`require('hotseat').setup(options)`."""
        self.lua("require('hotseat').setup(...)", options)

    def lua(self, code: str, *arguments: Any) -> Any:
        return self._nvim.exec_lua(code, *arguments)

    def type(self, keys: str) -> None:
        self._nvim.input(keys)

    def command(self, line: str) -> str:
        """Run an Ex command; returns what it printed."""
        return str(self._nvim.command_output(line))

    def messages(self) -> str:
        """All that was said to the person so far."""
        return self.command("messages")

    def edit(self, path: Path) -> None:
        self.lua("vim.cmd.edit(...)", str(path))

    def set_focus(self, focused: bool) -> None:
        """As when the person turns to another program, or back."""
        self._nvim.api.ui_set_focus(focused)

    def lines(self) -> list[str]:
        return list(self._nvim.current.buffer[:])

    def statusline(self) -> str:
        return str(self.lua("return require('hotseat').status()"))

    def wait_for_status(self, text: str, *, deadline_s: float) -> None:
        """Until the status line says `text`; fails with Hotseat's whole report."""
        try:
            wait_for(lambda: self.statusline() == text, text, deadline_s=deadline_s)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.command('Hotseat')}") from None

    def screen(self) -> list[str]:
        """What a person sees, row by row."""
        rows = self.lua(
            """
            vim.cmd.redraw()
            local rows = {}
            for row = 1, vim.o.lines do
              local cells = {}
              for column = 1, vim.o.columns do
                cells[column] = vim.fn.screenstring(row, column)
              end
              rows[row] = table.concat(cells)
            end
            return rows
            """
        )
        return [str(row).rstrip() for row in rows]

    def ghost_text(self) -> str:
        """The suggestion that is drawn in the current buffer; empty without one."""
        return str(
            self.lua(
                """
                local namespaces = vim.api.nvim_get_namespaces()
                local lines = {}
                local function add(chunks)
                  table.insert(lines, vim.iter(chunks):map(function(c) return c[1] end):join(''))
                end
                for _, name in ipairs({ 'nvim.lsp.inline_completion', 'hotseat.suggestion' }) do
                  local marks = namespaces[name] and vim.api.nvim_buf_get_extmarks(
                    0, namespaces[name], 0, -1, { details = true }) or {}
                  for _, mark in ipairs(marks) do
                    add(mark[4].virt_text)
                    vim.iter(mark[4].virt_lines or {}):each(add)
                  end
                end
                return table.concat(lines, '\\n')
                """
            )
        )
