"""The tables of remembered conversations: their migrations, and how rows are written and removed.

Every function works within the caller's transaction; `conversations` owns the file.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hotseat.conversation.memory.dates import Days, asked_days
from hotseat.conversation.memory.remembered import RememberedTurn
from hotseat.conversation.memory.words import WORDS_VERSION, identifiers, words
from hotseat.storage.row_values import are_counts, are_texts, are_texts_if_any

_DROPPED_AT_ONCE = 10
_MAX_INDEXED_CHARS = 20_000
"""Of a turn: what is beyond is kept, and not found by its words."""
_TIMEOUT_S = 5.0
MIGRATIONS = (
    (),  # version 0 is a file whose first write was cut short
    (
        "create table turns (id integer primary key autoincrement, conversation text, "
        "number integer, role text, at_s real, day text, said_first text, said_last text, "
        "language text, expert text, sources text, n_words integer, text text)",
        "create unique index turns_by_place on turns (conversation, number)",
        "create index turns_by_day on turns (day)",
        "create index turns_by_said_day on turns (said_first, said_last)",
        "create table facts (id integer primary key autoincrement, kind text, text text, "
        "pinned integer, turn_id integer, superseded_by integer, at_s real)",
        'create virtual table turn_words using fts5(words, tokenize = "unicode61 '
        "remove_diacritics 0 tokenchars '.,:'\")",
        "create virtual table turn_names using fts5(names, tokenize = 'trigram')",
    ),
    (
        "create table vectors (turn_id integer primary key, model text, vector blob)",
        "create table about (name text primary key, value text)",
    ),
    (
        "alter table facts add column origin text",
        "alter table facts add column unconfirmed integer",
    ),
)
TURN_COLUMNS = "id, conversation, number, role, day, text, language, expert, said_first, said_last"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTurn:
    """A question or an answer, masked already."""

    conversation: str
    is_user: bool
    text: str
    at_s: float
    """Seconds since the epoch."""
    language: str | None = None
    expert: str | None = None
    sources: tuple[str, ...] = ()
    """Paths in the workspace of the files that were shown."""
    instead: bool = False
    """It takes the place of the conversation's last question and of what follows that."""


def vacuum(path: Path) -> None:
    """Write the file again without what was deleted."""
    with closing(sqlite3.connect(path, timeout=_TIMEOUT_S)) as db:
        db.execute("vacuum")


def as_turns(rows: Iterable[Sequence[Any]]) -> list[RememberedTurn]:
    """Return rows of TURN_COLUMNS, with or without the indexed words, as values; a row that holds
    anything else is left out."""
    found = []
    for id_, conversation, number, role, day, text, language, expert, first, last, *indexed in rows:
        try:
            written = date.fromisoformat(day)
            named = (Days(date.fromisoformat(first), date.fromisoformat(last)),) if first else ()
        except (TypeError, ValueError):
            continue
        if (
            are_texts(conversation, text)
            and are_texts_if_any(language, expert)
            and are_counts(number)
        ):
            found.append(
                RememberedTurn(
                    id=id_,
                    conversation=conversation,
                    number=number,
                    is_user=role == "user",
                    day=written,
                    text=text,
                    language=language,
                    expert=expert,
                    spoken_of=named,
                    words=tuple(indexed[0].split()) if indexed and indexed[0] is not None else None,
                )
            )
    return found


def insert_turn(db: sqlite3.Connection, turn: NewTurn) -> None:
    if turn.instead:
        delete_turns(db, _last_question_on(db, turn.conversation))
    day = datetime.fromtimestamp(turn.at_s).astimezone().date()
    said = asked_days(turn.text[:_MAX_INDEXED_CHARS], day).days
    found = words(turn.text[:_MAX_INDEXED_CHARS])
    (number,) = db.execute(
        "select coalesce(max(number) + 1, 0) from turns where conversation = ?",
        (turn.conversation,),
    ).fetchone()
    cursor = db.execute(
        "insert into turns (conversation, number, role, at_s, day, said_first, said_last, "
        "language, expert, sources, n_words, text) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            turn.conversation,
            number,
            "user" if turn.is_user else "assistant",
            turn.at_s,
            day.isoformat(),
            min(days.first for days in said).isoformat() if said else None,
            max(days.last for days in said).isoformat() if said else None,
            turn.language,
            turn.expert,
            json.dumps(turn.sources),
            len(found),
            turn.text,
        ),
    )
    _index(db, int(cursor.lastrowid or 0), turn.text)


def _last_question_on(db: sqlite3.Connection, conversation: str) -> list[int]:
    """Return the ids of the conversation's last question and of the turns after it."""
    ask = (
        "select id from turns where conversation = ? and number >= (select max(number) from turns "
        "where conversation = ? and role = 'user')"
    )
    return [row[0] for row in db.execute(ask, (conversation, conversation))]


def _index(db: sqlite3.Connection, id_: int, text: str) -> None:
    text = text[:_MAX_INDEXED_CHARS]
    db.execute("insert into turn_words (rowid, words) values (?, ?)", (id_, " ".join(words(text))))
    if names := identifiers(text):
        db.execute("insert into turn_names (rowid, names) values (?, ?)", (id_, " ".join(names)))


def index_again_if_outdated(db: sqlite3.Connection) -> None:
    """Write the words of all turns again where another version of `words` made those that are
    there: stored and asked words must have equal stems."""
    kept = db.execute("select value from about where name = 'words'").fetchone()
    if kept is not None and kept[0] == WORDS_VERSION:
        return
    put = "insert or replace into about (name, value) values ('words', ?)"
    db.execute(put, (WORDS_VERSION,))
    turns = db.execute("select id, text from turns").fetchall()
    db.execute("delete from turn_words")
    db.execute("delete from turn_names")
    for id_, text in turns:
        _index(db, id_, str(text))


def rebuild_index(db: sqlite3.Connection) -> None:
    """Write the index again: FTS5 keeps deleted words in its segments."""
    for table in ("turn_words", "turn_names"):
        db.execute(f"insert into {table} ({table}) values ('rebuild')")
        db.execute(f"insert into {table} ({table}) values ('optimize')")


def delete_turns(db: sqlite3.Connection, ids: Sequence[int]) -> int:
    n_gone = 0
    for id_ in ids:
        db.execute("delete from turn_words where rowid = ?", (id_,))
        db.execute("delete from turn_names where rowid = ?", (id_,))
        db.execute("delete from vectors where turn_id = ?", (id_,))
        db.execute("delete from facts where turn_id = ? and not pinned", (id_,))
        n_gone += db.execute("delete from turns where id = ?", (id_,)).rowcount
    return n_gone


def keep_bound(db: sqlite3.Connection, max_bytes: int) -> None:
    """Drop the oldest turns that no pinned fact refers to while the file holds more."""
    oldest = (
        "select id from turns where id not in (select turn_id from facts where pinned and turn_id "
        "is not null) order by id limit ?"
    )
    while _used_bytes(db) > max_bytes:
        ids = [row[0] for row in db.execute(oldest, (_DROPPED_AT_ONCE,))]
        if not ids:
            return
        delete_turns(db, ids)


def _used_bytes(db: sqlite3.Connection) -> int:
    (pages,) = db.execute("pragma page_count").fetchone()
    (free,) = db.execute("pragma freelist_count").fetchone()
    (page_bytes,) = db.execute("pragma page_size").fetchone()
    return int((pages - free) * page_bytes)
