"""The packed extension in a real VS Code, used through the screen as a person would."""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from pathlib import Path

import pytest

from hotseat.lab.bench.timed_stub_engine import MODEL, TimedStubEngine
from support.code_server import CodeServer
from support.connections import outside, traced
from support.machine import Machine
from support.tools import require_tool

SUPPORT = Path(__file__).parents[1] / "support"

FIRST_S, BUSY_FIRST_S = 60, 240
"""From opening a file to the first ghost text, the installation of the server included, with the
packages in pip's cache; and the same on a machine that is busy with other tests."""
N_RELOADS = 20
INSTALLING_S = 30.0
"""About the time that an installation takes: a reload comes at a random moment of it."""
DESKTOP = {"editor.quickSuggestions": {"other": "on", "comments": "off", "strings": "off"}}
"""As VS Code has them from the start; the driver's own settings leave the list off."""

pytestmark = pytest.mark.vscode


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def fake_server(folder: Path) -> Path:
    fake = SUPPORT / "fake_hotseat.py"
    return program(folder / "hotseat", f'exec "{sys.executable}" "{fake}" "$@"')


def test_every_part_with_a_scripted_server(
    code_server: Path, node: Path, extensions: Path, workspace: Path, pictures: Path, tmp_path: Path
) -> None:
    server, missing = fake_server(tmp_path), tmp_path / "missing"
    missing.touch()
    with CodeServer(
        code_server,
        node,
        tmp_path / "state",
        extensions=extensions,
        workspace=workspace,
        settings={"hotseat.serverPath": str(server)},
        env={"HOTSEAT_FAKE_MISSING": str(missing)},
    ) as editor:
        seen = editor.drive("scripted", pictures)
    assert seen["ghost text"] == seen["list and ghost text"] == "fmt.Println(i)"
    assert seen["menu"] == "Hotseat: go → go in memory · 252 MB. Suggestions are off"
    assert seen["notebook"] == "print(total)"
    assert seen["accept"]
    assert any(row.startswith("Memory252 MB of 520 MB") for row in seen["experts view"])
    assert len(seen["examples"]) == 3
    assert seen["ask"]["bold"] == "counts"
    assert "return 42" in seen["ask"]["code"]
    assert "return" in seen["ask"]["keywords"]
    assert seen["ask"]["markup"] == 0
    assert "answered by go" in seen["ask"]["footer"]
    assert "main.go" in seen["ask"]["footer"]
    assert seen["ask without the file"] == 1
    (again,) = seen["ask again"]
    assert "answered by go" in again
    assert "main.go" not in again, "it was asked without the file"
    assert seen["change a question"] == ["and then?", "what does it do?", "and before?"]
    assert seen["export"].splitlines()[0] == "> what does it do?"
    assert "*answered by go" in seen["export"]
    assert "stopped" in seen["stop"]
    assert seen["apply as a diff"] is False
    assert seen["accept the edit"]
    assert seen["recalled"].startswith("Recalled 1 note from earlier conversations")
    assert "port 5050" in seen["recalled"]
    assert "The printer has 5000." in seen["earlier conversation"]
    assert "answered by go" in seen["earlier conversation"]
    assert "The printer has 5000." in seen["conversation after a reload"]
    assert seen["crash and heal"]
    assert seen["outside"] == []


@pytest.mark.extra
def test_a_workspaces_roster_waits_for_trust(
    code_server: Path, node: Path, extensions: Path, workspace: Path, pictures: Path, tmp_path: Path
) -> None:
    server = program(tmp_path / "hotseat", f'exec "{sys.executable}" -m hotseat "$@"')
    expert = {"name": "go", "languages": ["go"], "model": MODEL}
    roster = tmp_path / "experts.yaml"
    roster.write_text(json.dumps({"experts": [expert], "budget": "444MB"}))
    (workspace / ".hotseat").mkdir()
    (workspace / ".hotseat" / "experts.yaml").write_text(json.dumps({"budget": "333MB"}))
    settings = {"hotseat.serverPath": str(server), "hotseat.roster": str(roster)}
    with (
        TimedStubEngine() as engine,
        CodeServer(
            code_server,
            node,
            tmp_path / "state",
            extensions=extensions,
            workspace=workspace,
            settings={**settings, "hotseat.engineUrl": engine.url},
            env=Machine(tmp_path).env,
            asks_for_trust=True,
        ) as editor,
    ):
        seen = editor.drive("trust", pictures)
    assert "of 444 MB" in seen["restricted"]
    assert "of 333 MB" in seen["trusted"]
    assert [row.partition("Hotseat: ")[2] for row in seen["code actions"]] == [
        "edit selection…",
        "document selection",
        "explain selection",
    ]


