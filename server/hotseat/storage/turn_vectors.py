"""What an embedding model makes of remembered turns: kept beside them, compared with a question.

Owns the vectors in the store and a copy of them in this process, which takes 4 bytes for each
number (15 MB for 10,000 turns of 384 numbers). Needs numpy, which comes with the extra `memory`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.storage.conversations import ConversationStore
from hotseat.storage.row_values import are_texts

MAX_EMBEDDED_CHARS = 1_000
"""Of a turn: small embedding models read 256 to 512 tokens."""
N_NEAREST = 60
_READ_AT_ONCE = 500
_VECTORS = "select turn_id, vector from vectors where model = ?"
_IDS = "select turn_id from vectors where model = ?"


def has_numpy() -> bool:
    """Return whether vectors can be compared here."""
    return find_spec("numpy") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnToEmbed:
    """A turn without a vector, and what is embedded for it."""

    id: int
    text: str
    """With the question before it, without which many answers mean nothing."""


class TurnVectors:
    """The vectors that `model` made of the turns in `store`.

    Every method but `likeness` blocks for the store, and raises HotseatError like it.
    """

    def __init__(self, store: ConversationStore, model: str) -> None:
        if not has_numpy():
            raise HotseatError(
                "The embedder needs numpy, which is not installed",
                hint="Install it beside Hotseat: `pip install 'hotseat[memory]'`",
            )
        self._store = store
        self.model = model
        self._known: tuple[Any, Any] | None = None
        """Ids of turns, and a matrix with the vector of each in a row. Both are replaced and never
        written, so that a question reads them while a thread adds."""
        self._room: tuple[Any, Any] = ((), ())
        """The same with rows to spare: adding eight turns must not copy ten thousand."""
        self._changing = threading.Lock()

    @property
    def held_bytes(self) -> int:
        """What the copy in this process takes."""
        return 0 if self._known is None else sum(int(part.nbytes) for part in self._room)

    def missing(self, limit: int) -> list[TurnToEmbed]:
        """Return at most `limit` turns that have no vector of this model, the newest first."""
        ask = (
            "select t.id, t.text, b.text, b.role from turns t left join vectors v on "
            "v.turn_id = t.id and v.model = ? left join turns b on b.conversation = "
            "t.conversation and b.number = t.number - 1 where v.turn_id is null "
            "and typeof(t.text) = 'text' "
            "order by t.id desc limit ?"
        )
        rows = self._store.read(lambda db: db.execute(ask, (self.model, limit)).fetchall())
        return [
            TurnToEmbed(id=id_, text=embedded_text(text, before if are_texts(before) else None))
            for id_, text, before, _ in rows
        ]

    def keep(self, vectors: Mapping[int, Sequence[float]]) -> None:
        """Keep the vectors of turns, by their ids."""
        import numpy as np

        put = "insert or replace into vectors (turn_id, model, vector) select ?, ?, ? where exists "
        put += "(select 1 from turns where id = ?)"
        halves = {id_: np.asarray(vector, np.float16) for id_, vector in vectors.items()}
        rows = [(id_, self.model, half.tobytes(), id_) for id_, half in halves.items()]
        self._store.change(lambda db: db.executemany(put, rows))
        with self._changing:
            self._add(halves)

    def refresh(self) -> None:
        """Read into this process what other windows embedded, and drop what was forgotten.

        Only what is new is read: 15 ms where 10,000 are known, so not where a question waits.
        """

        def read(ask: str, values: Sequence[Any]) -> list[Any]:
            return self._store.read(lambda db: db.execute(ask, values).fetchall())

        with self._changing:
            there = {row[0] for row in read(_IDS, (self.model,))}
            known = set() if self._known is None else set(self._known[0].tolist())
            if known - there:
                self._drop(known - there)
            new = sorted(there - known)
            for i in range(0, len(new), _READ_AT_ONCE):
                ids = new[i : i + _READ_AT_ONCE]
                marks = ",".join("?" * len(ids))
                ask = (
                    f"select turn_id, vector from vectors where model = ? and turn_id in ({marks})"
                )
                found = read(ask, (self.model, *ids))
                self._add(_readable(found))

    def _add(self, vectors: Mapping[int, Any]) -> None:
        """Add vectors. Those of another width than the widest are of a model that had the same
        name, and are left out."""
        import numpy as np

        widths = [len(vector) for vector in vectors.values()]
        before = 0 if self._known is None else self._known[1].shape[1]
        width = max([before, *widths])
        new = {id_: vector for id_, vector in vectors.items() if len(vector) == width}
        if not new:
            return
        ids = np.fromiter(new, np.int64, len(new))
        matrix = np.stack(list(new.values())).astype(np.float32)
        if self._known is None or width != before:
            self._known = self._room = ids, matrix
            return
        if np.isin(self._known[0], ids).any():
            self._drop(set(new))
        n = self._n_known()
        end = n + len(ids)
        if end > len(self._room[0]):
            room = max(end, n + n // 2)
            grown = np.empty(room, np.int64), np.empty((room, width), np.float32)
            grown[0][:n], grown[1][:n] = self._room[0][:n], self._room[1][:n]
            self._room = grown
        # Rows that no reader has yet.
        self._room[0][n:end], self._room[1][n:end] = ids, matrix
        self._known = self._room[0][:end], self._room[1][:end]

    def _n_known(self) -> int:
        return 0 if self._known is None else len(self._known[0])

    def _drop(self, gone: set[int]) -> None:
        import numpy as np

        if self._known is not None:
            stay = ~np.isin(self._known[0], np.fromiter(gone, np.int64, len(gone)))
            self._room = self._known[0][stay], self._known[1][stay]
            self._known = self._room if len(self._room[0]) else None

    def likeness(self, vector: Sequence[float], limit: int = N_NEAREST) -> dict[int, float]:
        """Return the turns that are most like a text, by id, with the cosine of both vectors, as
        far as this process has them (`keep`, `refresh`). Reads nothing."""
        import numpy as np

        if self._known is None:
            return {}
        ids, matrix = self._known
        asked = np.asarray(vector, np.float32)
        if asked.shape != (matrix.shape[1],):
            return {}
        cosines = matrix @ asked
        n = min(limit, len(ids))
        nearest = np.argpartition(-cosines, n - 1)[:n]
        return {int(ids[i]): float(cosines[i]) for i in nearest}


def _readable(rows: Sequence[Any]) -> dict[int, Any]:
    """Return the vectors of rows, by their turns; without those that hold anything else."""
    import numpy as np

    whole = [(id_, b) for id_, b in rows if isinstance(b, bytes) and b and len(b) % 2 == 0]
    vectors = [(id_, np.frombuffer(blob, np.float16)) for id_, blob in whole]
    return {id_: vector for id_, vector in vectors if np.isfinite(vector).all()}


def embedded_text(text: str, before: str | None) -> str:
    """Return what is embedded for a turn: itself, after the turn before it where that asks."""
    if before is not None and before.rstrip().endswith("?"):
        text = f"{before[-MAX_EMBEDDED_CHARS // 4 :]} {text}"
    return text[:MAX_EMBEDDED_CHARS]
