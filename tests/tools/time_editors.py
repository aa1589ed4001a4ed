"""What a person waits for in a real editor, beside the engine: JSON on stdout.

    PYTHONPATH=server:tests python tests/tools/time_editors.py [EDITOR …] [--keys N] [--idle-s S]

EDITOR is vscode, nvim-0.12 or nvim-0.11, all of them without; they are those that install-vscode.sh
and install-neovim.sh leave. Each key is typed where nothing is known ahead, and timed from the
editor's hearing of it to its ghost text. The engine takes 20 ms to its first token, which are taken
off ("key_to_ghost_ms"); the pause that the editor makes by itself, before it asks anybody, is in
that and beside it. "idle_cpu_percent" is of one core, from 35 s on after the last key; VS Code's
extension host has all that VS Code itself runs in it, so it is measured without the extension too.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from hotseat.lab.clocked_engine import MODEL, THINKS_S, ClockedEngine
from support.code_server import CodeServer, install_extension, require_code_server
from support.machine import HOTSEAT, Machine
from support.neovim import Neovim, find_neovim, wait_for
from support.node import EXTENSION, require_node

EDITORS = ("vscode", "nvim-0.12", "nvim-0.11")
OWN_PAUSE_MS = {"vscode": 50, "nvim-0.12": 200, "nvim-0.11": 40}
PAUSE_S = 0.4
"""Between keys: longer than whatever a key leaves to do."""
GO = "package main\n\nfunc add(a, b int) int {\n\t\n}\n"

# Neovim 0.12 draws what is out of date anew with each key: the draw that follows an answer counts.
WATCH = """
times = {}
local typed, answered
vim.on_key(function(_, key) if key == 'x' then typed, answered = vim.uv.hrtime(), false end end)
vim.api.nvim_create_autocmd('LspRequest', { callback = function(event)
  local request = event.data.request
  answered = answered
    or (request.method == 'textDocument/inlineCompletion' and request.type == 'complete')
end })
local set_extmark = vim.api.nvim_buf_set_extmark
vim.api.nvim_buf_set_extmark = function(buffer, namespace, row, col, options)
  local namespaces = vim.api.nvim_get_namespaces()
  local ours = namespace == namespaces['hotseat.suggestion']
    or namespace == namespaces['nvim.lsp.inline_completion']
  if ours and typed and answered then
    table.insert(times, (vim.uv.hrtime() - typed) / 1e6)
    typed = nil
  end
  return set_extmark(buffer, namespace, row, col, options)