@pytest.mark.extra
def test_a_server_that_ends_at_once_is_said(
    code_server: Path, node: Path, extensions: Path, workspace: Path, pictures: Path, tmp_path: Path
) -> None:
    server = program(tmp_path / "hotseat", 'echo "ImportError: no pygls" >&2; exit 1')
    with CodeServer(
        code_server,
        node,
        tmp_path / "state",
        extensions=extensions,
        workspace=workspace,
        settings={"hotseat.serverPath": str(server)},
        env={},
    ) as editor:
        seen = editor.drive("broken", pictures)
    (told,) = seen["told"]
    assert "ends as soon as it is started: ImportError: no pygls" in told


@pytest.mark.extra
def test_a_machine_without_python_is_said(
    code_server: Path, node: Path, extensions: Path, workspace: Path, pictures: Path, tmp_path: Path
) -> None:
    with CodeServer(
        code_server,
        node,
        tmp_path / "state",
        extensions=extensions,
        workspace=workspace,
        settings={"hotseat.pythonPath": "/nowhere/python"},
        env={"PATH": "/nowhere"},
    ) as editor:
        seen = editor.drive("broken", pictures)
    (told,) = seen["told"]
    assert "needs Python 3.11 or later, and found none" in told


@pytest.mark.extra
def test_without_a_network_the_installation_says_so(
    code_server: Path, node: Path, extensions: Path, workspace: Path, pictures: Path, tmp_path: Path
) -> None:
    pip = {"PIP_INDEX_URL": "http://127.0.0.1:1/simple", "PIP_CONFIG_FILE": os.devnull}
    pip |= {"PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1"}
    pip |= dict.fromkeys(("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"), "")
    with CodeServer(
        code_server,
        node,
        tmp_path / "state",
        extensions=extensions,
        workspace=workspace,
        settings={"hotseat.pythonPath": sys.executable},
        env={"PATH": "/usr/bin:/bin", **pip},
    ) as editor:
        seen = editor.drive("broken", pictures)
    (told,) = seen["told"]
    assert "The package index could not be reached. Check network and proxy" in told


@pytest.mark.extra
@pytest.mark.skipif(sys.platform != "linux", reason="not applicable: Linux only")
def test_where_no_downloads_are_allowed_the_server_is_not_installed_and_nothing_connects(
    code_server: Path, node: Path, extensions: Path, workspace: Path, pictures: Path, tmp_path: Path
) -> None:
    """All processes of VS Code are traced, the extension's host among them."""
    trace = tmp_path / "trace"
    strace = require_tool("strace", shutil.which("strace"), hint="install the package strace")
    with CodeServer(
        code_server,
        node,
        tmp_path / "state",
        extensions=extensions,
        workspace=workspace,
        settings={"hotseat.pythonPath": sys.executable},
        env={"PATH": "/usr/bin:/bin", "HOTSEAT_NETWORK": "none"},
        wrapper=[str(strace), "-D", "-f", "-qq", "-e", "trace=connect", "-o", str(trace)],
    ) as editor:
        seen = editor.drive("broken", pictures)
    (told,) = seen["told"]
    assert "The server is not installed, because HOTSEAT_NETWORK=none forbids downloads" in told
    assert outside(traced(trace)) == []


@pytest.mark.extra
@pytest.mark.skipif(sys.platform != "linux", reason="nobody can write to /sys there")
def test_where_nothing_can_be_written_it_is_said_once(
    code_server: Path, node: Path, extensions: Path, workspace: Path, pictures: Path, tmp_path: Path
) -> None:
    homes = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOTSEAT_RUNTIME_DIR")
    exports = [f"export {home}=/sys/nowhere/{home}" for home in homes]
    hotseat = f'exec "{sys.executable}" -m hotseat "$@"'
    with CodeServer(
        code_server,
        node,
        tmp_path / "state",
        extensions=extensions,
        workspace=workspace,
        settings={
            "hotseat.serverPath": str(program(tmp_path / "s", "\n".join([*exports, hotseat])))
        },
        env={},
    ) as editor:
        seen = editor.drive("readonly", pictures)
    why = "the runtime directory /sys/nowhere/HOTSEAT_RUNTIME_DIR cannot be made"
    what = "Set HOTSEAT_RUNTIME_DIR to a directory of your own"
    (told,) = seen["told"]
    for place in (told, seen["doctor"], *seen["ask"]):
        assert why in place
        assert what in place
    assert "Traceback" not in json.dumps(seen)


