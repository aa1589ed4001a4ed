"""What is open, and in which version."""

from __future__ import annotations

from hotseat.documents.store import DocumentStore, Outcome
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.syntax.document_syntax import Syntax

URI = "file:///a.go"


def insert(character: int, text: str) -> tuple[Range, str]:
    return Range(Position(0, character), Position(0, character)), text


def test_changes_of_one_notification_build_on_each_other() -> None:
    store = DocumentStore(Syntax)
    assert store.open(URI, "go", 1, "ab") is Outcome.DONE
    assert store.change(URI, 2, [insert(1, "-"), insert(2, "+"), insert(0, "<")]) is Outcome.DONE
    document = store.get(URI)
    assert document is not None
    assert document.buffer.text() == "<a-+b"
    assert document.version == 2


def test_a_change_to_an_unknown_document_is_told_and_harmless() -> None:
    store = DocumentStore(Syntax)
    assert store.change(URI, 1, [(None, "x")]) is Outcome.NOT_OPEN
    assert store.close(URI) is Outcome.NOT_OPEN
    assert len(store) == 0


def test_a_version_that_does_not_grow_is_told_and_loses_no_text() -> None:
    store = DocumentStore(Syntax)
    store.open(URI, "go", 5, "ab")
    assert store.change(URI, 4, [insert(0, "x")]) is Outcome.OUT_OF_ORDER
    assert store.change(URI, 5, [insert(0, "y")]) is Outcome.DONE
    document = store.get(URI)
    assert document is not None
    assert document.buffer.text() == "yxab"


def test_the_revision_grows_whatever_the_version_says() -> None:
    store = DocumentStore(Syntax)
    store.open(URI, "go", 5, "ab")
    document = store.get(URI)
    assert document is not None
    before = document.revision
    store.change(URI, None, [insert(0, "x")])
    store.change(URI, 5, [insert(0, "y")])
    assert document.revision == before + 2


def test_no_revision_comes_back_when_a_document_is_opened_again() -> None:
    store = DocumentStore(Syntax)
    revisions = []
    for is_closed in (True, False, True):
        store.open(URI, "go", 1, "ab")
        document = store.get(URI)
        assert document is not None
        revisions.append(document.revision)
        store.change(URI, 2, [insert(0, "x")])
        revisions.append(document.revision)
        if is_closed:
            store.close(URI)
    assert len(set(revisions)) == len(revisions)


def test_a_document_opened_twice_has_the_second_text() -> None:
    store = DocumentStore(Syntax)
    store.open(URI, "go", 1, "old")
    assert store.open(URI, "go", 1, "new") is Outcome.ALREADY_OPEN
    assert [d.buffer.text() for d in store] == ["new"]
    assert store.close(URI) is Outcome.DONE
    assert store.get(URI) is None


def test_positions_count_in_the_negotiated_encoding() -> None:
    for encoding, character in ((PositionEncoding.UTF8, 4), (PositionEncoding.UTF16, 2)):
        store = DocumentStore(Syntax, encoding)
        store.open(URI, "go", 1, "😀x\ny")
        document = store.get(URI)
        assert document is not None
        position = Position(0, character)
        assert document.prefix(position, 10) == "😀"
        assert document.suffix(position, 10) == "x\ny"
        assert document.byte_at(position) == 4
