"""The places edited lately."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hotseat.completion.context.recent_edits import MAX_SPAN_LINES, MAX_SPANS, EditRing


def spans(ring: EditRing) -> list[tuple[str, int, int]]:
    return [(span.uri, span.first_line, span.last_line) for span in ring]


def test_typing_in_one_place_is_one_span() -> None:
    ring = EditRing()
    for line in (10, 10, 11, 12):
        ring.edited("a", line, line, line, 1.0)
    ring.edited("a", 12, 12, 13, 2.0)
    assert spans(ring) == [("a", 10, 13)]


def test_the_newest_place_comes_first() -> None:
    ring = EditRing()
    ring.edited("a", 10, 10, 10, 1.0)
    ring.edited("b", 10, 10, 10, 2.0)
    ring.edited("a", 50, 50, 50, 3.0)
    assert spans(ring) == [("a", 50, 50), ("b", 10, 10), ("a", 10, 10)]
    ring.edited("a", 11, 11, 11, 4.0)
    assert spans(ring)[0] == ("a", 10, 11)


def test_places_move_along_with_lines_written_above_them() -> None:
    ring = EditRing()
    ring.edited("a", 50, 50, 50, 1.0)
    ring.edited("b", 50, 50, 50, 1.0)
    ring.edited("a", 5, 5, 9, 2.0)
    assert spans(ring) == [("a", 5, 9), ("b", 50, 50), ("a", 54, 54)]
    ring.edited("a", 20, 30, 20, 3.0)
    assert spans(ring)[-1] == ("a", 44, 44)


def test_a_branch_switched_is_no_writing() -> None:
    ring = EditRing()
    ring.edited("a", 10, 10, 10, 1.0)
    ring.edited("a", 0, 200, 300, 2.0)
    assert spans(ring) == []


def test_of_a_long_place_the_part_is_kept_that_is_written_now() -> None:
    ring = EditRing()
    for line in range(0, 100, 2):
        ring.edited("a", line, line, line, 1.0)
    (span,) = ring
    assert span.last_line == 98
    assert span.last_line - span.first_line < MAX_SPAN_LINES
    ring = EditRing()
    for line in range(100, 0, -2):
        ring.edited("a", line, line, line, 1.0)
    (span,) = ring
    assert span.first_line == 2


def test_only_so_many_places_are_remembered() -> None:
    ring = EditRing()
    for i in range(40):
        ring.edited(f"file{i}", 1, 1, 1, float(i))
    assert len(ring) == MAX_SPANS
    assert spans(ring)[0] == ("file39", 1, 1)


def test_of_places_that_read_the_same_the_newest_stays() -> None:
    ring = EditRing()
    files = {"a": "total price tax", "b": "user name role", "c": "total price tax"}
    for uri in "abc":
        ring.edited(uri, 1, 1, 1, 1.0)
    ring.drop_alike(lambda uri, first, last: [files[uri]])
    assert spans(ring) == [("c", 1, 1), ("b", 1, 1)]


def test_a_closed_file_is_forgotten() -> None:
    ring = EditRing()
    ring.edited("a", 1, 1, 1, 1.0)
    ring.edited("b", 1, 1, 1, 1.0)
    ring.forget("b")
    assert spans(ring) == [("a", 1, 1)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"), st.integers(0, 90), st.integers(0, 30), st.integers(0, 30)
        ),
        max_size=40,
    )
)
def test_places_of_one_file_never_overlap(edits: list[tuple[str, int, int, int]]) -> None:
    ring = EditRing()
    for uri, first, n_old, n_new in edits:
        ring.edited(uri, first, first + n_old, first + n_new, 1.0)
        newest = next(iter(ring))
        assert newest.uri == uri
        assert newest.first_line <= first + n_new <= newest.last_line + MAX_SPAN_LINES
        for name in "ab":
            lines = sorted((s.first_line, s.last_line) for s in ring if s.uri == name)
            assert all(a <= b for a, b in lines)
            assert all(x[1] < y[0] for x, y in pairwise(lines))
        assert all(span.last_line - span.first_line < MAX_SPAN_LINES for span in ring)
