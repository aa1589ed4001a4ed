"""Race Hotseat against other plugins in a real Neovim or VS Code: JSON or a table on stdout.

Each contender gets an editor of its own with the same file, the same keys and the same scripted
engine, which answers every request after a fixed delay with a text that depends on the text before
the cursor. Contenders take turns, so that a busy machine slows all of them. What is timed is what
Neovim draws, or what VS Code has in its page: each change is recorded with its ghost text.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from support import race_vscode
from support.code_server import require_code_server
from support.machine import HOTSEAT, Machine
from support.neovim import Neovim, find_neovim
from support.node import require_node
from support.race_engine import MODEL, RaceEngine, is_right
from support.race_tally import (
    DEADLINE_S,
    TYPED,
    TYPING_S,
    Redraw,
    Tally,
    ratios,
    table,
    wrong_ms,
)

EPILOG = """
examples:
  # Hotseat alone, an engine of 150 ms
  PYTHONPATH=server:tests python tests/tools/race_editors.py

  # with two peers, from clones of their repositories
  PYTHONPATH=server:tests python tests/tools/race_editors.py \\
      --minuet ~/src/minuet-ai.nvim --llama-vim ~/src/llama.vim --turns 3 --json

  # in VS Code, against a clone of llama.vscode after `npm install --ignore-scripts --omit=dev`
  PYTHONPATH=server:tests python tests/tools/race_editors.py \\
      --vscode --llama-vscode ~/src/llama.vscode --rounds 6

what the figures mean:
  key_to_ghost_ms    from a key that the shown suggestion does not go on with to the new ghost text
  accept_to_ghost_ms from Tab, --look-ms after the ghost text appeared, to the ghost text after it
  missed             how often there was none within 3 s, of both; they count in no percentile
  wrong_share        share of the time in which the ghost text on the screen was not what the engine
                     had answered for the text before the cursor
  requests_per_key   completions that reached the engine
  editor_cpu_ms, server_cpu_ms   processor time per key; the server's with its parser. Of VS Code
                     it is the extension host's, not the browser's
  ratio              of Hotseat's median to that of the fastest peer; below 1 Hotseat is faster

Neovim is the one that tests/tools/install-neovim.sh leaves, or HOTSEAT_NVIM. llama.vim and minuet
need curl, and minuet needs plenary.nvim if its version does (--plenary). VS Code is the one that
tests/tools/install-vscode.sh leaves. llama.vscode races with its defaults, and asking for one
completion at once: with its default of three it shows nothing after an accept.
"""
SETUP = """
shown, keys = {}, {}
vim.on_key(function(_, typed)
  if typed and typed ~= '' then table.insert(keys, { vim.uv.hrtime() / 1e6 }) end
end)
local function ghost()
  for name, id in pairs(vim.api.nvim_get_namespaces()) do
    if vim.list_contains({ 'hotseat.suggestion', 'minuet.virtualtext', 'vt_fim' }, name) then
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, id, 0, -1, { details = true })) do
        local text = mark[4].virt_text and mark[4].virt_text[1] and mark[4].virt_text[1][1] or ''
        if vim.trim(text) ~= '' then return text end
      end
    end
  end
  return ''
