"""What a person waits for in a real editor, beside the engine: JSON on stdout.

    PYTHONPATH=server:tests python tests/tools/time_editors.py [EDITOR …] [--keys N] [--idle-s S]

EDITOR is vscode, nvim-0.12 or nvim-0.11, all of them without; they are those that install-vscode.sh
and install-neovim.sh leave. Each key is typed where nothing is known ahead, and timed from the
editor's hearing of it to its ghost text. The engine takes 20 ms to its first token, which are taken
off ("key_to_ghost_ms"); the pause that the editor makes by itself, before it asks anybody, is in
that and beside it. "vscode_alone_ms" is what the same VS Code takes with an extension that answers
every request at once, by turns of ten keys; nothing is taken off for the difference to it, as the
engine works during the pause. "idle_cpu_percent" is of one core, from 35 s on after the last key
(--idle-s 0: not measured); VS Code's extension host has all that VS Code itself runs in it, so it
is measured without the extension too.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from hotseat.lab.bench.timed_stub_engine import MODEL, THINKS_S, TimedStubEngine
from support.code_server import CodeServer, install_extension, require_code_server
from support.machine import HOTSEAT, Machine
from support.neovim import Neovim, find_neovim, wait_for
from support.node import EXTENSION, require_node

EDITORS = ("vscode", "nvim-0.12", "nvim-0.11")
OWN_PAUSE_MS = {"vscode": 50, "nvim-0.12": 200, "nvim-0.11": 40}
PAUSE_S = 0.4
"""Between keys: longer than whatever a key leaves to do."""
ALONE = {
    "package.json": json.dumps(
        {
            "name": "alone",
            "publisher": "tests",
            "version": "0.0.0",
            "engines": {"vscode": "^1.91.0"},
            "main": "./extension.js",
            "activationEvents": ["onStartupFinished"],
        }
    ),
    "extension.js": """
const { InlineCompletionItem, Range, languages } = require('vscode');
exports.activate = () => languages.registerInlineCompletionItemProvider({ scheme: 'file' }, {
  provideInlineCompletionItems: (_document, at) =>
    [new InlineCompletionItem(' = a + b', new Range(at, at))],
});
""",
}
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
        with tempfile.TemporaryDirectory() as folder, TimedStubEngine() as engine:
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
    alone = folder / "alone-extensions"
    (alone / "tests.alone-0.0.0").mkdir(parents=True)
    for name, text in ALONE.items():
        (alone / "tests.alone-0.0.0" / name).write_text(text)

    def vscode(name: str, extensions: Path) -> CodeServer:
        return CodeServer(
            tools,
            node,
            folder / name,
            extensions=extensions,
            workspace=workspace(folder / name),
            settings=settings,
            env=Machine(folder).env,
        )

    with vscode("alone", alone) as without:
        env = {
            "HOTSEAT_KEYS": str(n_keys),
            "HOTSEAT_IDLE_S": str(idle_s),
            "HOTSEAT_ALONE_URL": without.url,
        }

        def drive(editor: CodeServer, scenario: str) -> dict[str, Any]:
            return editor.drive(scenario, folder / "pictures", deadline_s=500, env=env)

        idling = drive(without, "idling")["idle"] if idle_s else {}
        with vscode("with", install_extension(tools, node, vsix, folder)) as ours:
            timed = drive(ours, "timing")
    alone_ms, with_engine_ms = (percentiles(timed["keys"][name]) for name in ("alone", "ours"))
    idle_percent = {"extension host without it": idling.get("extension host")}
    return {
        **figures(editor, timed["keys"]["ours"]),
        "vscode_alone_ms": alone_ms,
        "beyond_vscode_alone_ms": {
            name: round(ms - alone_ms[name], 1) for name, ms in with_engine_ms.items()
        },
        "activation_ms": timed["activation"],
        "idle_cpu_percent": {**timed["idle"], **idle_percent} if idle_s else None,
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
        neovim.wait_for_status("go → go in memory", deadline_s=20)
        neovim.lua(WATCH)
        neovim.type("4GA")
        for n in range(1, n_keys + 1):
            time.sleep(PAUSE_S)
            neovim.type("x")
            wait_for(lambda n=n: len(neovim.lua("return times")) == n, "ghost text", deadline_s=10)
        times_ms = neovim.lua("return times")
        neovim.type("<Esc>")
        pid = neovim.lua("return vim.uv.os_getpid()")
        server = server_of(pid)
        percent = idle({"editor": pid, "server": server.pid}, idle_s) if idle_s else None
    server.wait(timeout=20)
    return {**figures(editor, times_ms), "idle_cpu_percent": percent}


def figures(editor: str, times_ms: Sequence[float]) -> dict[str, Any]:
    ours_ms = percentiles([ms - THINKS_S * 1000 for ms in times_ms])
    own_ms = OWN_PAUSE_MS[editor]
    return {
        "key_to_ghost_ms": ours_ms,
        "with_engine_ms": percentiles(times_ms),
        "own_pause_ms": own_ms,
        "beyond_own_pause_ms": {name: round(ms - own_ms, 1) for name, ms in ours_ms.items()},
    }


def percentiles(times_ms: Sequence[float]) -> dict[str, float]:
    times_ms = sorted(times_ms)
    p50, p95 = statistics.median(times_ms), times_ms[int(len(times_ms) * 0.95)]
    return {"p50": round(p50, 1), "p95": round(p95, 1)}


def idle(pids: dict[str, int], for_s: float) -> dict[str, float]:
    def used_s() -> dict[str, float]:
        return {name: sum(psutil.Process(pid).cpu_times()[:2]) for name, pid in pids.items()}

    time.sleep(35)
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
    (shop / ".git").mkdir(parents=True)
    (shop / "main.go").write_text(GO)
    return shop


if __name__ == "__main__":
    main()
