"""What a user reads once."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from hotseat.roster.choice import RosterChoice
from hotseat.session.shared.announcement import announce

STARTER = RosterChoice(name="starter", reason="No Ollama was found.")


def test_the_reason_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / "data/announced"
    assert announce(STARTER, path)
    assert not announce(STARTER, path)
    assert not announce(RosterChoice(name="starter", reason="The engine runs."), path)
    assert caplog.messages == ["No Ollama was found."]
    assert announce(RosterChoice(name="code", reason="You named it."), path)


def test_before_an_engine_was_looked_for_nothing_is_logged(tmp_path: Path) -> None:
    assert not announce(RosterChoice(name="starter", reason=""), tmp_path / "announced")
    assert not (tmp_path / "announced").exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not announce(STARTER, tmp_path / "file/announced")
    (tmp_path / "binary").write_bytes(b"\xff")
    assert not announce(STARTER, tmp_path / "binary")
