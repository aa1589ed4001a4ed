"""Reading and writing the server's own messages."""

from __future__ import annotations

from typing import Any

import pytest

from hotseat.domain.text import Position, Range
from hotseat.lsp import ext, wire
from hotseat.session.settings import Settings

AT = {"textDocument": {"uri": "file:///a.go"}, "position": {"line": 3, "character": 7}}
START, END = {"line": 1, "character": 0}, {"line": 2, "character": 4}


def test_a_message_is_read_from_camel_case() -> None:
    assert wire.read(ext.DidChangeCursorParams, AT) == ext.DidChangeCursorParams(
        text_document=ext.DocumentId(uri="file:///a.go"), position=Position(3, 7)
    )


def test_unknown_fields_are_ignored() -> None:
    assert wire.read(ext.DocumentId, {"uri": "u", "version": 3}) == ext.DocumentId(uri="u")


@pytest.mark.parametrize(
    "position",
    [
        None,
        7,
        [],
        {},
        {"line": 1},
        {"line": -1, "character": 0},
        {"line": 0, "character": -1},
        {"line": "1", "character": 0},
        {"line": 1.0, "character": 0},
        {"line": True, "character": 0},
    ],
)
def test_a_message_without_a_required_field_counts_as_not_sent(position: Any) -> None:
    assert wire.read(ext.DidChangeCursorParams, {**AT, "position": position}) is None


@pytest.mark.parametrize("document", [None, 5, [], {}, {"uri": 5}, {"uri": None}, "file:///a"])
def test_a_field_of_a_wrong_shape_counts_as_not_given(document: Any) -> None:
    given = {"question": "why?", "textDocument": document, "instead": "yes", "conversation": 7}
    assert wire.read(ext.AskParams, given) == ext.AskParams(question="why?")
    assert wire.read(ext.DidFocusParams, {"textDocument": document}) == ext.DidFocusParams()


@pytest.mark.parametrize("params", [None, [], 5, "x", [AT]])
def test_what_is_not_an_object_has_no_fields(params: Any) -> None:
    assert wire.read(ext.DidFocusParams, params) == ext.DidFocusParams()
    assert wire.read(ext.DidChangeCursorParams, params) is None


def test_a_range_needs_both_ends() -> None:
    read = wire.read(ext.AskParams, {"question": "", "range": {"start": START, "end": END}})
    assert read is not None
    assert read.range == Range(Position(1, 0), Position(2, 4))
    read = wire.read(ext.AskParams, {"question": "", "range": {"start": START}})
    assert read is not None
    assert read.range is None


def test_items_of_a_wrong_shape_are_left_out() -> None:
    given: Any = {"textDocuments": [5, None, {"uri": 5}, {"uri": "a"}, [], {"uri": "b"}]}
    visible = wire.read(ext.DidChangeVisibleParams, given)
    assert visible is not None
    assert [document.uri for document in visible.text_documents] == ["a", "b"]
    assert wire.read(ext.DidChangeVisibleParams, {"textDocuments": 5}) is None


@pytest.mark.parametrize("outcome", [None, [], {}, "shown", 1, True])
def test_a_value_that_is_not_among_the_choices(outcome: Any) -> None:
    assert wire.read(ext.DidResolveSuggestionParams, {"id": "1", "outcome": outcome}) is None


@pytest.mark.parametrize("id_", ["1", 1])
def test_an_id_is_a_string_or_a_number(id_: Any) -> None:
    read = wire.read(ext.DidResolveSuggestionParams, {"id": id_, "outcome": "accepted"})
    assert read == ext.DidResolveSuggestionParams(id=id_, outcome="accepted")


def test_a_deep_value_does_no_harm() -> None:
    deep: Any = {}
    for _ in range(100_000):
        deep = {"textDocument": deep}
    assert wire.read(ext.DidFocusParams, deep) == ext.DidFocusParams()
    while deep:  # freed level by level: the interpreter's own way is recursive
        deep = deep["textDocument"]


def test_what_is_written_can_be_read() -> None:
    params = ext.AskParams(
        question="why?",
        text_document=ext.DocumentId(uri="u"),
        range=Range(Position(1, 0), Position(2, 4)),
        partial_result_token=5,
    )
    written = wire.to_wire(params)
    assert written["partialResultToken"] == 5
    assert written["range"] == {"start": START, "end": END}
    assert "expert" not in written
    assert wire.read(ext.AskParams, written) == params


def test_null_is_written_where_a_field_is_always_present() -> None:
    focus = ext.FocusStatus(uri=None, language="go", expert=None, note="")
    assert wire.to_wire(focus) == {"uri": None, "language": "go", "expert": None, "note": ""}
    assert wire.to_wire(ext.CommandResult(message="")) == {"message": ""}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("uri", "uri"),
        ("text_document", "textDocument"),
        ("n_prompt_tokens", "nPromptTokens"),
        ("partial_result_token", "partialResultToken"),
    ],
)
def test_names_on_the_wire(name: str, expected: str) -> None:
    assert wire.wire_name(name) == expected


def test_options_that_are_given_and_complaints_about_bad_ones() -> None:
    options = {"roster": "starter", "budgetBytes": True, "engineUrl": 5, "trusted": "yes", "x": 1}
    given, complaints = wire.read_options(Settings, options)
    assert given == {"roster": "starter"}
    assert complaints == (
        "engineUrl must be of type str: ignored",
        "budgetBytes must be of type int: ignored",
        "trusted must be of type bool: ignored",
    )
    options = {"watchFiles": False, "trusted": True, "budgetBytes": 0, "roster": None}
    given, complaints = wire.read_options(Settings, options)
    assert (given, complaints) == ({"watch_files": False, "trusted": True, "budget_bytes": 0}, ())


def test_options_that_are_not_an_object() -> None:
    assert wire.read_options(Settings, None) == ({}, ())
    given, (complaint,) = wire.read_options(Settings, [1])
    assert given == {}
    assert "not an object" in complaint
