"""Which turns have been distilled, and the facts that they left.

Works within a `ConversationStore`; every function blocks for it, and raises HotseatError like it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotseat.conversation.memory.distill import NewFact
from hotseat.storage.conversations import ConversationStore
from hotseat.storage.row_values import are_texts, is_time

_DONE = "coalesce((select cast(value as integer) from about where name = 'distilled'), 0)"
_ASK = f"select id, text, at_s from turns where role = 'user' and id > {_DONE} order by id limit 1"
_MARK = "insert or replace into about (name, value) values ('distilled', ?)"
_PUT = (
    "insert into facts (kind, text, pinned, turn_id, at_s) select ?, ?, 0, ?, ? "
    "where exists (select 1 from turns where id = ?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTurn:
    """What the user wrote, as it was stored."""

    id: int
    text: str
    at_s: float


def next_turn(store: ConversationStore) -> UserTurn | None:
    """Return the oldest turn of the user's that has not been distilled; None if there is none."""
    found: list[Any] = store.read(lambda db: db.execute(_ASK).fetchall())
    for id_, text, at_s in found:
        is_readable = are_texts(text)
        said_s = float(at_s) if is_time(at_s) else 0.0
        return UserTurn(id=id_, text=text if is_readable else "", at_s=said_s)
    return None


def keep_distilled(store: ConversationStore, turn: UserTurn, facts: Sequence[NewFact]) -> None:
    """Keep the facts of a turn, if it is still there, and remember that it was distilled."""

    def work(db: sqlite3.Connection) -> None:
        (done,) = db.execute(f"select {_DONE}").fetchone()
        if done >= turn.id:
            return  # another window was faster
        for fact in facts:
            put = (str(fact.kind), fact.text, turn.id, turn.at_s, turn.id)
            cursor = db.execute(_PUT, put)
            if cursor.rowcount and fact.supersedes is not None:
                mark = "update facts set superseded_by = ? where id = ? and superseded_by is null"
                db.execute(mark, (cursor.lastrowid, fact.supersedes))
        db.execute(_MARK, (str(turn.id),))

    store.change(work)
