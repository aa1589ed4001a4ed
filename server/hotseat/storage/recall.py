"""What a question recalls from the conversations of a workspace.

Finds candidates by the index and counts words; the order is that of `conversation/memory/recall`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from hotseat.conversation.memory.recall import query_of, recall, search_words
from hotseat.conversation.memory.remembered import Query, Recalled, StoreCounts
from hotseat.storage.conversation_tables import TURN_COLUMNS, as_turns
from hotseat.storage.conversations import ConversationStore

_MAX_MATCHES = 48
_MAX_NAMED = 30
_MAX_OF_DAYS = 150
_MAX_NEWEST = 16
_ALL_TURNS = 200
"""So many are all looked at."""
_MAX_QUESTION_CHARS = 2_000
"""Of a longer question the first and last characters are looked at."""
_MAX_WORDS = 24
_MAX_RANKED = 2_000
"""Turns that SQLite ranks for one question: 5 ms."""
_N_AVERAGED = 1_000
"""Newest turns whose mean length stands for all: every turn would be read for it otherwise."""
_MIN_TRIGRAM_CHARS = 3


def recall_turns(
    store: ConversationStore,
    question: str,
    *,
    today: date,
    limit: int = 5,
    likeness: Mapping[int, float] | None = None,
    until: date = date.max,
) -> list[Recalled]:
    """Return the turns that `question`, asked on `today`, recalls, best first.

    Turns of later days than `until` are left out. By default none is: a clock that was wrong for a
    while must not hide what was said then.
    `likeness` has the cosines of turns that an embedding model finds like the question, by id.
    Raises HotseatError.
    """
    if len(question) > _MAX_QUESTION_CHARS:
        half = _MAX_QUESTION_CHARS // 2
        question = f"{question[:half]} {question[-half:]}"
    query = query_of(question, today)
    last_day = until.isoformat()

    def work(db: sqlite3.Connection) -> list[Any]:
        counts = _counts(db, query)
        ids = _candidates(db, query, counts, last_day) | set(likeness or ())
        return [_with_neighbours(db, ids, last_day), counts]

    found = store.read(work)
    if not found:
        return []
    rows, counts = found
    return recall(query, as_turns(rows), counts, today=today, limit=limit, likeness=likeness)


def _candidates(
    db: sqlite3.Connection, query: Query, counts: StoreCounts, last_day: str
) -> set[int]:
    found: set[int] = set()

    def add(source: str, values: list[Any], order: str, limit: int) -> None:
        ask = f"select t.id from {source} and t.day <= ? order by {order} limit ?"
        found.update(row[0] for row in db.execute(ask, [*values, last_day, limit]))

    rare = rare_words(query.words, counts)
    searched = search_words(query)[: _MAX_WORDS * 8]
    words = _any_of(start for word, start in searched if word in rare)
    if words:
        source = "turn_words w join turns t on t.id = w.rowid where w.words match ?"
        add(source, [words], "w.rank", _MAX_MATCHES)
    for name in query.identifiers[:_MAX_WORDS]:
        if len(name) >= _MIN_TRIGRAM_CHARS:
            source = "turn_names n join turns t on t.id = n.rowid where n.names match ?"
            add(source, [_literal(name)], "t.id desc", _MAX_NAMED)
    for days in query.days:
        first, last = days.first.isoformat(), days.last.isoformat()
        add("turns t where t.day between ? and ?", [first, last], "t.id desc", _MAX_OF_DAYS)
        said = "turns t where t.said_first <= ? and t.said_last >= ?"
        add(said, [last, first], "t.id desc", _MAX_OF_DAYS)
    newest = _ALL_TURNS if counts.n_turns <= _ALL_TURNS else _MAX_NEWEST
    add("turns t where 1", [], "t.id desc", newest)
    return found


def rare_words(words: Sequence[str], counts: StoreCounts) -> frozenset[str]:
    """Return the words that candidates are searched by: all, or in a large store the rarest.

    SQLite reads all turns of each word three times, to count, to weigh and to rank them, and a word
    of many turns chooses among none. Of what is found all words of the question decide.
    At least the rarest is returned, and each that no turn holds: words like it may be there.
    """
    chosen: list[str] = []
    n_ranked = 0
    for word in sorted(words, key=lambda word: counts.n_with.get(word, 0)):
        n_ranked += counts.n_with.get(word, 0)
        if n_ranked > _MAX_RANKED and n_ranked > counts.n_with.get(word, 0):
            break
        chosen.append(word)
    return frozenset(chosen)


def _with_neighbours(db: sqlite3.Connection, ids: set[int], last_day: str) -> list[Any]:
    marks = ",".join("?" * len(ids))
    columns = ", ".join(f"t.{name}" for name in TURN_COLUMNS.split(", "))
    indexed = "(select words from turn_words w where w.rowid = t.id)"
    ask = (
        f"select distinct {columns}, {indexed} from turns c join turns t "
        "on t.conversation = c.conversation "
        f"and t.number between c.number - 1 and c.number + 1 where c.id in ({marks}) "
        "and t.day <= ? order by t.id"
    )
    return db.execute(ask, [*sorted(ids), last_day]).fetchall()


def _counts(db: sqlite3.Connection, query: Query) -> StoreCounts:
    (n_turns,) = db.execute("select count(*) from turns").fetchone()
    newest = "select n_words from turns order by id desc limit ?"
    (n_words,) = db.execute(
        f"select coalesce(avg(n_words), 1) from ({newest})", [_N_AVERAGED]
    ).fetchone()
    n_with: dict[str, int] = {}
    starts = {word: start for word, start in reversed(search_words(query)) if start in word}
    for word in query.words[:_MAX_WORDS]:
        count = "select count(*) from turn_words where words match ?"
        start = _quoted(starts.get(word, word))
        (n_with[word],) = db.execute(count, (start,)).fetchone()
    return StoreCounts(n_turns=n_turns, mean_words=float(n_words), n_with=n_with)


def _any_of(starts: Iterable[str]) -> str:
    return " OR ".join(sorted({_quoted(start) for start in starts}))


def _quoted(start: str) -> str:
    """Return a search for words that begin so."""
    return f"{_literal(start)} *"


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
