"""Entries for other projects' lists, in docs/editors, have the formats of those lists."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import typer
from ruamel.yaml import YAML

from hotseat.cli.lsp import lsp
from hotseat.roster.shipped import shipped_names
from support.repository import REPOSITORY

EDITORS = REPOSITORY / "docs" / "editors"
PROJECT: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
HOME = PROJECT["urls"]["Source"]
# mason-registry: the keys and categories of its package.yaml, as its entries have them.
MASON_REQUIRED = {"name", "description", "homepage", "licenses", "source"}
MASON_REQUIRED |= {"languages", "categories"}
MASON_KEYS = {*MASON_REQUIRED, "bin", "share", "opt", "schemas", "neovim", "deprecation"}
MASON_CATEGORIES = {"Compiler", "DAP", "Formatter", "LSP", "Linter", "Runtime"}


def options_of_lsp() -> set[str]:
    app = typer.Typer()
    app.command()(lsp)
    return {name for parameter in typer.main.get_command(app).params for name in parameter.opts}


def test_masons_entry() -> None:
    path = EDITORS / "mason" / "packages" / "hotseat" / "package.yaml"
    entry = YAML(typ="safe").load(path.read_text("utf-8"))
    assert path.read_text("utf-8").startswith("---\n")
    assert entry.keys() >= MASON_REQUIRED
    assert entry.keys() <= MASON_KEYS
    assert entry["name"] == path.parent.name == PROJECT["name"]
    assert entry["homepage"] == HOME
    assert entry["licenses"] == [PROJECT["license"]]
    assert set(entry["categories"]) <= MASON_CATEGORIES
    purl = re.fullmatch(r"pkg:pypi/([a-z-]+)@([\d.]+)\?extra=(\w+)", entry["source"]["id"])
    assert purl is not None
    assert purl.groups()[:2] == (PROJECT["name"], PROJECT["version"])
    assert purl[3] in PROJECT["optional-dependencies"]
    assert entry["bin"] == {name: f"pypi:{name}" for name in PROJECT["scripts"]}
    assert (EDITORS / "nvim-lspconfig" / "lsp" / f"{entry['neovim']['lspconfig']}.lua").is_file()


def test_helixs_languages() -> None:
    text = (EDITORS / "helix" / "languages.toml").read_text("utf-8")
    entry = tomllib.loads(text)
    server = entry["language-server"]["hotseat"]
    assert server.keys() <= {"command", "args", "config", "environment", "timeout"}
    assert server["command"] in PROJECT["scripts"]
    assert set(server["args"][1:]) <= options_of_lsp()
    assert server["config"]["roster"] in shipped_names()
    for language in entry["language"]:
        assert language["language-servers"][-1] == "hotseat"


def test_zeds_extension_and_settings() -> None:
    manifest = tomllib.loads((EDITORS / "zed" / "extension.toml").read_text("utf-8"))
    assert manifest["schema_version"] == 1
    assert manifest["version"] == PROJECT["version"]
    assert manifest["repository"] == HOME
    assert {"id", "name", "authors", "description"} <= manifest.keys()
    assert manifest["language_servers"]["hotseat"]["languages"]
    settings = json.loads((EDITORS / "zed" / "settings.json").read_text("utf-8"))
    binary = settings["lsp"]["pylsp"]["binary"]
    assert binary.keys() == {"path", "arguments"}
    assert set(binary["arguments"][1:]) <= options_of_lsp()
    assert "pylsp" in settings["languages"]["Python"]["language_servers"]
