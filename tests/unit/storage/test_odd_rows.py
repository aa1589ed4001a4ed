"""Rows that hold what Hotseat never writes: the others are used, and nothing else is returned."""

from __future__ import annotations

import itertools
import math
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hotseat.conversation.memory.distill import NewFact
from hotseat.conversation.memory.facts import FactKind
from hotseat.conversation.task.changes import FileChanges
from hotseat.conversation.task.plan import Action, Step, Task
from hotseat.domain.symbols import Symbol
from hotseat.domain.syntax import Kind
from hotseat.storage.conversation_tables import NewTurn
from hotseat.storage.conversations import ConversationStore, exported
from hotseat.storage.distilled_turns import keep_distilled, next_turn
from hotseat.storage.recall import recall_turns
from hotseat.storage.symbols import IndexedFile, SymbolStore
from hotseat.storage.tasks import StoredFile, TaskStore
from hotseat.storage.turn_vectors import TurnVectors, has_numpy

DEEP = "[" * 100_000
ODD = [
    *(None, -1, 2**63 - 1, 1e300, math.inf, b"\xff\xfe", b"", "", "x", "1", "nan", "9" * 5000),
    *("[[1]]", '[["a", 1, 2, 3]]', "[[0, 1, [7], [1]]]", "[[9, 5, [], []]]", "[1e999]", DEEP),
    *('{"a": 1}', "null", "\0", "2026-13-01"),
]


@dataclass(frozen=True)
class Store:
    """`fill` writes a file, `read` reads and uses all that is in it."""

    tables: tuple[str, ...]
    fill: Callable[[Path], None]
    read: Callable[[Path], Any]


def _fill_tasks(path: Path) -> None:
    store = TaskStore(path)
    for id_ in ("t1", "t2"):
        step = Step(
            id=1,
            path="a.go",
            language="go",
            action=Action.EDIT,
            what="x",
            symbols=("f",),
            after=(2,),
            expert="go",
            tokens=3,
        )
        task = Task(id=id_, instruction="Do it", steps=(step,), created_s=1.0)
        store.put(task)
        changes = FileChanges(path="a.go", base="a\nb\n").with_lines(1, 0, 1, ["c"])
        store.put_step(task, step, changes)
        store.put_files(id_, [StoredFile(changes=changes, written=changes.text)])


def _read_tasks(path: Path) -> Any:
    store = TaskStore(path)
    found: list[Any] = [store.tasks(), store.task("t2")]
    for id_ in ("t1", "t2"):
        files = store.files(id_)
        found += [files, [file.changes.text for file in files]]
    return found


def _fill_symbols(path: Path) -> None:
    def symbol(name: str, path: str) -> Symbol:
        return Symbol(
            name=name,
            kind=Kind.FUNCTION,
            container="",
            signature=f"def {name}()",
            text=f"def {name}()",
            path=path,
            language="python",
            first_line=1,
            last_line=2,
        )

    store = SymbolStore(path)
    for path_ in ("a.py", "b.py"):
        store.put(
            [
                IndexedFile(
                    path=path_,
                    mtime_ns=5,
                    size_bytes=6,
                    language="python",
                    symbols=(symbol("parse", path_), symbol("tokens", path_)),
                )
            ]
        )
    store.note({"form": "1"})


def _read_symbols(path: Path) -> Any:
    store = SymbolStore(path)
    return [
        *(store.facts(), store.states(), store.counts(), store.named(["parse"])),
        *(store.candidates("pars"), store.in_file("a.py"), store.paths_like("a")),
        store.has_file("a.py"),
    ]


def _fill_conversations(path: Path) -> None:
    store = ConversationStore(path)
    for conversation in ("a", "b"):
        store.add(
            [
                NewTurn(
                    conversation=conversation,
                    is_user=is_user,
                    text="The port is 5050, since yesterday. Why?",
                    at_s=1e9,
                    language="go",
                    expert="go",
                    sources=("a.go",),
                )
                for is_user in (True, False)
            ]
        )
        store.add_fact(FactKind.DECISION, "The port is 5050", at_s=1e9, pinned=True, turn_id=1)
    if has_numpy():
        TurnVectors(store, "m").keep({1: [0.5, 0.5], 2: [1.0, 0.0]})
    turn = next_turn(store)
    assert turn is not None
    keep_distilled(store, turn, [NewFact(kind=FactKind.PROJECT, text="It is a port")])


