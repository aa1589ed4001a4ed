"""What the syntax of an open document answers, before and after edits."""

from __future__ import annotations

from hotseat.documents.buffer import TextBuffer
from hotseat.domain.syntax import Place
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.syntax.document_syntax import Syntax


def parsed(text: str, language: str | None) -> tuple[TextBuffer, Syntax]:
    buffer = TextBuffer(text)
    syntax = Syntax(buffer, language)
    return buffer, syntax


def names(syntax: Syntax) -> list[str]:
    return [found.name for found in syntax.definitions()]


def insert(buffer: TextBuffer, syntax: Syntax, line: int, text: str) -> None:
    here = Position(line, 0)
    syntax.edited(buffer.apply(Range(here, here), text, PositionEncoding.UTF16))


def test_places_are_given_by_line_and_code_point() -> None:
    _, syntax = parsed('é = 1\nb = "😀 a"\n# é\n', "python")
    assert syntax.place_at(1, 1) is Place.CODE
    assert syntax.place_at(1, 6) is Place.STRING
    assert syntax.place_at(2, 3) is Place.COMMENT


def test_without_a_language_there_is_no_place_but_regions_by_the_text() -> None:
    _, syntax = parsed("é\n<script>\nlet a\n</script>", None)
    assert syntax.place_at(0, 0) is None
    assert syntax.languages_at(2, 2, "html", uri="") == ("javascript", "html")
    assert syntax.languages_at(0, 0, "html", uri="") == ("html",)


def test_the_tree_of_another_language_is_not_used() -> None:
    text = f"<script>{' ' * 30_000}</script>"  # begins out of reach of what reads the text
    _, html = parsed(text, "html")
    assert html.languages_at(0, 30_000, "html", uri="") == ("javascript", "html")
    html.set_language("python")
    assert html.languages_at(0, 30_000, "html", uri="") == ("html",)  # by the text


def test_an_edit_moves_the_last_parse_along() -> None:
    buffer, syntax = parsed('a = 1\nb = "c d"\n', "python")
    insert(buffer, syntax, 0, "é\n")
    assert syntax.place_at(2, 6) is Place.STRING


def test_definitions_are_those_of_the_present_text() -> None:
    buffer, syntax = parsed("def first(): pass\n", "python")
    assert names(syntax) == ["first"]
    insert(buffer, syntax, 0, "def added(): pass\n")
    assert names(syntax) == ["added", "first"]
