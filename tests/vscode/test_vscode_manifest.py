"""The VS Code extension agrees with the server: settings, commands, messages, version.

The settings of package.json that are the server's own are generated from
hotseat/session/settings.py: with HOTSEAT_UPDATE_CASES=1 in the environment they are written again.
"""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest

from hotseat import __version__
from hotseat.lsp import ext, methods
from hotseat.lsp.wire import wire_name
from hotseat.session import settings
from hotseat.session.settings import Settings
from support.messages import wire_names
from support.node import EXTENSION

MANIFEST = EXTENSION / "package.json"
JSON_TYPES = {str: "string", int: "integer", bool: "boolean"}
NOT_SHOWN = {"trusted", "codeActions", "completionFallback", "statistics"}
"""VS Code's own Workspace Trust says the first; it has code actions and inline completion of its
own; `completion: {statistics: off}` in experts.yaml is the user's way to say the last."""
HABITS = {"debounce_ms", "max_lines"}
FIRST_ORDER = 10


@pytest.fixture
def manifest() -> dict[str, Any]:
    return dict(json.loads(MANIFEST.read_text("utf-8")))


def docstrings() -> dict[str, str]:
    """Field of Settings → its docstring, as one line."""
    tree = ast.parse(Path(settings.__file__).read_text("utf-8"))
    (body,) = (n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Settings")
    found = {}
    for field, after in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            assert isinstance(after, ast.Expr)
            assert isinstance(after.value, ast.Constant)
            found[field.target.id] = " ".join(str(after.value.value).split())
    return found


def server_settings() -> dict[str, Any]:
    """The part of `contributes.configuration.properties` that is the server's."""
    defaults, described = Settings(), docstrings()
    properties = {}
    for order, (name, hint) in enumerate(get_type_hints(Settings).items(), FIRST_ORDER):
        if wire_name(name) in NOT_SHOWN:
            continue
        (kind,) = (member for member in get_args(hint) or (hint,) if member is not NoneType)
        default = getattr(defaults, name)
        kinds = JSON_TYPES[kind]
        properties[f"hotseat.{wire_name(name)}"] = {
            "type": kinds if default is not None else [kinds, "null"],
            "default": default,
            # A file, an address or an amount of memory is the machine's; a habit is the user's.
            "scope": "window" if kind is bool or name in HABITS else "machine-overridable",
            "markdownDescription": described[name],
            "order": order,
        }
    return properties


def test_the_settings_are_the_servers(manifest: dict[str, Any]) -> None:
    configuration = manifest["contributes"]["configuration"]
    expected = server_settings()
    own = {
        name: entry
        for name, entry in configuration["properties"].items()
        if not FIRST_ORDER <= entry["order"] < FIRST_ORDER + 10
    }
    if os.environ.get("HOTSEAT_UPDATE_CASES"):
        configuration["properties"] = own | expected
        MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
    assert configuration["properties"] == own | expected


def test_the_extension_sends_what_it_offers() -> None:
    source = (EXTENSION / "src" / "settings.ts").read_text("utf-8")
    (sent,) = re.findall(r"SERVER_SETTINGS = \[(.*?)\]", source, re.DOTALL)
    assert (
        set(re.findall(r"'(\w+)'", sent)) == set(wire_names(ext.InitializationOptions)) - NOT_SHOWN
    )
    assert "trusted: vscode.workspace.isTrusted" in source


def test_what_names_a_program_or_a_host_waits_for_trust(manifest: dict[str, Any]) -> None:
    restricted = manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    names = {"serverPath", "pythonPath", "roster", "engineUrl", "budgetBytes"}
    assert set(restricted) == {f"hotseat.{name}" for name in names}
    assert set(restricted) <= set(manifest["contributes"]["configuration"]["properties"])


def test_the_servers_commands(manifest: dict[str, Any]) -> None:
    # The language client registers those itself: a second of the same name would not start.
    offered = {command["command"] for command in manifest["contributes"]["commands"]}
    assert not offered & {command.name for command in methods.SERVER_COMMANDS}


def test_every_command_has_a_handler_and_none_is_unknown(manifest: dict[str, Any]) -> None:
    contributes = manifest["contributes"]
    offered = {command["command"] for command in contributes["commands"]}
    sources = "".join(file.read_text("utf-8") for file in (EXTENSION / "src").rglob("*.ts"))
    assert [name for name in offered if f"'{name}'" not in sources] == []
    used = [entry["command"] for menu in contributes["menus"].values() for entry in menu]
    used += [entry["command"] for entry in contributes["keybindings"]]
    used += re.findall(r"\(command:([\w.]+)\)", MANIFEST.read_text("utf-8"))
    assert {name for name in used if name.startswith("hotseat.")} <= offered


def test_the_walkthroughs_pages_are_there(manifest: dict[str, Any]) -> None:
    (walkthrough,) = manifest["contributes"]["walkthroughs"]
    pages = [EXTENSION / step["media"]["markdown"] for step in walkthrough["steps"]]
    assert all(page.is_file() for page in pages)


def test_versions_are_pinned_and_agree(manifest: dict[str, Any]) -> None:
    assert manifest["version"] == __version__
    versions = manifest["devDependencies"].values()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