end
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Key to ghost text, and idling, in real editors.")
    parser.add_argument("editors", nargs="*", default=EDITORS, metavar="EDITOR")
    parser.add_argument("--keys", type=int, default=60)
    parser.add_argument("--idle-s", type=float, default=60.0)
    given = parser.parse_args()
    result = {}
    for editor in given.editors:
        print(f"{editor} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder, ClockedEngine() as engine:
            time_editor = in_vscode if editor == "vscode" else in_neovim
            result[editor] = time_editor(Path(folder), engine.url, editor, given.keys, given.idle_s)
    print(json.dumps(result, indent=2))


def in_vscode(folder: Path, url: str, editor: str, n_keys: int, idle_s: float) -> dict[str, Any]:
    node, tools = require_node(), require_code_server()
    subprocess.run(
        [EXTENSION / "package.sh", sys.executable, folder / "dist"], check=True, stdout=sys.stderr
    )
    (vsix,) = (folder / "dist").glob("*.vsix")
    server = folder / "hotseat"
    server.write_text(f'#!/bin/sh\nexec {" ".join(HOTSEAT)} "$@"\n')
    server.chmod(0o755)
    settings = {
        "hotseat.serverPath": str(server),
        "hotseat.roster": str(roster(folder)),
        "hotseat.engineUrl": url,
    }
    (folder / "none").mkdir()
    seen: dict[str, Any] = {}
    for scenario, extensions in (
        ("idling", folder / "none"),
        ("timing", install_extension(tools, node, vsix, folder)),
    ):
        with CodeServer(
            tools,
            node,
            folder / scenario,
            extensions=extensions,
            workspace=workspace(folder),
            settings=settings,
            env=Machine(folder).env,
        ) as vscode:
            env = {"HOTSEAT_KEYS": str(n_keys), "HOTSEAT_IDLE_S": str(idle_s)}
            seen[scenario] = vscode.drive(scenario, folder / "pictures", deadline_s=500, env=env)
    without = seen["idling"]["idle"]["extension host"]
    timed = seen["timing"]
    return {
        **figures(editor, timed["keys"]),
        "activation_ms": timed["activation"],
        "idle_cpu_percent": {**timed["idle"], "extension host without it": without},
        "bundle_kb": round((EXTENSION / "dist" / "extension.js").stat().st_size / 1024),
    }


def in_neovim(folder: Path, url: str, editor: str, n_keys: int, idle_s: float) -> dict[str, Any]:
    command = find_neovim(editor.removeprefix("nvim-"))
    if command is None:
        sys.exit(f"{editor} is not there: run tests/tools/install-neovim.sh")
    with Neovim(command, env=Machine(folder).env) as neovim:
        neovim.lua("vim.cmd.cd(...)", str(workspace(folder)))
        lsp = [*HOTSEAT, "lsp", "--roster", str(roster(folder)), "--engine-url", url]
        neovim.set_up(cmd=lsp)
        neovim.edit(folder / "shop" / "main.go")
        neovim.wait_for_status("go → go warm", deadline_s=20)
        neovim.lua(WATCH)
        neovim.type("4GA")
        for n in range(1, n_keys + 1):
            time.sleep(PAUSE_S)
            neovim.type("x")
            wait_for(lambda n=n: len(neovim.lua("return times")) == n, "ghost text", deadline_s=10)
        times_ms = neovim.lua("return times")
        neovim.type("<Esc>")
        pid = neovim.lua("return vim.uv.os_getpid()")
        time.sleep(35)
        server = server_of(pid)
        percent = idle({"editor": pid, "server": server.pid}, idle_s)
    server.wait(timeout=20)
    return {**figures(editor, times_ms), "idle_cpu_percent": percent}


def figures(editor: str, times_ms: Sequence[float]) -> dict[str, Any]:
    ours_ms = sorted(ms - THINKS_S * 1000 for ms in times_ms)
    p50, p95 = statistics.median(ours_ms), ours_ms[int(len(ours_ms) * 0.95)]
    return {
        "key_to_ghost_ms": {"p50": round(p50, 1), "p95": round(p95, 1)},
        "with_engine_ms": {"p50": round(p50 + THINKS_S * 1000, 1)},
        "own_pause_ms": OWN_PAUSE_MS[editor],
        "beyond_own_pause_ms": {
            "p50": round(p50 - OWN_PAUSE_MS[editor], 1),
            "p95": round(p95 - OWN_PAUSE_MS[editor], 1),
        },
    }


def idle(pids: dict[str, int], for_s: float) -> dict[str, float]:
    def used_s() -> dict[str, float]:
        return {name: sum(psutil.Process(pid).cpu_times()[:2]) for name, pid in pids.items()}

    before = used_s()
    time.sleep(for_s)
    return {name: round(100 * (s - before[name]) / for_s, 2) for name, s in used_s().items()}


def server_of(editor_pid: int) -> psutil.Process:
    children = psutil.Process(editor_pid).children(recursive=True)
    return next(child for child in children if "lsp" in child.cmdline())


def roster(folder: Path) -> Path:
    path = folder / "experts.yaml"
    path.write_text(json.dumps({"experts": [{"name": "go", "languages": ["go"], "model": MODEL}]}))
    return path


def workspace(folder: Path) -> Path:
    shop = folder / "shop"
    shutil.rmtree(shop, ignore_errors=True)
    (shop / ".git").mkdir(parents=True)
    (shop / "main.go").write_text(GO)
    return shop


if __name__ == "__main__":
    main()
