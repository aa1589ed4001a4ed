"""Texts that no UTF-8 holds, and folders whose names are none."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hotseat.conversation.memory.facts import FactKind
from hotseat.storage.connection import Connection
from hotseat.storage.conversation_tables import NewTurn
from hotseat.storage.conversations import ConversationStore, conversations_path
from hotseat.storage.habit_store import habits_path
from hotseat.storage.symbols import symbols_path
from hotseat.storage.tasks import tasks_path


@pytest.fixture
def db() -> Iterator[Connection]:
    with closing(sqlite3.connect(":memory:", factory=Connection)) as db:
        db.execute("create table t (a, b)")
        yield db


def test_half_a_surrogate_pair_is_kept_as_a_replacement(db: Connection) -> None:
    db.execute("insert into t values (?, ?)", ("\ud800a", b"\xff"))
    db.execute("insert into t values (:a, :b)", {"a": "\udfff", "b": None})
    db.executemany("insert into t values (?, ?)", [("x", 1), ("é\ud800😀", 2)])
    rows = db.execute("select a, b from t").fetchall()
    assert rows == [("\ufffda", b"\xff"), ("\ufffd", None), ("x", 1), ("é\ufffd😀", 2)]
    assert db.execute("select count(*) from t where a = ?", ("\ud800a",)).fetchone() == (1,)


def test_what_an_editor_sends_is_kept(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path / "c.sqlite")
    store.add([NewTurn(conversation="a", is_user=True, text="What is \ud800?", at_s=1.0)])
    store.add_fact(FactKind.PROJECT, "It is \ud800", at_s=1.0)
    assert [turn.text for turn in store.turns("a")] == ["What is \ufffd?"]
    assert [fact.text for fact in store.facts()] == ["It is \ufffd"]


@pytest.mark.skipif(os.name != "posix", reason="names of folders are Unicode")
def test_a_folder_may_have_any_name() -> None:
    paths = (conversations_path, habits_path, symbols_path, tasks_path)
    found = {path(Path(f"/tmp/{name}")) for path in paths for name in ("a\udcff", "a\udcfe", "a")}
    assert len(found) == 3 * len(paths)
