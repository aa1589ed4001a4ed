"""`hotseat team config` and `key`, without Ray."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hotseat.cli.main import main
from hotseat.roster.tree import parse
from hotseat.team.keys import read_keys

TEAM = "models: [{name: go, file: go.gguf}]\ndevelopers: {keys: team.keys}\n"


@pytest.fixture
def team(tmp_path: Path) -> Path:
    path = tmp_path / "team.yaml"
    path.write_text(TEAM)
    return path


def test_the_config_for_serve_is_yaml(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["team", "config", str(team)]) == 0
    printed = parse(capsys.readouterr().out)
    assert main(["team", "config", str(team), "--json"]) == 0
    assert printed == json.loads(capsys.readouterr().out)


def test_a_key_is_printed_once_and_can_be_removed(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = team.parent / "team.keys"
    assert main(["team", "key", "anna", "--team", str(team), "--json"]) == 0
    key = json.loads(capsys.readouterr().out)["key"]
    assert read_keys(keys).developer_of(key) == "anna"
    assert main(["team", "key", "anna", "--team", str(team), "--remove"]) == 0
    assert read_keys(keys).developer_of(key) is None


def test_mistakes_are_errors_with_hints(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["team", "key", "A B", "--team", str(team)]) == 1
    assert "'A B' is not a name" in capsys.readouterr().err
    assert main(["team", "serve", str(team)]) == 1
    assert "team.yaml names it" in capsys.readouterr().err
    team.write_text(TEAM.replace("models", "model"))
    assert main(["team", "config", str(team)]) == 1
    shown = capsys.readouterr()
    assert "team.yaml:1:1: error: unknown key 'model'. Did you mean 'models'?" in shown.err
    assert shown.out == ""
