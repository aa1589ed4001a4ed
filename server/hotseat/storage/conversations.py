"""Conversations of one workspace, kept between runs (SQLite with FTS5), and the facts they left.

Owns the file, its bound and its index; what a question recalls is decided by `conversation/memory`.
What is forgotten leaves the file: deleted rows are overwritten, the index is rebuilt and the file
is written again, since the FTS5 of many Pythons has no secure deletion.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

from hotseat.conversation.memory.facts import Fact, FactKind
from hotseat.conversation.memory.remembered import RememberedTurn
from hotseat.domain.errors import HotseatError
from hotseat.storage.conversation_tables import (
    MIGRATIONS,
    TURN_COLUMNS,
    NewTurn,
    as_turns,
    delete_turns,
    index_again_if_outdated,
    insert_turn,
    keep_bound,
    rebuild_index,
    vacuum,
)
from hotseat.storage.row_values import are_counts_if_any, are_texts, is_time, json_list
from hotseat.storage.sqlite import SmallDatabase, workspace_file

MAX_BYTES = 50_000_000
"""Of the file: beyond it the oldest turns that nothing pinned refers to are dropped."""
_TIMEOUT_S = 5.0
TITLE_CHARS = 80


def conversations_path(workspace: Path) -> Path:
    """Return the file of a workspace, in the user's data directory."""
    return workspace_file(workspace, "conversations.sqlite")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    id: str
    title: str
    """The beginning of its first question."""
    first_at_s: float
    last_at_s: float
    n_turns: int


