"""`hotseat experts` as a person sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from hotseat.cli.experts import experts, size_text


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's roster, and a folder without one of its own."""
    mine = tmp_path / "experts.yaml"
    mine.write_text("use: starter\n")
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(mine))
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(experts)
    return CliRunner().invoke(app, arguments)


def test_the_table_names_experts_models_sizes_and_licences(home: Path) -> None:
    result = run()
    assert result.exit_code == 0
    go = next(line for line in result.stdout.splitlines() if line.startswith("go"))
    assert go.split() == ["go", "go", "smollm2:135m", "98", "MB", "Apache-2.0", "none"]
    assert "off: markdown, plaintext" in result.stdout
    assert str(home / "experts.yaml") in result.stdout


def test_json_is_complete() -> None:
    found = json.loads(run("--json").stdout)
    assert found["generalist"] == "generalist"
    by_name = {expert["name"]: expert for expert in found["experts"]}
    assert by_name["sql"]["model"] == "gemma3:270m"
    assert by_name["sql"]["options"] == {"num_ctx": 2048}
    assert len(by_name["sql"]["source"]) == 4
    assert by_name["generalist"]["generalist"] is True
    assert found["diagnostics"] == []


def test_faults_are_on_stderr_with_their_place_and_the_rest_is_shown(home: Path) -> None:
    (home / "experts.yaml").write_text("use: starter\nbudget: lots\n")
    result = run()
    assert result.exit_code == 1
    assert "smollm2:135m" in result.stdout
    assert "experts.yaml:2:9: error: 'lots' is not a size" in result.stderr
    (found,) = json.loads(run("--json").stdout)["diagnostics"]
    assert (found["line"], found["column"]) == (2, 9)


def test_the_workspace_is_read_but_not_trusted(home: Path) -> None:
    (home / ".hotseat").mkdir()
    (home / ".hotseat/experts.yaml").write_text(
        "budget: 1GB\nexperts: [{name: zig, languages: [zig], model: z}]\n"
    )
    result = run()
    assert "z:latest" in result.stdout
    assert "untrusted workspace may not set the memory budget" in result.stderr


def test_another_roster_by_name_or_file(home: Path) -> None:
    assert "starcoder2:3b" in run("--roster", "ollama").stdout
    (home / "other.yaml").write_text("use: starter\nexperts: [{name: go, model: other:1b}]\n")
    assert "other:1b" in run("--roster", "other.yaml").stdout
    result = run("--roster", "nonsense")
    assert result.exit_code == 1
    assert "there is no roster 'nonsense'" in result.stderr


@pytest.mark.parametrize(
    ("size_bytes", "text"), [(None, "–"), (98_362_432, "98 MB"), (1_710_000_000, "1.7 GB")]
)
def test_sizes_for_people(size_bytes: int | None, text: str) -> None:
    assert size_text(size_bytes) == text
