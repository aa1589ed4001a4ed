"""A data directory of the test's own, and rows to put into it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hotseat.storage.outcome_store import OutcomeRow, OutcomeStore
from support.outcome_desk import MakeRow


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "hotseat"


@pytest.fixture
def store(data: Path) -> OutcomeStore:
    return OutcomeStore()


@pytest.fixture
def row() -> MakeRow:
    def make(**said: Any) -> OutcomeRow:
        usual: dict[str, Any] = {
            "at_s": 1_700_000_000,
            "language": "go",
            "expert": "go",
            "model": "go:1b",
            "outcome": "dismissed",
            "how": "edit",
            "hidden": False,
            "n_taken": 0,
            "n_typed": 0,
            "visible_ms": 800,
            "kept_share": None,
            "shown_ms": 200.0,
            "first_token_ms": 90.0,
            "cached": False,
            "score": 0.7,
            "mode": "line",
            "n_chars": 12,
            "n_lines": 1,
            "parses": None,
            "repeated_share": 0.0,
            "duplicate_share": 0.0,
            "mean_logprob": None,
            "first_logprob": None,
            "mid_identifier": False,
            "has_suffix": False,
        }
        return OutcomeRow(**{**usual, **said})

    return make