class ConversationStore:
    """Every method opens the file, and blocks for `_TIMEOUT_S` at most where another window writes.

    Methods raise HotseatError where the file can be neither used nor set aside: locked, disk full.
    A file of a newer Hotseat is left alone: nothing is read from it, and nothing kept.
    """

    def __init__(
        self,
        path: Path,
        *,
        max_bytes: int = MAX_BYTES,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._db = SmallDatabase(
            path, holds="conversations", migrations=MIGRATIONS, timeout_s=_TIMEOUT_S, say=say
        )

    def add(self, turns: Sequence[NewTurn]) -> None:
        """Append turns to their conversations, in order."""

        def work(db: sqlite3.Connection) -> None:
            index_again_if_outdated(db)
            for turn in turns:
                insert_turn(db, turn)
            keep_bound(db, self._max_bytes)

        self._write(work)

    def conversations(self, limit: int = 100) -> list[ConversationSummary]:
        """Return the latest conversations, the newest first."""
        ask = (
            "select t.conversation, min(at_s), max(at_s), count(*), (select text from turns f "
            "where f.conversation = t.conversation order by number limit 1) from turns t "
            "group by t.conversation order by max(id) desc limit ?"
        )
        rows: list[Any] = self._read(lambda db: db.execute(ask, (limit,)).fetchall(), [])
        return [
            ConversationSummary(
                id=id_,
                title=shorten(text, TITLE_CHARS, placeholder="…"),
                first_at_s=float(first_s),
                last_at_s=float(last_s),
                n_turns=int(n),
            )
            for id_, first_s, last_s, n, text in rows
            if are_texts(id_, text) and is_time(first_s) and is_time(last_s)
        ]

    def turns(self, conversation: str) -> list[RememberedTurn]:
        """Return the turns of a conversation, in order; none if it is not known."""
        ask = f"select {TURN_COLUMNS} from turns where conversation = ? order by number"
        return as_turns(self._read(lambda db: db.execute(ask, (conversation,)).fetchall(), []))

    def turn_text(self, id_: int) -> str | None:
        """Return the text of a turn; None if there is none with that id."""
        ask = "select text from turns where id = ?"
        row = self._read(lambda db: db.execute(ask, (id_,)).fetchone(), None)
        return row[0] if row is not None and are_texts(row[0]) else None

    def read(self, work: Callable[[sqlite3.Connection], list[Any]]) -> list[Any]:
        """Return what `work` reads; nothing where there is no file yet."""
        rows: list[Any] = self._read(work, [])
        return rows

    def change(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Let `work` write, in one transaction."""
        self._write(work)

    # --- facts ---

    def facts(self) -> list[Fact]:
        """Return all facts, the oldest first, superseded ones included."""
        ask = (
            "select id, kind, text, pinned, turn_id, superseded_by, at_s, coalesce(origin, ''), "
            "coalesce(unconfirmed, 0) from facts order by id"
        )
        rows: list[Any] = self._read(lambda db: db.execute(ask).fetchall(), [])
        return [
            Fact(
                id=id_,
                kind=FactKind(kind),
                text=text,
                pinned=bool(pinned),
                turn_id=turn_id,
                superseded_by=superseded_by,
                at_s=at_s,
                origin=origin,
                is_confirmed=not unconfirmed,
            )
            for id_, kind, text, pinned, turn_id, superseded_by, at_s, origin, unconfirmed in rows
            if kind in set(FactKind)
            and are_texts(text, origin)
            and is_time(at_s)
            and are_counts_if_any(turn_id, superseded_by)
        ]

    def add_fact(
        self,
        kind: FactKind,
        text: str,
        *,
        at_s: float,
        pinned: bool = False,
        turn_id: int | None = None,
        supersedes: int | None = None,
        origin: str = "",
        is_confirmed: bool = True,
    ) -> int:
        """Keep a fact and return its id. The one that it `supersedes` stays, and is marked.

        Raises HotseatError, also where a newer Hotseat wrote the file: the user must not take it
        for kept.
        """
        put = (
            "insert into facts (kind, text, pinned, turn_id, at_s, origin, unconfirmed) "
            "values (?, ?, ?, ?, ?, ?, ?)"
        )
        ids: list[int] = []

        def work(db: sqlite3.Connection) -> None:
            row = (str(kind), text, int(pinned), turn_id, at_s, origin, int(not is_confirmed))
            cursor = db.execute(put, row)
            ids.append(int(cursor.lastrowid or 0))
            if supersedes is not None:
                mark = "update facts set superseded_by = ? where id = ?"
                db.execute(mark, (ids[0], supersedes))

        self._write(work)
        if not ids:
            raise HotseatError(
                f"Nothing can be kept in {self.path}, because a newer Hotseat wrote it",
                hint="Update Hotseat",
            )
        return ids[0]

    def pin_fact(self, id_: int, *, pinned: bool = True) -> bool:
        """Pin or unpin a fact; return whether there is one with that id. To pin confirms it."""
        confirm = ", unconfirmed = 0" if pinned else ""
        return self._change_fact(f"pinned = {int(pinned)}{confirm}", id_)

    def confirm_fact(self, id_: int) -> bool:
        """Confirm a program's note; return whether there is a fact with that id."""
        return self._change_fact("unconfirmed = 0", id_)

    def _change_fact(self, setting: str, id_: int) -> bool:
        found: list[int] = []

        def work(db: sqlite3.Connection) -> None:
            change = f"update facts set {setting} where id = ?"
            found.append(db.execute(change, (id_,)).rowcount)

        self._write(work)
        return bool(found and found[0])

    # --- forgetting ---

    def forget(
        self,
        *,
        turns: Iterable[int] = (),
        conversation: str | None = None,
        facts: Iterable[int] = (),
    ) -> int:
        """Remove turns, a whole conversation, or facts; return how many rows went.

        Facts that were distilled from a turn go with it.
        """
        turn_ids, fact_ids = list(turns), list(facts)
        n_gone = [0]

        def work(db: sqlite3.Connection) -> None:
            ids = list(turn_ids)
            if conversation is not None:
                ask = "select id from turns where conversation = ?"
                ids += [row[0] for row in db.execute(ask, (conversation,))]
            db.execute("pragma secure_delete = on")
            n_gone[0] = delete_turns(db, ids)
            for id_ in fact_ids:
                n_gone[0] += db.execute("delete from facts where id = ?", (id_,)).rowcount
            if n_gone[0]:
                # What a fact replaced counts again when that fact is gone.
                db.execute(
                    "update facts set superseded_by = null "
                    "where superseded_by not in (select id from facts)"
                )
                rebuild_index(db)

        self._write(work)
        if n_gone[0]:
            self._guarded(lambda: vacuum(self.path))
        return n_gone[0]

    def clear(self) -> bool:
        """Remove everything, files that were set aside included; return whether there was any."""
        files = self._db.files()
        try:
            for file in files:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error
        return bool(files)

    # --- the file ---

    def _read(self, work: Callable[[sqlite3.Connection], Any], default: Any) -> Any:
        return self._guarded(lambda: self._db.read("turns", work, default))

    def _write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        self._guarded(lambda: self._db.write(work))

    def _guarded(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> HotseatError:
        return HotseatError(
            f"Conversations cannot be kept in {self.path}: {error}",
            hint="Check who owns it and whether the disk is full; Hotseat works without",
        )


def exported(store: ConversationStore) -> dict[str, Any]:
    """Return everything that is kept, as JSON values."""
    columns = "conversation, number, role, at_s, day, language, expert, sources, text"

    def work(db: sqlite3.Connection) -> list[Any]:
        return db.execute(f"select {columns} from turns order by id").fetchall()

    names = columns.split(", ")
    turns = [
        {name: value for name, value in zip(names, row, strict=True) if not _is_odd(value)}
        for row in store.read(work)
    ]
    for turn in turns:
        turn["sources"] = json_list(turn.get("sources")) or []
    facts = [
        {
            "id": fact.id,
            "kind": str(fact.kind),
            "text": fact.text,
            "pinned": fact.pinned,
            "supersededBy": fact.superseded_by,
            "atS": fact.at_s,
            "origin": fact.origin,
            "confirmed": fact.is_confirmed,
        }
        for fact in store.facts()
    ]
    return {"turns": turns, "facts": facts}


def _is_odd(value: object) -> bool:
    """Return whether JSON has no such value."""
    is_endless = isinstance(value, float) and not math.isfinite(value)
    return is_endless or isinstance(value, bytes)
