"""Vectors of remembered turns: kept beside them, added one by one, compared with a question."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.storage.conversation_tables import NewTurn
from hotseat.storage.conversations import ConversationStore
from hotseat.storage.turn_vectors import TurnVectors

pytest.importorskip("numpy")
N = 40


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    store = ConversationStore(tmp_path / "c.sqlite")
    texts = (f"statement {n}" for n in range(N))
    store.add([NewTurn(conversation="a", is_user=True, text=t, at_s=1e9) for t in texts])
    return store


def axis(n: int, *, width: int = N + 1) -> list[float]:
    return [float(i == n) for i in range(width)]


def test_a_turn_is_found_as_soon_as_its_vector_is_kept(store: ConversationStore) -> None:
    vectors = TurnVectors(store, "m")
    assert vectors.likeness(axis(3)) == {}
    while turns := vectors.missing(7):
        vectors.keep({turn.id: axis(turn.id) for turn in turns})
        first = turns[0].id
        assert vectors.likeness(axis(first), limit=1) == {first: 1.0}
    assert set(vectors.likeness(axis(3), limit=N)) == set(range(1, N + 1))


def test_what_another_window_embedded_or_forgot_is_followed(store: ConversationStore) -> None:
    ours, other = TurnVectors(store, "m"), TurnVectors(store, "m")
    ours.keep({1: axis(1), 2: axis(2)})
    other.keep({3: axis(3)})
    ours.refresh()
    other.refresh()
    for vectors in (ours, other):
        assert set(vectors.likeness(axis(3))) == {1, 2, 3}
    store.forget(turns=[2])
    ours.refresh()
    assert set(ours.likeness(axis(2))) == {1, 3}
    store.forget(turns=[1, 3])
    ours.refresh()
    assert (ours.likeness(axis(3)), ours.held_bytes) == ({}, 0)


def test_a_vector_that_is_made_again_replaces_the_first(store: ConversationStore) -> None:
    vectors = TurnVectors(store, "m")
    vectors.keep({1: axis(1), 2: axis(2)})
    vectors.keep({1: axis(5)})
    assert vectors.likeness(axis(5), limit=1) == {1: 1.0}
    assert len(vectors.likeness(axis(5))) == 2


def test_vectors_of_another_width_are_never_compared(store: ConversationStore) -> None:
    vectors = TurnVectors(store, "m")
    vectors.keep({1: axis(1, width=3), 2: axis(2, width=3)})
    assert vectors.likeness(axis(1)) == {}
    vectors.keep({3: axis(3)})
    assert vectors.likeness(axis(3)) == {3: 1.0}
    vectors.refresh()
    assert vectors.likeness(axis(3)) == {3: 1.0}


def test_the_vectors_of_a_turn_leave_the_file_with_it(store: ConversationStore) -> None:
    vectors = TurnVectors(store, "m")
    marked = [1234.5, -4321.0, 0.0625] * 40
    import numpy as np

    raw = np.asarray(marked, np.float16).tobytes()
    vectors.keep({1: marked})

    def is_there() -> bool:
        return any(raw in file.read_bytes() for file in store.path.parent.iterdir())

    assert is_there()
    store.forget(turns=[1])
    assert not is_there()
