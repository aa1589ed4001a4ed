"""`hotseat bench routing` on files of questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.lab.evaluate.routing import bench_routing


def question(kind: str, asked: str, /, *languages: str, **place: Any) -> str:
    return json.dumps({"id": "q", "kind": kind, "question": asked, "languages": languages, **place})


def written(path: Path, *lines: str) -> Path:
    file = path / "questions.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_each_kind_has_its_score(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        question("evident", "How do I sort a list in Python?", "python"),
        question("evident", "How do I sort a list in Python?", "go"),
        question("several", "The same function in Rust and in Go?", "rust", "kotlin"),
        question("general", "How do I squash commits?"),
    )
    result = bench_routing(file)
    assert result == {
        "n": 4,
        "evident": 0.5,
        "doubtful": None,
        "several_f1": 0.5,
        "general": 1.0,
        "all": 0.625,
        "model_asked_share": 0.0,
    }


def test_the_selection_is_searched_for_regions(tmp_path: Path) -> None:
    text = "<p>ä</p>\n<style>\n.a { color: red; }\n</style>\n<p>one</p>\n"
    place = {"file": "a.html", "text": text}
    file = written(
        tmp_path,
        question("evident", "Is that right?", "css", selection=[2, 3], **place),
        question("evident", "Is that right?", "html", selection=[4, 5], **place),
        question("evident", "Is that right?", "html", selection=None, **place),
    )
    assert bench_routing(file)["evident"] == 1.0


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        question("evident", "Where are its languages?"),
        question("general", "Why has it a language?", "go"),
        question("unknown", "What is its kind?", "go"),
        question("evident", "Is that right?", "go", file="a.go", text="", selection=[1]),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(HotseatError, match="line 1"):
        bench_routing(written(tmp_path, line))


def test_a_file_without_questions_and_none_at_all(tmp_path: Path) -> None:
    with pytest.raises(HotseatError, match="no question"):
        bench_routing(written(tmp_path, ""))
    with pytest.raises(HotseatError, match="cannot be read"):
        bench_routing(tmp_path / "missing.jsonl")


CASES = Path(__file__).parents[3] / "cases" / "routing"


def test_questions_of_all_kinds() -> None:
    result = bench_routing(CASES / "questions.jsonl")
    assert result["evident"] >= 0.95
    assert result["all"] >= 0.92
    assert result["general"] >= 0.85
    assert result["model_asked_share"] == 0


@pytest.mark.parametrize("file", sorted(CASES.glob("evident-*.jsonl")), ids=lambda file: file.stem)
def test_evident_questions(file: Path) -> None:
    assert bench_routing(file)["evident"] >= 0.94
