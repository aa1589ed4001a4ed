"""Where the cursor is taken to be, and what is said of the language under it."""

from __future__ import annotations

import pytest

from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.session.cursors import Cursors
from hotseat.syntax.document_syntax import Syntax

URI = "file:///page.html"
ROSTER = Roster(
    experts=(
        Expert(name="web", languages=("html",), spec=ModelSpec("web:1b")),
        Expert(name="js", languages=("javascript",), spec=ModelSpec("js:1b")),
    )
)
TEXT = "<p>a</p>\n<script>\nlet a = 1;\n</script>\n"


def at(line: int, character: int) -> Range:
    return Range(Position(line, character), Position(line, character))


def opened(text: str = TEXT) -> tuple[Cursors, DocumentStore, Document]:
    store, cursors = DocumentStore(Syntax), Cursors()
    store.open(URI, "html", 1, text)
    cursors.opened(URI, "html")
    document = store.get(URI)
    assert document is not None
    return cursors, store, document


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("x", PositionEncoding.UTF16, Position(2, 5)),
        ("", PositionEncoding.UTF16, Position(2, 4)),
        ("a\r\nbc\nd", PositionEncoding.UTF16, Position(4, 1)),
        ("𝒳", PositionEncoding.UTF16, Position(2, 6)),
        ("é𝒳", PositionEncoding.UTF8, Position(2, 10)),
        ("é𝒳", PositionEncoding.UTF32, Position(2, 6)),
    ],
)
def test_after_an_edit_the_cursor_stands_behind_what_was_typed(
    text: str, encoding: PositionEncoding, expected: Position
) -> None:
    cursors = Cursors()
    cursors.edited(URI, [(at(0, 0), "//"), (at(2, 4), text)], encoding)
    assert cursors.position(URI) == expected


def test_a_new_text_leaves_the_cursor_where_it_was() -> None:
    cursors = Cursors()
    cursors.moved(URI, Position(3, 1))
    cursors.edited(URI, [(None, "all new")], PositionEncoding.UTF16)
    assert cursors.position(URI) == Position(3, 1)


def test_the_language_follows_the_cursor_the_text_and_the_roster() -> None:
    cursors, store, document = opened()
    assert cursors.language(document, ROSTER) == "html"
    cursors.moved(URI, Position(2, 4))
    assert cursors.language(document, ROSTER) == "javascript"
    assert cursors.language(document, Roster(experts=ROSTER.experts[:1])) == "html"
    store.change(URI, 2, [(Range(Position(1, 0), Position(1, 8)), "<p>")])
    assert cursors.language(document, ROSTER) == "html"


def test_a_file_that_is_closed_and_opened_again_is_looked_at_anew() -> None:
    cursors, store, document = opened()
    cursors.moved(URI, Position(2, 4))
    assert cursors.language(document, ROSTER) == "javascript"
    cursors.closed(URI)
    store.open(URI, "html", 1, "<p>\n\n\nb")
    cursors.opened(URI, "html")
    cursors.moved(URI, Position(2, 4))
    reopened = store.get(URI)
    assert reopened is not None
    assert cursors.language(reopened, ROSTER) == "html"
