"""The index on disk: migrated, private, left alone where a newer Hotseat wrote it."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.domain.symbols import Symbol
from hotseat.domain.syntax import Kind
from hotseat.storage.symbols import IndexedFile, SymbolStore


def file(path: str, *names: str) -> IndexedFile:
    symbols = tuple(
        Symbol(
            name=name,
            kind=Kind.FUNCTION,
            container="",
            signature=f"def {name}()",
            text=f"def {name}()",
            path=path,
            language="python",
            first_line=n,
            last_line=n,
        )
        for n, name in enumerate(names)
    )
    return IndexedFile(path=path, mtime_ns=1, size_bytes=2, language="python", symbols=symbols)


@pytest.fixture
def store(tmp_path: Path) -> SymbolStore:
    return SymbolStore(tmp_path / "data" / "s.sqlite")


def names(store: SymbolStore, text: str) -> set[str]:
    return {symbol.name for symbol in store.candidates(text)}


def test_a_file_is_replaced_as_a_whole(store: SymbolStore) -> None:
    store.put([file("a.py", "one", "two"), file("b.py", "three")])
    store.put([file("a.py", "four")], gone=["b.py", "never.py"])
    assert names(store, "one") == set()
    assert names(store, "four") == {"four"}
    assert store.states() == {"a.py": (1, 2)}
    assert [symbol.name for symbol in store.in_file("a.py")] == ["four"]
    assert store.counts() == (1, 1)


@pytest.mark.parametrize(
    "text", ['"', "a\0b", "%", "_", "'", "!", "*", "x" * 500, "\U0010ffff", " "]
)
def test_any_text_can_be_looked_for(store: SymbolStore, text: str) -> None:
    store.put([file("a.py", "plain")])
    assert names(store, text) == set()
    assert store.paths_like(text) == []


def test_names_are_found_by_parts_and_with_mistakes(store: SymbolStore) -> None:
    store.put([file("a.py", "get_user_name", "other")])
    for text in ("get_user_name", "GET", "user", "get_usr_name", "gun"):
        assert "get_user_name" in names(store, text), text


def test_nothing_is_read_where_there_is_no_index(store: SymbolStore) -> None:
    assert names(store, "a") == set()
    assert store.facts() == {}
    assert not store.path.exists()


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_it_is_private(store: SymbolStore) -> None:
    store.put([file("a.py", "one")])
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_a_newer_file_is_left_alone(store: SymbolStore) -> None:
    store.put([file("a.py", "one")])
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("pragma user_version = 99")
    before = store.path.read_bytes()
    store.put([file("b.py", "two")])
    assert store.is_newer
    assert names(store, "one") == set()
    assert store.path.read_bytes() == before


def test_a_broken_file_is_set_aside(store: SymbolStore) -> None:
    store.put([file("a.py", "one")])
    store.path.write_bytes(b"no database" * 1000)
    said: list[str] = []
    again = SymbolStore(store.path, say=said.append)
    again.put([file("b.py", "two")])
    assert names(again, "two") == {"two"}
    assert store.path.with_name("s.sqlite.broken-1").exists()
    assert "is kept as s.sqlite.broken-1" in said[0]


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(HotseatError, match="symbol index cannot be kept") as caught:
        SymbolStore(tmp_path / "data" / "s.sqlite").put([file("a.py")])
    assert "works without" in caught.value.hint


@pytest.mark.parametrize("text", ["pa" * 500_000, "%" * 1_000_000, '"' * 100_000])
def test_a_text_of_any_length_is_looked_for_in_bounded_time(store: SymbolStore, text: str) -> None:
    store.put([file("a.py", "parse")])
    began_s = time.process_time()
    store.candidates(text)
    store.paths_like(text)
    assert time.process_time() - began_s < 1.0
