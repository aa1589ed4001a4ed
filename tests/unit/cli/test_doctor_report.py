"""The file of `hotseat doctor --report`: useful, and without anything of the user's."""

from __future__ import annotations

import getpass
import json
import platform
import stat
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from hotseat.cli import doctor_report
from hotseat.cli.doctor import doctor
from hotseat.cli.doctor_report import make_report
from hotseat.domain.decisions import Action, Decision, Outcome
from hotseat.engines.discovery import ollama_address
from hotseat.engines.runtime import runtime_dir
from hotseat.keeper.state import KeeperState, engine_status
from hotseat.roster.load import load_paths
from hotseat.session.doctor.findings import Finding, Verdict

ROSTER = """\
engine: {kind: openai, host: "https://gpu.secret-corp.example:8000", key_env: SECRET_CORP_KEY}
budget: 600MB
generalist: {name: generalist, model: "general:1b", fim: none}
experts:
  - name: go
    languages: [go]
    base: "base:1b"
    adapter: ./adapters/secret-project.gguf
    prompt: func SecretCorpCode() {}
  - {name: sql, languages: [sql], model: "sql:1b", wrong_key: secret-value}
secrets: ["secret-project/*.pem"]
"""

DECISION = Decision(
    time_s=1.7e9,
    action=Action.UNLOAD,
    model="sql:1b",
    expert="sql",
    reason="makes room for go (demanded: go is under the cursor)",
    probability=0.2,
    size_bytes=4,
    used_bytes=5,
    budget_bytes=6,
    duration_s=0.1,
    outcome=Outcome.DONE,
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with code, and the user's folders."""
    home = tmp_path / "janedoe"
    folder = home / "my secret-project"
    folder.mkdir(parents=True)
    (folder / "cart.go").write_text("func SecretCorpCode() {}\n")
    roster = home / "experts.yaml"
    roster.write_text(ROSTER)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(roster))
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.chdir(folder)
    return folder


def leaks(text: str, tmp_path: Path) -> list[str]:
    """What of the user's is in the text."""
    words = [str(tmp_path), tmp_path.name, "janedoe", "my secret", "secret-project", "cart.go"]
    words += ["SecretCorpCode", "secret-corp", "SECRET_CORP_KEY", "secret-value", "gpu."]
    return [word for word in words if word.lower() in text.lower()]


def test_nothing_of_the_workspace_is_in_the_file(shop: Path, tmp_path: Path) -> None:
    (runtime_dir() / "engine.log").write_text(
        f"hotseat engine: INFO: loading {shop}/cart.go for janedoe\n"
        "func SecretCorpCode() {}\n"
        "hotseat engine: WARNING: the store at http://gpu.secret-corp.example:8000/x is slow\n"
    )
    app = typer.Typer()
    app.command()(doctor)
    target = tmp_path / "report.json"
    result = CliRunner().invoke(app, ["--report", str(target)])
    assert f"Wrote {target}" in result.output
    assert "no code" in result.output
    text = target.read_text()
    assert leaks(text, tmp_path) == []
    report = json.loads(text)
    assert report["versions"]["os"].startswith(platform.system())
    assert "#" not in str(report["versions"])
    assert report["findings"]
    assert {"go", "sql", "generalist"} <= {e["name"] for e in report["roster"]["experts"]}
    assert report["roster"]["engine"]["host"].startswith("#")
    assert (len(report["log"]), report["logLinesLeftOut"]) == (2, 1)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_decisions_are_in_it(shop: Path, tmp_path: Path) -> None:
    result = load_paths(shop.parent / "experts.yaml", None)
    address = ollama_address("http://127.0.0.1:11434")
    state = KeeperState(engine=engine_status(address, up=True))
    finding = Finding(
        verdict=Verdict.BAD, subject="engine", detail=f"{shop}/cart.go is not a model"
    )
    report = make_report(result, [finding], [(state, [DECISION])], [])
    (entry,) = report["decisions"]
    assert (entry["action"], entry["model"], entry["reason"]) == (
        "unload",
        "sql:1b",
        "makes room for go (demanded: go is under the cursor)",
    )
    assert leaks(json.dumps(report), tmp_path) == []


def test_the_users_name_is_hashed_wherever_it_is(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "mallory")
    finding = Finding(verdict=Verdict.NOTE, subject="x", detail="Mallory may not write here")
    report = make_report(load_paths(None, None), [finding], [], [])
    assert "mallory" not in json.dumps(report).lower()


def test_a_file_that_cannot_be_written_is_an_error_with_a_hint(shop: Path) -> None:
    app = typer.Typer()
    app.command()(doctor)
    result = CliRunner().invoke(app, ["--report", str(shop / "no" / "such" / "folder")])
    assert result.exit_code == 1
    assert "cannot be written" in result.output
    assert "Traceback" not in result.output


def test_only_the_last_lines_of_the_log_are_read(shop: Path) -> None:
    lines: Any = [f"hotseat engine: INFO: {i}" for i in range(500)]
    (runtime_dir() / "engine.log").write_text("\n".join(lines))
    assert doctor_report.last_log_lines() == lines[-200:]
