"""Adding an expert to the person's experts.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.domain.errors import RosterError
from hotseat.roster.edit import with_adapter
from hotseat.roster.load import load_paths
from hotseat.roster.write import change_of, write


def add(path: Path, name: str = "go") -> None:
    what = {"name": name, "languages": ["go"], "model": "smollm2:135m", "adapter": "/a/go.gguf"}
    write(change_of(path, lambda text: with_adapter(text, **what)))  # type: ignore[arg-type]


def test_a_new_file_is_a_roster(tmp_path: Path) -> None:
    path = tmp_path / "config" / "experts.yaml"
    add(path)
    result = load_paths(path, None, use="starter")
    assert result.diagnostics == ()
    expert = result.roster.expert_for("go")
    assert expert is not None
    assert (expert.adapter, expert.base_model) == ("/a/go.gguf", "smollm2:135m")


def test_what_stands_there_stays_comments_too(tmp_path: Path) -> None:
    path = tmp_path / "experts.yaml"
    path.write_text(
        "# mine\nuse: starter\nexperts:\n  # the best\n  - name: python\n    languages: [python]\n"
        "    model: smollm2:135m\n"
    )
    add(path)
    text = path.read_text()
    assert "# mine" in text
    assert "# the best" in text
    roster = load_paths(path, None).roster
    assert [e.name for e in roster.experts][:2] == ["go", "python"]


def test_an_expert_of_that_name_gets_the_adapter(tmp_path: Path) -> None:
    path = tmp_path / "experts.yaml"
    path.write_text("experts:\n  - {name: go, languages: [go, go.mod], pinned: true}\n")
    add(path)
    (expert,) = [e for e in load_paths(path, None, use="starter").roster.experts if e.name == "go"]
    assert (expert.languages, expert.pinned) == (("go", "go.mod"), True)
    assert expert.adapter == "/a/go.gguf"


@pytest.mark.parametrize("text", ["experts: [", "experts: 3\n", "- a\n"])
def test_a_file_that_is_no_roster_stays_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "experts.yaml"
    path.write_text(text)
    with pytest.raises(RosterError, match=r"experts\.yaml") as error:
        add(path)
    assert "by hand" in error.value.hint
    assert path.read_text() == text
