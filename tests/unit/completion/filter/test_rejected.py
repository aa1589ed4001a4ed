"""A suggestion that was dismissed does not return by itself at its place."""

from __future__ import annotations

from hotseat.completion.cache import CursorPlace
from hotseat.completion.filter.rejected import MAX_REJECTED, RejectedSuggestions

URI = "file:///a.py"
HERE = CursorPlace.of("x = ", "\ny = 2\n")


def dismissed(text: str = "compute(1)") -> RejectedSuggestions:
    rejected = RejectedSuggestions()
    rejected.shown("1", URI, HERE, text)
    rejected.reject("1")
    return rejected


def test_the_same_text_at_the_same_place() -> None:
    rejected = dismissed()
    assert rejected.is_rejected(URI, HERE, "compute(1)")
    assert not rejected.is_rejected(URI, HERE, "compute(2)")
    assert not rejected.is_rejected("file:///b.py", HERE, "compute(1)")
    assert not rejected.is_rejected(URI, CursorPlace.of("z = ", "\ny = 2\n"), "compute(1)")
    assert not rejected.is_rejected(URI, CursorPlace.of("x = ", "\ny = 3\n"), "compute(1)")


def test_its_beginning_typed_by_hand_is_another_place() -> None:
    rejected = dismissed()
    assert not rejected.is_rejected(URI, CursorPlace.of("x = c", "\ny = 2\n"), "ompute(1)")


def test_a_request_by_hand_forgives() -> None:
    rejected = dismissed()
    rejected.forgive(URI, HERE, "compute(1)")
    assert not rejected.is_rejected(URI, HERE, "compute(1)")


def test_an_unknown_id_rejects_nothing_and_memory_is_bounded() -> None:
    rejected = RejectedSuggestions()
    rejected.reject("7")
    for n in range(MAX_REJECTED + 1):
        rejected.shown(str(n), URI, HERE, f"f({n})")
        rejected.reject(str(n))
    assert not rejected.is_rejected(URI, HERE, "f(0)")
    assert rejected.is_rejected(URI, HERE, f"f({MAX_REJECTED})")
