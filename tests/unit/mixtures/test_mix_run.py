"""`hotseat experts mix` and `score` on a small model, small adapters and a little code."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from hotseat.cli.main import main
from support.tiny_gguf import write_adapter, write_model

GO = (
    "package main\n\nfunc add{n}(a int, b int) int {{\n\ttotal := a + b + {n}\n\treturn total\n}}\n"
)
SQL = "SELECT id, name, price\nFROM orders\nWHERE price > {n} AND name = 'x'\nORDER BY price;\n"


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    for repository in ("first", "second"):
        (folder / repository).mkdir(parents=True)
        for n in range(5):
            name = folder / repository / f"f{n}"
            number = n + 10 * (repository == "second")
            name.with_suffix(".go").write_text(GO.format(n=number) * 3)
            name.with_suffix(".sql").write_text(SQL.format(n=number) * 3)
    return folder


@pytest.fixture
def arguments(tmp_path: Path, code: Path) -> list[str]:
    roster = tmp_path / "experts.yaml"
    roster.write_text(
        json.dumps(
            {
                "engine": "embedded",
                "generalist": {"name": "all", "model": "tiny"},
                "experts": [
                    {
                        "name": name,
                        "languages": [name],
                        "model": "tiny",
                        "adapter": str(write_adapter(tmp_path / f"{name}.gguf", seed=seed)),
                    }
                    for name, seed in (("go", 2), ("sql", 3))
                ],
            }
        )
    )
    base = write_model(tmp_path / "base.gguf")
    return ["--roster", str(roster), "--base", str(base), "--cache", str(tmp_path / "cache")]


@pytest.mark.extra
def test_mixtures_are_written_judged_and_kept_only_where_they_help(
    tmp_path: Path, code: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ["experts", "mix", "go", "sql", *arguments, "--out", str(out), "--json"]
    asked += ["--choose-from", str(code), "--n-choose", "4", "--n-judge", "4"]
    assert main(asked) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["languages"]) == {"go", "sql"}
    for name, verdict in found["languages"].items():
        assert verdict["adopted"] == (name not in found["kept"])
        assert verdict["adopted"] == (verdict["over_own"]["interval"][0] > 0)
        assert (out / f"{name}.gguf").exists() == verdict["adopted"]
    assert (out / "any.gguf").is_file()
    tried = {(t["own"], t["others"]): t["relative_bits"] for t in found["tried"]}
    best = (found["recipe"]["own"], found["recipe"]["others"])
    assert tried[best] == min(tried.values())
    assert tried[(1.0, 0.0)] == 1.0


def test_a_table_of_every_adapter_in_every_language(
    code: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["experts", "score", *arguments, "--from", str(code), "--n", "6", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["bits_per_byte"]) == {"base", "go", "sql"}
    assert found["held_out"]["go"]["packages"] == ["first", "second"]
    assert found["held_out"]["go"]["files"] == 6
    low, high = found["over_base"]["go"]["sql"]["interval"]
    assert low <= found["over_base"]["go"]["sql"]["gain"] <= high


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["mix", "rust"], "no expert 'rust' with an adapter"),
        (["mix", "go"], "fewer than two adapters"),
        (["mix", "--weights", "x"], "two numbers are needed"),
        (["mix", "go=nowhere.gguf", "sql"], "There is no adapter nowhere.gguf"),
        (["score", "--from", os.devnull], "is not a folder"),
    ],
)
def test_errors_say_what_to_do(
    more: list[str], message: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["experts", *more, *arguments]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert message in said
    assert "Traceback" not in said