def _read_conversations(path: Path) -> Any:
    store = ConversationStore(path)
    found: list[Any] = [
        *(store.conversations(), store.turns("a"), store.turns("b"), store.turn_text(1)),
        store.facts(),
        recall_turns(store, "Which port since yesterday?", today=date(2026, 3, 2)),
    ]
    exported(store)
    if has_numpy():
        vectors = TurnVectors(store, "m")
        found.append(vectors.missing(5))
        vectors.refresh()
        likeness = vectors.likeness([1.0, 0.0])
        assert all(math.isfinite(cosine) for cosine in likeness.values())
        recall_turns(store, "Which port?", today=date(2026, 3, 2), likeness=likeness)
    for _ in range(3):  # it comes to an end, and is not asked about the same turn for ever
        if (turn := next_turn(store)) is not None:
            found.append(turn)
            keep_distilled(store, turn, [])
    assert next_turn(store) is None
    return found


STORES = {
    "tasks": Store(("tasks", "steps", "files"), _fill_tasks, _read_tasks),
    "symbols": Store(("files", "symbols", "facts"), _fill_symbols, _read_symbols),
    "conversations": Store(
        ("turns", "facts", "vectors", "about"), _fill_conversations, _read_conversations
    ),
}


def _columns(path: Path, tables: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as db:
        for table in tables:
            for row in db.execute(f"pragma table_info({table})").fetchall():
                yield table, row[1]


def _kinds(value: Any, place: str, found: dict[str, set[type]]) -> dict[str, set[type]]:
    """Collect which types the fields of values have, by class and field."""
    if is_dataclass(value):
        for field in fields(value):
            _kinds(getattr(value, field.name), f"{type(value).__name__}.{field.name}", found)
    elif isinstance(value, dict):
        for key, item in value.items():
            _kinds(key, f"{place} key", found)
            _kinds(item, f"{place} item", found)
    elif isinstance(value, list | tuple):
        for item in value:
            _kinds(item, f"{place}[]", found)
    elif value is not None:
        found.setdefault(place, set()).add(type(value))
        if isinstance(value, float):
            assert math.isfinite(value), place
    return found


@pytest.mark.parametrize("name", STORES)
def test_an_odd_row_costs_itself_alone(name: str, tmp_path: Path) -> None:
    _try_all(STORES[name], tmp_path, n_values=2)


@pytest.mark.extra
@pytest.mark.parametrize("name", STORES)
def test_each_odd_value_costs_its_row_alone(name: str, tmp_path: Path) -> None:
    _try_all(STORES[name], tmp_path, n_values=len(ODD))


def _try_all(store: Store, folder: Path, *, n_values: int) -> None:
    """Put so many of the odd values in each column, one after the other, and read all."""
    clean = folder / "clean.sqlite"
    store.fill(clean)
    filled = clean.read_bytes()
    kinds = _kinds(store.read(clean), "", {})
    values = itertools.cycle(ODD)
    for number, (table, column) in enumerate(_columns(clean, store.tables)):
        for value in itertools.islice(values, n_values):
            path = folder / f"{number}.sqlite"
            path.write_bytes(filled)
            if _put(path, table, column, value):
                where = f"{table}.{column} = {str(value)[:40]!r}"
                try:
                    read = store.read(path)
                except Exception as error:
                    raise AssertionError(f"{where}: {type(error).__name__}: {error}") from error
                for place, types in _kinds(read, "", {}).items():
                    assert types <= kinds.get(place, types) | {int}, f"{where}: {place}"


def _put(path: Path, table: str, column: str, value: object) -> bool:
    """Put a value in a table's first row; return False if the table takes no such value."""
    first = f"select min(rowid) from {table}"
    change = f"update {table} set {column} = ? where rowid = ({first})"
    with closing(sqlite3.connect(path)) as db:
        try:
            db.execute(change, (value,))
        except sqlite3.IntegrityError:
            return False
        db.commit()
    return True
