"""Whatever is edited, in whatever way an editor tells it."""

from __future__ import annotations

from typing import Literal

from hypothesis import assume, example, given
from hypothesis import strategies as st

from hotseat.completion.filter.outcome_tracker import Outcome
from hotseat.completion.filter.retention import Region, moved, retained_share
from hotseat.documents.shift import end_of, newlines, ordered, shifted
from hotseat.documents.store import Change, DocumentStore
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.syntax.document_syntax import Syntax
from support.outcome_desk import URI, Desk, put

MARKS = "①②③④⑤⑥⑦⑧"
"""The letters of an accepted text, which nothing else has."""
Dialect = Literal["exact", "difference", "lines", "document"]

encodings = st.sampled_from(list(PositionEncoding))
texts = st.text(alphabet="ab (){}\n😀é", max_size=12)
places = st.builds(Position, st.integers(0, 8), st.integers(0, 12))
changes = st.one_of(
    st.tuples(st.builds(Range, places, places), texts),
    st.tuples(st.builds(Range, places, places), st.just("")),
    st.builds(lambda place, text: (Range(place, place), text), places, texts),
    st.tuples(st.none(), texts),
)


def clamped(documents: DocumentStore, change: Change) -> Change:
    """As an editor sends it: it knows its text."""
    range_, text = change
    document = documents.get(URI)
    assert document is not None
    if range_ is None:
        return change
    places = [
        document.buffer.to_position(
            *document.buffer.to_column(place, document.encoding), document.encoding
        )
        for place in ordered(range_)
    ]
    return Range(places[0], places[1]), text


@given(before=texts, after=texts, split=st.integers(0, 7), edits=st.lists(changes), enc=encodings)
def test_a_region_is_in_order_and_holds_all_that_is_left_of_the_text(
    before: str, after: str, split: int, edits: list[Change], enc: PositionEncoding
) -> None:
    text = MARKS[:split] + "\n" + MARKS[split:]
    documents = DocumentStore(Syntax, enc)
    documents.open(URI, "go", 1, before + text + after)
    document = documents.get(URI)
    assert document is not None
    start = end_of(Position(0, 0), before, enc)
    region = Region(start=start, end=end_of(start, text, enc), text=text)
    touched = False
    for edit in edits:
        change = clamped(documents, edit)
        place = ordered(change[0]) if change[0] is not None else None
        touched = (
            touched or place is None or not (place[1] <= region.start or place[0] >= region.end)
        )
        documents.change(URI, None, [change])
        region = moved(region, change, enc)
        assert Position(0, 0) <= region.start <= region.end
        first, last = document.byte_at(region.start), document.byte_at(region.end)
        now = document.buffer.slice_bytes(first, last)
        left = [char for char in document.buffer.text() if char in MARKS]
        assert [char for char in now if char in MARKS] == left
        if not touched:
            assert now == text
            assert region.exact
        assert 0.0 <= retained_share(region, now) <= 1.0


@given(start=places, text=texts, more=texts, enc=encodings)
def test_the_end_of_two_texts_is_the_end_of_the_second_behind_the_first(
    start: Position, text: str, more: str, enc: PositionEncoding
) -> None:
    assert end_of(end_of(start, text, enc), more, enc) == end_of(start, text + more, enc)


@given(old_end=places, new_end=places, behind=texts, enc=encodings)
def test_what_stands_behind_an_edit_moves_with_its_end(
    old_end: Position, new_end: Position, behind: str, enc: PositionEncoding
) -> None:
    place = end_of(old_end, behind, enc)
    assert shifted(place, old_end, new_end) == end_of(new_end, behind, enc)


def told(old: str, new: str, at: int, text: str, dialect: Dialect, enc: PositionEncoding) -> Change:
    """The insertion of `text` at character `at`, in an editor's way."""
    origin = Position(0, 0)
    if dialect == "exact":
        return put(text, end_of(origin, old[:at], enc))
    if dialect == "document":
        return None, new
    if dialect == "lines":
        first = old.rfind("\n", 0, at) + 1
        last = old.find("\n", at)
        last = len(old) if last < 0 else last
        return put(
            new[first : last + len(text)],
            end_of(origin, old[:first], enc),
            end_of(origin, old[:last], enc),
        )
    n = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    rest = old[n:]
    return put(new[n : len(new) - len(rest)], end_of(origin, old[:n], enc))


@given(
    before=texts,
    after=texts,
    text=st.text(alphabet="ab (){}\n😀é", min_size=2, max_size=12),
    n_typed=st.integers(0, 3),
    dialect=st.sampled_from(["exact", "difference", "lines", "document"]),
    enc=encodings,
)
@example(before="x", after="abc\n", text="ab", n_typed=0, dialect="difference", enc="utf-16")
def test_accepting_is_seen_in_every_editors_way_of_telling(
    before: str,
    after: str,
    text: str,
    n_typed: int,
    dialect: Dialect,
    enc: PositionEncoding,
) -> None:
    n_typed = min(n_typed, len(text) - 2)
    rest = text[n_typed:]
    assume(rest.strip() and rest not in ("()", "{}"))  # white space and pairs may be one key
    desk = Desk(f"{before}‸{after}", text, encoding=PositionEncoding(enc))
    for char in text[:n_typed]:
        at = desk.text().index(before) + len(before)
        assert at == len(before)
        desk.type(char)
    desk.now_s += 1
    old = before + text[:n_typed] + after
    new = before + text + after
    desk.change(told(old, new, len(before) + n_typed, rest, dialect, desk.encoding))
    assert desk.text() == new
    ended = desk.ending()
    assert ended.outcome is Outcome.ACCEPTED
    assert ended.n_taken + ended.n_typed == len(text)
    assert ended.retained is not None
    assert retained_share(*ended.retained) == 1.0


@given(
    before=texts,
    after=texts,
    text=st.text(alphabet="ab (){}\n😀é", min_size=1, max_size=12),
    edits=st.lists(st.lists(changes, min_size=1, max_size=3), max_size=8),
    enc=encodings,
)
def test_what_is_said_to_be_in_the_document_is_there(
    before: str, after: str, text: str, edits: list[list[Change]], enc: PositionEncoding
) -> None:
    desk = Desk(f"{before}‸{after}", text, encoding=enc)
    document = desk.documents.get(URI)
    assert document is not None
    for batch in edits:
        sent: list[Change] = []
        for change in batch:
            sent.append(clamped(desk.documents, change))
            desk.documents.change(URI, None, sent[-1:])
        desk.tracker.edited(URI, sent, look=desk.look, now_s=desk.now_s)
        live = desk.tracker._live
        if live is None:
            break
        assert 0 <= live.offer.n_taken <= live.offer.n_done <= len(text)
        there = document.suffix(live.offer.origin, live.offer.n_done)
        assert newlines(there) == live.offer.text[: live.offer.n_done]
    assert len([*desk.wait(60), *desk.tracker.finish(desk.now_s)]) == 1
