"""What an embedding model makes of remembered turns: kept beside them, compared with a question.

Owns the vectors in the store and a copy of them in this process, which takes 4 bytes for each
number (15 MB for 10,000 turns of 384 numbers). Needs numpy, which comes with the extra `memory`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.storage.conversations import ConversationStore

MAX_EMBEDDED_CHARS = 1_000
"""Of a turn: small embedding models read 256 to 512 tokens."""
N_NEAREST = 60


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
        """Ids of turns, and a matrix with the vector of each in a row."""

    @property
    def held_bytes(self) -> int:
        """What the copy in this process takes."""
        return 0 if self._known is None else sum(int(part.nbytes) for part in self._known)

    def missing(self, limit: int) -> list[TurnToEmbed]:
        """Return at most `limit` turns that have no vector of this model, the newest first."""
        ask = (
            "select t.id, t.text, b.text, b.role from turns t left join vectors v on "
            "v.turn_id = t.id and v.model = ? left join turns b on b.conversation = "
            "t.conversation and b.number = t.number - 1 where v.turn_id is null "
            "order by t.id desc limit ?"
        )
        rows = self._store.read(lambda db: db.execute(ask, (self.model, limit)).fetchall())
        return [
            TurnToEmbed(id=id_, text=embedded_text(str(text), before))
            for id_, text, before, _ in rows
        ]

    def keep(self, vectors: Mapping[int, Sequence[float]]) -> None:
        """Keep the vectors of turns, by their ids."""
        import numpy as np

        put = "insert or replace into vectors (turn_id, model, vector) select ?, ?, ? where exists "
        put += "(select 1 from turns where id = ?)"
        rows = [
            (id_, self.model, np.asarray(vector, np.float16).tobytes(), id_)
            for id_, vector in vectors.items()
        ]
        self._store.change(lambda db: db.executemany(put, rows))

    def refresh(self) -> None:
        """Read all vectors into this process: 20 ms for 10,000, so not where a question waits."""
        import numpy as np

        ask = "select turn_id, vector from vectors where model = ? order by turn_id"
        rows = self._store.read(lambda db: db.execute(ask, (self.model,)).fetchall())
        vectors = [(id_, np.frombuffer(blob, np.float16)) for id_, blob in rows]
        width = max((len(vector) for _, vector in vectors), default=0)
        vectors = [(id_, vector) for id_, vector in vectors if len(vector) == width]
        if not vectors:
            self._known = None
            return
        matrix = np.stack([vector for _, vector in vectors]).astype(np.float32)
        self._known = np.asarray([id_ for id_, _ in vectors]), matrix

    def likeness(self, vector: Sequence[float], limit: int = N_NEAREST) -> dict[int, float]:
        """Return the turns that are most like a text, by id, with the cosine of both vectors, as
        far as they were there at the last `refresh`. Reads nothing."""
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


def embedded_text(text: str, before: str | None) -> str:
    """Return what is embedded for a turn: itself, after the turn before it where that asks."""
    if before is not None and before.rstrip().endswith("?"):
        text = f"{before[-MAX_EMBEDDED_CHARS // 4 :]} {text}"
    return text[:MAX_EMBEDDED_CHARS]
