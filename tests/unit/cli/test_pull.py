"""`hotseat pull` as a person sees it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from hotseat.cli.pull import choose, pull
from hotseat.domain.errors import HotseatError
from hotseat.engines import pull as pulling
from hotseat.roster.load import load_choice
from hotseat.roster.shipped import shipped_roster

WEIGHTS = b"weights"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    mine = tmp_path / "experts.yaml"
    mine.write_text("experts: [{name: go, languages: go, model: 'go:1b', source: 'file:m.gguf'}]\n")
    (tmp_path / "m.gguf").write_bytes(WEIGHTS)
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(mine))
    monkeypatch.setattr(pulling, "downloads_dir", lambda: tmp_path / "cache")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(engine: Any, *arguments: str) -> Result:
    app = typer.Typer()
    app.command()(pull)
    return CliRunner().invoke(app, [*arguments, "--engine-url", engine.url])


def names(*targets: str, everything: bool = False) -> list[str]:
    roster = shipped_roster("starter")
    return [w.label for w in choose(list(targets), roster, everything=everything, as_name=None)]


def test_an_expert_of_the_roster(engine: Any) -> None:
    result = run(engine, "go")
    assert result.exit_code == 0, result.output
    assert [c["model"] for c in engine.created] == ["go:1b"]
    assert "go:1b: ready after" in result.stderr


def test_a_model_of_the_roster_comes_from_its_source_too(engine: Any) -> None:
    assert run(engine, "go:1b").exit_code == 0
    assert [c["model"] for c in engine.created] == ["go:1b"]
    assert engine.pulled == []


def test_any_other_name_is_the_librarys(engine: Any) -> None:
    assert run(engine, "codegemma:2b").exit_code == 0
    assert engine.pulled == ["codegemma:2b"]


def test_a_source_with_a_name(engine: Any) -> None:
    assert run(engine, "file:m.gguf", "--as", "mine").exit_code == 0
    digest = f"sha256:{hashlib.sha256(WEIGHTS).hexdigest()}"
    assert engine.created[0]["model"] == "mine:latest"
    assert list(engine.created[0]["files"].values()) == [digest]


def test_json_is_one_line_for_each_step(engine: Any) -> None:
    lines = [json.loads(line) for line in run(engine, "go", "--json").stdout.splitlines()]
    assert {line["model"] for line in lines} == {"go:1b"}
    assert lines[-1]["status"].startswith("ready after")


def test_an_error_is_reported_with_a_hint(engine: Any) -> None:
    engine.lines = [{"error": "pull model manifest: file does not exist"}]
    result = run(engine, "nosuch")
    assert result.exit_code == 1
    assert "hotseat: nosuch:latest could not be pulled" in result.stderr
    assert "Check the name" in result.stderr
    assert "Traceback" not in result.output
    error = json.loads(run(engine, "nosuch", "--json").stdout.splitlines()[-1])
    assert "file does not exist" in error["error"]


def test_all_pulls_each_model_once() -> None:
    assert sorted(names(everything=True)) == ["gemma3:270m", "smollm2:135m"]
    assert names("go", "python", "smollm2:135m") == ["smollm2:135m"]


@pytest.mark.parametrize(
    ("targets", "as_name", "message"),
    [
        ([], None, "Nothing to pull"),
        (["file:a"], None, "A source needs a model name"),
        (["file:a", "go"], "x", "A source needs a model name"),
        (["go"], "x", "--as is for a model from a source"),
    ],
)
def test_what_makes_no_sense_is_reported(
    targets: list[str], as_name: str | None, message: str
) -> None:
    with pytest.raises(HotseatError, match=message) as caught:
        choose(targets, shipped_roster("starter"), everything=False, as_name=as_name)
    assert caught.value.hint


def test_a_model_that_cannot_be_pulled_does_not_keep_the_others_away(
    engine: Any, home: Path
) -> None:
    (home / "experts.yaml").write_text(
        "experts:\n"
        "  - {name: zig, languages: zig, model: 'zig:1b', source: 'file:gone.gguf'}\n"
        "  - {name: go, languages: go, model: 'go:1b', source: 'file:m.gguf'}\n"
    )
    result = run(engine, "zig", "go")
    assert result.exit_code == 1
    assert [c["model"] for c in engine.created] == ["go:1b"]
    assert "gone.gguf" in result.stderr
    assert "Traceback" not in result.output


def test_all_includes_the_embedder(home: Path, engine: Any) -> None:
    with (home / "experts.yaml").open("a") as file:
        file.write("use: starter\ngeneralist: {expert: go}\nembedder: mini\n")
        file.write("models: {mini: {source: 'file:m.gguf'}}\n")
    assert run(engine, "embedder").exit_code == 0
    assert [c["model"] for c in engine.created] == ["mini:latest"]
    nothing = run(engine)
    assert "or --all: " in nothing.stderr
    roster = load_choice(None, None, trusted=False).roster
    chosen = choose([], roster, everything=True, as_name=None)
    assert "mini:latest" in [target.label for target in chosen]