@pytest.mark.extra
def test_the_walkthrough_does_what_it_says(
    code_server: Path, node: Path, extensions: Path, workspace: Path, pictures: Path, tmp_path: Path
) -> None:
    with CodeServer(
        code_server,
        node,
        tmp_path / "state",
        extensions=extensions,
        workspace=workspace,
        settings={"hotseat.serverPath": str(fake_server(tmp_path))},
        env={},
    ) as editor:
        seen = editor.drive("walkthrough", pictures)
    assert len(seen["titles"]) == 5
    assert "1 of 2 findings keep Hotseat from working" in seen["doctor"]
    assert "Download Models" in seen["doctor"]
    assert "hotseat pull" not in seen["doctor"]
    assert seen["pull"] == ["Hotseat: all models are on this machine."]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_from_the_packed_extension_alone(
    code_server: Path,
    node: Path,
    extensions: Path,
    workspace: Path,
    pictures: Path,
    machine: Machine,
    tmp_path: Path,
) -> None:
    """No hotseat in PATH: the extension makes an environment of its own from the wheel in it."""
    with CodeServer(
        code_server,
        node,
        tmp_path / "state",
        extensions=extensions,
        workspace=workspace,
        settings={
            "hotseat.pythonPath": sys.executable,
            "hotseat.roster": "starter",
            "hotseat.budgetBytes": 900_000_000,
        },
        env={**machine.env, "PATH": "/usr/bin:/bin"},
    ) as editor:
        told = {"HOTSEAT_ENGINE": str(machine.folder / "run" / "engine.json")}
        seen = editor.drive("fresh", pictures, deadline_s=500, env=told)
    assert seen["ghost text"].strip()
    assert seen["seconds to ghost text"] < BUSY_FIRST_S
    assert seen["accept"]
    (answer,) = seen["ask"]
    assert "answered by" in answer
    assert "main.go" in answer
    assert seen["edit"]
    assert seen["ghost text again"].strip()
    assert any("web" in row and "in memory" in row for row in seen["experts view"])
    assert seen["outside"] == []


@pytest.mark.extra
@pytest.mark.timeout(600)
def test_a_clean_profile_suggests_within_a_minute(
    code_server: Path,
    node: Path,
    extensions: Path,
    workspace: Path,
    pictures: Path,
    machine: Machine,
    tmp_path: Path,
) -> None:
    """With the models on this machine, and without a click."""
    with CodeServer(
        code_server,
        node,
        tmp_path / "state",
        extensions=extensions,
        workspace=workspace,
        settings={**DESKTOP, "hotseat.pythonPath": sys.executable},
        env={**machine.env, "PATH": "/usr/bin:/bin"},
    ) as editor:
        patience = {"HOTSEAT_STEP_MS": "240000"}
        seen = editor.drive("first", pictures, deadline_s=500, env=patience)
    assert seen["ghost text"].strip()
    assert seen["seconds"] < FIRST_S
    assert seen["after the list"].strip(), "Escape closed the list, and a suggestion came"
    print(seen["seconds"])


@pytest.mark.extra
@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(N_RELOADS))
def test_a_reload_while_the_server_is_installed_needs_no_user(
    code_server: Path,
    node: Path,
    extensions: Path,
    workspace: Path,
    pictures: Path,
    machine: Machine,
    tmp_path: Path,
    number: int,
) -> None:
    moment_s = random.Random(number).uniform(0, INSTALLING_S)
    with CodeServer(
        code_server,
        node,
        tmp_path / "state",
        extensions=extensions,
        workspace=workspace,
        settings={"hotseat.pythonPath": sys.executable, "hotseat.roster": "starter"},
        env={**machine.env, "PATH": "/usr/bin:/bin"},
    ) as editor:
        moment = {"HOTSEAT_RELOAD_MS": str(int(1000 * moment_s)), "HOTSEAT_STEP_MS": "90000"}
        seen = editor.drive("reload", pictures, deadline_s=500, env=moment)
    print(f"reload after {moment_s:.1f} s: in memory {seen['seconds']:.1f} s later")
    assert seen["in memory"]
    assert seen["notifications"] == []
    storage = tmp_path / "state" / "user" / "User" / "globalStorage" / "hotseat.hotseat"
    made = [path.parent for path in storage.glob("server-*/*ready*")]
    assert len(made) == 1, sorted(storage.iterdir())
    assert not list(storage.glob("*.lock"))