end
vim.api.nvim_set_decoration_provider(vim.api.nvim_create_namespace('race'), { on_end = function()
  local col = vim.api.nvim_win_get_cursor(0)[2]
  table.insert(shown,
    { vim.uv.hrtime() / 1e6, vim.api.nvim_get_current_line():sub(1, col), ghost() })
end })
"""


Prepare = Callable[[Neovim, Path, str], None]


def hotseat(neovim: Neovim, folder: Path, url: str) -> None:
    roster = folder / "experts.yaml"
    expert = {"name": "py", "languages": ["python"], "model": MODEL}
    roster.write_text(json.dumps({"experts": [expert]}))
    neovim.set_up(cmd=[*HOTSEAT, "lsp", "--roster", str(roster), "--engine-url", url])


def minuet(source: Path, plenary: Path | None, *, waits: bool) -> Prepare:
    def prepare(neovim: Neovim, _folder: Path, url: str) -> None:
        for path in filter(None, (source, plenary)):
            neovim.lua("vim.opt.runtimepath:append(...)", str(path))
        options: dict[str, Any] = {
            "provider": "openai_fim_compatible",
            "virtualtext": {"auto_trigger_ft": ["*"], "keymap": {"accept": "<Tab>"}},
            "provider_options": {
                "openai_fim_compatible": {
                    "api_key": "TERM",
                    "name": "race",
                    "end_point": f"{url}/v1/completions",
                    "model": MODEL,
                }
            },
        }
        if not waits:
            options |= {"debounce": 0, "throttle": 0}
        neovim.lua("require('minuet').setup(...)", options)

    return prepare


def llama_vim(source: Path) -> Prepare:
    def prepare(neovim: Neovim, _folder: Path, url: str) -> None:
        neovim.lua("vim.opt.runtimepath:append(...)", str(source))
        neovim.lua("vim.g.llama_config = { endpoint_fim = ... }", f"{url}/infill")
        neovim.command("runtime plugin/llama.vim")
        neovim.command("call llama#init()")

    return prepare


def race(command: Path, prepare: Prepare, tally: Tally, given: argparse.Namespace) -> None:
    """Run one turn of one contender, and add what was seen to `tally`."""
    with (
        tempfile.TemporaryDirectory() as name,
        RaceEngine(given.delay_ms / 1000) as engine,
    ):
        folder = Path(name)
        env: Mapping[str, str] = {**Machine(folder).env, "TERM": "xterm"}
        with Neovim(command, env=env) as neovim:
            work = folder / "work"
            (work / ".git").mkdir(parents=True)
            body = "".join(f"def f_{n}(a, b):\n    return a + {n} * b\n\n\n" for n in range(60))
            (work / "sample.py").write_text(f"{body}def main(a, b):\n    pass\n")
            neovim.lua("vim.cmd.cd(...)", str(work))
            prepare(neovim, folder, engine.url)
            neovim.edit(work / "sample.py")
            neovim.lua(SETUP)
            if prepare is hotseat:
                neovim.wait_for_status("python → py in memory", deadline_s=30)
            else:
                time.sleep(2)
            neovim.type("G")
            with cpu_of(neovim, tally):
                first = engine.n_completions
                for _ in range(given.rounds):
                    a_round(neovim, tally, given.look_ms / 1000)
                tally.n_requests += engine.n_completions - first
                end_ms = neovim.lua("return vim.uv.hrtime() / 1e6")
            redraws = redraws_of(neovim)
            if given.verbose:
                print_redraws(redraws)
            tally.n_keys += neovim.lua("return #keys")
            tally.seen_ms += end_ms - redraws[0].at_ms
            tally.wrong_ms += wrong_ms(redraws, end_ms)


def a_round(neovim: Neovim, tally: Tally, look_s: float) -> None:
    """A new line, a key that asks, Tab a moment after its ghost text, and five keys in a rhythm."""
    neovim.type("<Esc>o")
    neovim.type("total = ")
    time.sleep(0.8)
    took_ms = ghost_after(neovim, "z", "total = z")
    if took_ms is None:
        tally.n_missed += 1
    else:
        tally.key_ms.append(took_ms)
        time.sleep(look_s)
        took_ms = ghost_after(neovim, "<Tab>", None)
        if took_ms is None:
            tally.n_missed += 1
        else:
            tally.accept_ms.append(took_ms)
    neovim.type("<Esc>o")
    neovim.type("x = ")
    for key in TYPED:
        neovim.type(key)
        time.sleep(TYPING_S)
    time.sleep(0.3)


def ghost_after(neovim: Neovim, key: str, line: str | None) -> float | None:
    """Type `key`; return the ms to the first right ghost text on the line (any after an accept)."""
    before = neovim.lua("return { #keys, #shown, vim.api.nvim_get_current_line() }")
    neovim.type(key)
    until_s = time.monotonic() + DEADLINE_S
    while time.monotonic() < until_s:
        time.sleep(0.03)
        typed_ms = neovim.lua("local k = keys[...]; return k and k[1]", before[0] + 1)
        for redraw in redraws_of(neovim, before[1]) if typed_ms else ():
            is_new = redraw.line == line if line else len(redraw.line) > len(before[2])
            if is_new and redraw.ghost and is_right(redraw.line, redraw.ghost):
                return redraw.at_ms - float(typed_ms)
    return None


def redraws_of(neovim: Neovim, after: int = 0) -> list[Redraw]:
    return [Redraw(*one) for one in neovim.lua("return vim.list_slice(shown, ... + 1)", after)]


@contextmanager
def cpu_of(neovim: Neovim, tally: Tally) -> Iterator[None]:
    """Add the processor time of the editor, and of the language server with its children."""
    editor = psutil.Process(neovim.lua("return vim.uv.os_getpid()"))
    # curl's processes end at once: what they took is the editor's `children_user`.
    servers = [child for child in editor.children(recursive=True) if "curl" not in child.name()]

    def used_ms() -> tuple[float, float]:
        own = editor.cpu_times()
        mine = own.user + own.system + own.children_user + own.children_system
        theirs = sum(sum(server.cpu_times()[:2]) for server in servers)
        return mine * 1000, theirs * 1000

    before = used_ms()
    yield
    after = used_ms()
    tally.editor_cpu_ms += after[0] - before[0]
    tally.server_cpu_ms += after[1] - before[1]


def print_redraws(redraws: list[Redraw]) -> None:
    for redraw in redraws:
        right = not redraw.ghost or is_right(redraw.line, redraw.ghost)
        print("right" if right else "WRONG", redraw, file=sys.stderr)


Turn = Callable[[Tally], None]
"""Runs one turn of one contender, and adds what was seen."""


def neovim_turns(given: argparse.Namespace) -> dict[str, Turn]:
    """Return what runs a turn of each contender in Neovim, Hotseat first."""
    if (command := find_neovim()) is None:
        sys.exit("There is no Neovim 0.12: run tests/tools/install-neovim.sh, or set HOTSEAT_NVIM.")
    contenders: dict[str, Prepare] = {"hotseat": hotseat}
    if given.minuet:
        contenders["minuet"] = minuet(given.minuet, given.plenary, waits=True)
        contenders["minuet without debounce"] = minuet(given.minuet, given.plenary, waits=False)
    if given.llama_vim:
        contenders["llama.vim"] = llama_vim(given.llama_vim)

    def turn(prepare: Prepare) -> Turn:
        return lambda tally: race(command, prepare, tally, given)

    return {name: turn(prepare) for name, prepare in contenders.items()}


def vscode_turns(given: argparse.Namespace, built: Path) -> dict[str, Turn]:
    """Return what runs a turn of each contender in VS Code; their extensions are built now."""
    node, tools = require_node(), require_code_server()
    contenders = {"hotseat": race_vscode.hotseat(node, built)}
    if source := given.llama_vscode:
        for name, n in {"llama.vscode": None, "llama.vscode, one completion": 1}.items():
            contenders[name] = race_vscode.llama_vscode(node, source, built, n_completions=n)

    def turn(contender: race_vscode.Contender) -> Turn:
        def run(tally: Tally) -> None:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
                redraws = race_vscode.race(
                    contender,
                    tally,
                    node=node,
                    tools=tools,
                    folder=Path(name),
                    delay_s=given.delay_ms / 1000,
                    look_s=given.look_ms / 1000,
                    rounds=given.rounds,
                )
            if given.verbose:
                print_redraws(redraws)

        return run

    return {name: turn(contender) for name, contender in contenders.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vscode", action="store_true", help="race in VS Code, not in Neovim")
    parser.add_argument("--minuet", type=Path, metavar="DIR", help="a clone of minuet-ai.nvim")
    parser.add_argument("--plenary", type=Path, metavar="DIR", help="a clone of plenary.nvim")
    parser.add_argument("--llama-vim", type=Path, metavar="DIR", help="a clone of llama.vim")
    parser.add_argument("--llama-vscode", type=Path, metavar="DIR", help="a clone of llama.vscode")
    parser.add_argument("--delay-ms", type=float, default=150.0, help="of the engine (150)")
    parser.add_argument("--look-ms", type=float, default=250.0, help="ghost text to Tab (250)")
    parser.add_argument("--rounds", type=int, default=8, help="per turn and contender (8)")
    parser.add_argument("--turns", type=int, default=2, help="of each contender (2)")
    parser.add_argument("--verbose", action="store_true", help="print each redraw to stderr")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    for path in filter(None, (given.minuet, given.plenary, given.llama_vim, given.llama_vscode)):
        if not path.is_dir():
            sys.exit(f"{path} is not a directory: give the folder of the plugin's clone.")
    with tempfile.TemporaryDirectory() as built:
        turns = vscode_turns(given, Path(built)) if given.vscode else neovim_turns(given)
        tallies = {name: Tally() for name in turns}
        for n in range(given.turns):
            for name, turn in turns.items():
                print(f"turn {n + 1} of {given.turns}: {name} …", file=sys.stderr, flush=True)
                turn(tallies[name])
    figures = {name: tally.figures() for name, tally in tallies.items()}
    result = {"delay_ms": given.delay_ms, "contenders": figures, "ratio": ratios(figures)}
    print(json.dumps(result, indent=2) if given.json else table(result))


if __name__ == "__main__":
    main()
