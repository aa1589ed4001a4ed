"""How many models an engine holds outlives the keeper that learned it."""

from __future__ import annotations

from pathlib import Path

from hotseat.domain.residency import EngineLimit
from hotseat.storage.engine_limits import LimitStore

LIMIT = EngineLimit(max_models=2, n_seen=2)


def test_a_limit_is_read_with_its_age(tmp_path: Path) -> None:
    path = tmp_path / "limits.sqlite"
    LimitStore(path, wall_clock=lambda: 1000.0).write("ollama", "0.33", LIMIT, 60.0)
    store = LimitStore(path, wall_clock=lambda: 5000.0)
    assert store.read("ollama", "0.33") == (LIMIT, 4060.0)


def test_another_engine_or_version_has_its_own(tmp_path: Path) -> None:
    store = LimitStore(tmp_path / "limits.sqlite")
    store.write("ollama", "0.33", LIMIT, 0.0)
    assert store.read("ollama", "0.34")[0] == EngineLimit()
    assert store.read("other", "0.33")[0] == EngineLimit()


def test_what_was_only_seen_is_kept_too(tmp_path: Path) -> None:
    store = LimitStore(tmp_path / "limits.sqlite")
    store.write("ollama", "0.33", EngineLimit(n_seen=3), float("inf"))
    assert store.read("ollama", "0.33")[0] == EngineLimit(max_models=None, n_seen=3)


def test_a_broken_file_is_no_limit(tmp_path: Path) -> None:
    path = tmp_path / "limits.sqlite"
    path.write_bytes(b"no database" * 100)
    store = LimitStore(path)
    assert store.read("ollama", "0.33") == (EngineLimit(), 0.0)
    store.write("ollama", "0.33", LIMIT, 0.0)
    assert store.read("ollama", "0.33")[0] == LIMIT
