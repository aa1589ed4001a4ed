"""What a user reads once."""

from __future__ import annotations

from pathlib import Path

from hotseat.roster.choice import RosterChoice
from hotseat.session.shared.announcement import is_new

STARTER = RosterChoice(name="starter", reason="No Ollama was found.")


def test_the_reason_is_new_once(tmp_path: Path) -> None:
    path = tmp_path / "data/announced"
    assert is_new(STARTER, path)
    assert not is_new(STARTER, path)
    assert not is_new(RosterChoice(name="starter", reason="The engine runs."), path)
    assert is_new(RosterChoice(name="code", reason="You named it."), path)


def test_before_an_engine_was_looked_for_nothing_is_new(tmp_path: Path) -> None:
    assert not is_new(RosterChoice(name="starter", reason=""), tmp_path / "announced")
    assert not (tmp_path / "announced").exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not is_new(STARTER, tmp_path / "file/announced")
    (tmp_path / "binary").write_bytes(b"\xff")
    assert not is_new(STARTER, tmp_path / "binary")
