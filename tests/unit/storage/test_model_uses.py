"""When models were last used, kept between runs."""

from __future__ import annotations

from pathlib import Path

from hotseat.storage.model_uses import ModelUseStore


def test_the_last_use_of_each_model_of_an_engine(tmp_path: Path) -> None:
    store = ModelUseStore(tmp_path / "uses.sqlite")
    assert store.read("embedded") == {}
    store.write("embedded", ["a:1b", "b:1b"], 100.0)
    store.write("embedded", ["a:1b"], 250.0)
    store.write("ollama-1", ["a:1b"], 9.0)
    assert ModelUseStore(tmp_path / "uses.sqlite").read("embedded") == {
        "a:1b": 250.0,
        "b:1b": 100.0,
    }


def test_a_broken_file_is_no_uses(tmp_path: Path) -> None:
    (tmp_path / "uses.sqlite").write_bytes(b"not a database at all, by no means")
    assert ModelUseStore(tmp_path / "uses.sqlite").read("embedded") == {}
