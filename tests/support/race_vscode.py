"""One turn of one contender in a real VS Code, for tests/tools/race_editors.py."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.code_server import CodeServer
from support.machine import HOTSEAT, Machine
from support.node import EXTENSION, REPOSITORY, install_packages
from support.race_engine import MODEL, RaceEngine, is_right
from support.race_tally import DEADLINE_S, TYPED, TYPING_S, Redraw, Tally, wrong_ms

DRIVER = REPOSITORY / "tests" / "vscode" / "race.mjs"
FILE = "sample.js"
"""llama.vscode starts with JavaScript, TypeScript and plain text alone."""
BODY = (
    "".join(f"function f{n}(a, b) {{\n  return a + {n} * b;\n}}\n\n" for n in range(60))
    + "let total, x, z, a, b;\n"
)
WARM_UP_ROUNDS = 2
DRIVER_S = 240


@dataclass(frozen=True, kw_only=True)
class Contender:
    """`extension` is a folder as VS Code unpacks one. `ready` is what the status bar shows once it
    can answer; then, or where it shows nothing, `settle_s` is waited."""

    extension: Path
    settings: Callable[[Path, str], Mapping[str, Any]]
    """For a folder of the turn's own and the engine's URL."""
    ready: str = ""
    settle_s: float = 8.0


def hotseat(node: Path, folder: Path) -> Contender:
    """Build the extension of this checkout. The server is this checkout's, without an
    installation."""
    install_packages(node)
    _run([node, "esbuild.mjs"], EXTENSION)
    unpacked = folder / "hotseat"
    for name in ("package.json", "dist", "media", "schema"):
        source = EXTENSION / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        unpacked.mkdir(parents=True, exist_ok=True)
        copy(source, unpacked / name)

    def settings(turn: Path, url: str) -> Mapping[str, Any]:
        server, roster = turn / "server", turn / "experts.yaml"
        server.write_text(f'#!/bin/sh\nexec {" ".join(HOTSEAT)} "$@"\n')
        server.chmod(0o755)
        expert = {"name": "js", "languages": ["javascript"], "model": MODEL}
        roster.write_text(json.dumps({"experts": [expert]}))
        return {
            "hotseat.serverPath": str(server),
            "hotseat.roster": str(roster),
            "hotseat.engineUrl": url,
        }

    return Contender(extension=unpacked, settings=settings, ready="js in memory")


def llama_vscode(node: Path, source: Path, folder: Path, *, n_completions: int | None) -> Contender:
    """Bundle llama.vscode from a clone that has its node_modules.

    `n_completions`: how many it asks for at once; None for its default.
    """
    install_packages(node)
    unpacked = folder / "llama.vscode"
    if not unpacked.exists():
        (unpacked / "dist").mkdir(parents=True)
        manifest = json.loads((source / "package.json").read_text())
        # The race's VS Code has no extension for git.
        manifest.pop("extensionDependencies", None)
        (unpacked / "package.json").write_text(json.dumps(manifest))
        shutil.copytree(source / "resources", unpacked / "resources")
        bundler = EXTENSION / "node_modules" / ".bin" / "esbuild"
        options = ("--bundle", "--platform=node", "--format=cjs", "--external:vscode")
        out = f"--outfile={unpacked / 'dist' / 'extension.js'}"
        _run([bundler, "src/extension.ts", *options, out], source)

    def settings(_turn: Path, url: str) -> Mapping[str, Any]:
        chosen: dict[str, Any] = {
            "llama-vscode.endpoint": url,
            "llama-vscode.ask_install_llamacpp": False,
            "llama-vscode.ask_upgrade_llamacpp_hours": 0,
        }
        if n_completions is not None:
            chosen["llama-vscode.max_parallel_completions"] = n_completions
        return chosen

    return Contender(extension=unpacked, settings=settings)


def race(
    contender: Contender,
    tally: Tally,
    *,
    node: Path,
    tools: Path,
    folder: Path,
    delay_s: float,
    look_s: float,
    rounds: int,
) -> list[Redraw]:
    """Run one turn, add what was seen to `tally`, and return what was on the screen."""
    extensions, work = folder / "extensions", folder / "work"
    extensions.mkdir(parents=True)
    shutil.copytree(contender.extension, extensions / contender.extension.name)
    (work / ".git").mkdir(parents=True)
    (work / FILE).write_text(BODY)
    with (
        RaceEngine(delay_s) as engine,
        CodeServer(
            tools,
            node,
            folder / "state",
            extensions=extensions,
            workspace=work,
            settings=contender.settings(folder, engine.url),
            env=Machine(folder).env,
        ) as editor,
    ):
        options = {
            "file": FILE,
            "ready": contender.ready,
            "settleMs": contender.settle_s * 1000,
            "warmUps": WARM_UP_ROUNDS,
            "rounds": rounds,
            "lookMs": look_s * 1000,
            "typingMs": TYPING_S * 1000,
            "deadlineMs": DEADLINE_S * 1000,
            "typed": TYPED,
            "engine": engine.url,
            "pictures": os.environ.get("HOTSEAT_PICTURES", ""),
        }
        printed = subprocess.run(
            [str(node), str(DRIVER), editor.url, str(tools), json.dumps(options)],
            capture_output=True,
            text=True,
            timeout=DRIVER_S,
            check=False,
        )
    if printed.returncode:
        raise RuntimeError(f"{DRIVER} failed:\n{printed.stdout}\n{printed.stderr}")
    return _counted(json.loads(printed.stdout.splitlines()[-1]), tally)


def _counted(seen: Mapping[str, Any], tally: Tally) -> list[Redraw]:
    redraws = [Redraw(one["at"], one["line"], one["ghost"]) for one in seen["shown"]]
    for times, keys in ((tally.key_ms, seen["asked"]), (tally.accept_ms, seen["accepted"])):
        for key in keys:
            took_ms = _ghost_after(redraws, seen["keys"][key["key"]], key)
            if took_ms is None:
                tally.n_missed += 1
            else:
                times.append(took_ms)
    tally.n_keys += len(seen["keys"])
    tally.n_requests += seen["used"]["completions"]
    tally.editor_cpu_ms += seen["used"]["editor"]
    tally.server_cpu_ms += seen["used"]["server"]
    tally.seen_ms += seen["endMs"] - redraws[0].at_ms
    tally.wrong_ms += wrong_ms(redraws, seen["endMs"])
    return redraws


def _ghost_after(redraws: list[Redraw], typed_ms: float, key: Mapping[str, Any]) -> float | None:
    """Return the ms from a key to the first right ghost text on its line (any after an accept)."""
    for redraw in redraws:
        longer = len(redraw.line) > key["longerThan"]
        is_there = redraw.line == key["line"] if key["line"] is not None else longer
        took_ms = redraw.at_ms - typed_ms
        is_right_there = is_there and bool(redraw.ghost) and is_right(redraw.line, redraw.ghost)
        if is_right_there and 0 <= took_ms <= DEADLINE_S * 1000:
            return took_ms
    return None


def _run(command: Sequence[str | Path], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        words = " ".join(map(str, command))
        raise RuntimeError(f"{words} failed in {folder}:\n{done.stderr}")
