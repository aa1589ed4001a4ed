"""What `hotseat train` says when it cannot: before anything heavy is loaded."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hotseat.cli import train as cli
from hotseat.cli.main import main
from hotseat.domain.errors import HotseatError
from hotseat.lab.gguf_file import write_gguf
from hotseat.train import run
from hotseat.train.tune import TrainingProgress
from support.tiny_gguf import write_model

GO = "package shop\n\nfunc Total{n}(a, b int) int {{\n\treturn a + b + {n}\n}}\n"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as the check goes."""
    monkeypatch.setattr(run, "require_extra", lambda: None)


@pytest.fixture
def refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def said(*arguments: str) -> str:
        assert main(["train", *arguments, "--roster", "starter"]) == 1
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        assert out == ""
        return " ".join(err.split())

    return said


def test_the_extra_that_is_missing_is_named(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec

    def without_torch(name: str, *rest: Any) -> Any:
        return None if name == "torch" else find(name, *rest)

    monkeypatch.setattr(importlib.util, "find_spec", without_torch)
    text = refused("go")
    assert "not installed: torch" in text
    assert "pip install 'hotseat[train]'" in text


def test_an_unknown_language_is_said(refused: Callable[..., str]) -> None:
    assert "'klingon' is not a language" in refused("klingon")


def test_a_name_that_is_a_path_is_refused(refused: Callable[..., str]) -> None:
    assert "not a valid name for an adapter" in refused("go", "--name", "../x")


@pytest.mark.usefixtures("installed")
def test_too_little_code_is_said_with_how_much_and_what_was_left_out(
    refused: Callable[..., str], tmp_path: Path
) -> None:
    code = tmp_path / "code"
    code.mkdir()
    for i in range(4):
        (code / f"a{i}.go").write_text(GO.format(n=i))
    (code / "b.go").write_bytes(b"package a\0" * 30)
    base = write_model(tmp_path / "m.gguf")
    text = refused("go", "--from", str(code), "--base", str(base), "--out", str(tmp_path / "out"))
    assert "too little go to learn from: 4 files, 0 kB (left out: 1 binary)" in text
    assert "At least 6 files and 20 kB" in text
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("installed")
def test_a_base_of_another_architecture_is_refused_first(
    refused: Callable[..., str], tmp_path: Path
) -> None:
    base = write_gguf(tmp_path / "m.gguf", {"general.architecture": "mamba"}, [])
    text = refused("go", "--from", str(tmp_path / "nowhere"), "--base", str(base))
    assert "is a mamba model" in text


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("content", ["{", "{}"])
def test_sources_that_are_no_list_are_refused(
    refused: Callable[..., str], tmp_path: Path, content: str
) -> None:
    base = write_model(tmp_path / "m.gguf")
    (tmp_path / "s.json").write_text(content)
    text = refused("go", "--base", str(base), "--card-sources", str(tmp_path / "s.json"))
    assert "s.json" in text


def test_the_progress_is_a_line() -> None:
    progress = TrainingProgress(
        step=75,
        steps=300,
        loss=1.9123,
        held_out=2.011,
        first_held_out=2.4,
        tokens_per_s=290.4,
        left_s=780.0,
    )
    assert cli.progress_line(progress) == (
        "step 75/300  loss 1.912  held out 2.011 (base 2.400)  290 tokens/s  13 min left"
    )


def test_a_disk_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HotseatError, match="Cannot write"):
        run._make(tmp_path / "file" / "out")
