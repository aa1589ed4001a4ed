"""What `hotseat doctor` says of directories, and of models while no engine runs."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from hotseat.cli.main import main
from hotseat.engines import discovery
from hotseat.roster.load import load_text
from hotseat.session.doctor import examine as module
from hotseat.session.doctor.directories import why_not_writable
from hotseat.session.doctor.models import models_on_disk

DEAD = "http://127.0.0.1:9"
ROSTER = """
engine: embedded
generalist: {name: generalist, model: general:1b, source: 'file:general.gguf'}
experts:
  - {name: go, languages: [go], model: go:1b, source: 'file:go.gguf'}
  - {name: rust, languages: [rust], model: rust:1b}
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="directories as on Linux")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with the embedded engine, which does not run, and the roster above."""
    for name in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(tmp_path / "experts.yaml"))
    (tmp_path / "experts.yaml").write_text(ROSTER)

    async def importable() -> str:
        return ""

    monkeypatch.setattr(module, "embedded_installed", lambda: True)
    monkeypatch.setattr(discovery, "embedded_installed", lambda: True)
    monkeypatch.setattr(module, "_why_not_importable", importable)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def doctor(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    status = main(["doctor", "--json"])
    found: dict[str, list[dict[str, Any]]] = {}
    for finding in json.loads(capsys.readouterr().out)["findings"]:
        found.setdefault(finding["subject"], []).append(finding)
    return status, found


def test_models_are_looked_for_on_disk(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = doctor(capsys)
    assert status == 1
    missing = {finding["detail"].partition(":")[0]: finding for finding in found["model"]}
    assert {f["verdict"] for f in missing.values()} == {"bad"}
    assert missing["go"]["hint"] == "hotseat pull go"
    assert "source:" in missing["rust"]["hint"], "`hotseat pull rust` could not bring it"
    assert not (home / "data").exists(), "nothing is made by looking"


def test_models_that_are_there_are_good() -> None:
    from hotseat.engines.stored_models import StoredFile

    roster = load_text(ROSTER, filename="experts.yaml", base=None).roster
    stored = [StoredFile(name="GO:1b", size_bytes=5, modified_s=0.0)]
    stored.append(StoredFile(name="general:1b", size_bytes=250_000_000, modified_s=0.0))
    found = {f.detail.partition(":")[0]: f for f in models_on_disk(roster, stored)}
    assert {name for name, f in found.items() if f.verdict == "good"} == {"go", "generalist"}
    assert "0.25 GB on disk" in found["generalist"].detail


@pytest.mark.parametrize("as_json", [True, False])
def test_an_unusable_runtime_directory(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", "/proc/nope")
    status = main(["doctor", *(["--json"] if as_json else [])])
    out, err = capsys.readouterr()
    assert status == 1
    assert err == ""
    assert "Error" not in out
    assert out.count("Set HOTSEAT_RUNTIME_DIR") == 1
    if as_json:
        assert any(f["subject"] == "runtime directory" for f in json.loads(out)["findings"])


def test_an_unusable_data_directory_prevents_the_start_of_the_engine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/proc/nope")
    status, found = doctor(capsys)
    (data,) = found["data directory"]
    assert (status, data["verdict"]) == (1, "bad")
    assert "XDG_DATA_HOME" in data["hint"]
    go = next(finding for finding in found["model"] if finding["detail"].startswith("go:"))
    assert go["hint"] == f"{data['hint']}. Then: hotseat pull go", "it could not be written now"


def test_a_model_cannot_be_pulled_before_the_downloads_have_a_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nope")
    _, found = doctor(capsys)
    assert found["model"][0]["hint"].startswith("Make it writable, or set XDG_CACHE_HOME")


def test_the_embedder_is_a_model_of_the_roster(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = "embedder: mini\nmodels: {mini: {source: 'file:mini.gguf'}}\n"
    (home / "experts.yaml").write_text(ROSTER + told)
    _, found = doctor(capsys)
    (mini,) = [f for f in found["model"] if f["detail"].startswith("embedder:")]
    assert "'mini:latest' not found" in mini["detail"]
    assert mini["hint"] == "hotseat pull embedder"


@pytest.mark.parametrize(
    ("variable", "subject"),
    [("XDG_CACHE_HOME", "cache directory"), ("HOTSEAT_EXPERTS", "configuration directory")],
)
def test_directories_that_hotseat_works_without_are_noted(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    subject: str,
) -> None:
    monkeypatch.setenv(variable, "/proc/nope/x.yaml")
    _, found = doctor(capsys)
    assert found[subject][0]["verdict"] == "note"
    assert found[subject][0]["hint"]


def test_a_roster_that_does_not_exist_is_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json", "--roster", "nope"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert "there is no roster 'nope'" in finding["detail"]


def test_a_folder_is_writable_if_it_can_be_made(tmp_path: Path) -> None:
    assert why_not_writable(tmp_path / "a" / "b") == ""
    assert not (tmp_path / "a").exists()
    (tmp_path / "file").write_text("")
    assert "Not a directory" in why_not_writable(tmp_path / "file" / "a")
    if os.getuid() != 0:
        (tmp_path / "locked").mkdir(mode=0o500)
        assert "Permission denied" in why_not_writable(tmp_path / "locked" / "a")


@pytest.mark.parametrize(
    ("ollama", "embedded", "expected", "unexpected"),
    [
        (True, True, "Start Ollama (`ollama serve`), or set `engine: embedded`", "pip"),
        (True, False, "pip install 'hotseat[embedded]'", "engine: embedded"),
        (False, False, "Install and start Ollama", "ollama serve"),
    ],
)
def test_without_an_ollama_the_hint_works_on_this_machine(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ollama: bool,
    embedded: bool,
    expected: str,
    unexpected: str,
) -> None:
    (home / "experts.yaml").write_text(
        ROSTER.replace("embedded", f"{{kind: ollama, host: '{DEAD}'}}")
    )
    monkeypatch.setattr(module, "embedded_installed", lambda: embedded)
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/ollama" if ollama else None)
    status, found = doctor(capsys)
    (engine,) = found["engine"]
    assert (status, engine["verdict"]) == (1, "bad")
    assert expected in engine["hint"]
    assert unexpected not in engine["hint"]


async def test_libraries_that_cannot_be_loaded_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'ImportError: libgomp.so.1: cannot open' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(broken))
    assert await module._why_not_importable() == "libgomp.so.1: cannot open"
