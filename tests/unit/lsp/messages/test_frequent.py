"""The messages that come with each key are read as lsprotocol reads them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types
from lsprotocol.converters import get_converter

from hotseat.lsp.messages.frequent import did_change_params, inline_completion_params

CONVERTER = get_converter()
POSITIONS = st.fixed_dictionaries(
    {"line": st.integers(0, 2**31 - 1), "character": st.integers(0, 2**31 - 1)}
)
RANGES = st.fixed_dictionaries({"start": POSITIONS, "end": POSITIONS})
CHANGES = st.one_of(
    st.fixed_dictionaries({"text": st.text(max_size=9)}),
    st.fixed_dictionaries({"range": RANGES, "text": st.text(max_size=9)}),
)
AT = {"line": 1, "character": 2}
DOCUMENT = {"uri": "file:///a.py", "version": 3}


@settings(deadline=None)
@given(st.lists(CHANGES, max_size=4), st.integers(-1, 2**31 - 1), st.text(max_size=9))
def test_changes_are_read_as_lsprotocol_reads_them(
    changes: list[Any], version: int, uri: str
) -> None:
    params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": changes}
    expected = CONVERTER.structure(params, types.DidChangeTextDocumentParams)
    read = did_change_params(params)
    assert read is not None
    assert read.text_document == expected.text_document
    assert list(read.content_changes) == list(expected.content_changes)


@settings(deadline=None)
@given(POSITIONS, st.sampled_from([1, 2]), st.text(max_size=9))
def test_requests_are_read_as_lsprotocol_reads_them(
    position: dict[str, int], kind: int, uri: str
) -> None:
    params = {
        "textDocument": {"uri": uri},
        "position": position,
        "context": {"triggerKind": kind, "selectedCompletionInfo": None},
    }
    expected = CONVERTER.structure(params, types.InlineCompletionParams)
    assert inline_completion_params(params) == expected


@pytest.mark.parametrize(
    "params",
    [
        None,
        [],
        {},
        {"textDocument": DOCUMENT},
        {"textDocument": {"uri": "a", "version": None}, "contentChanges": []},
        {"textDocument": {"uri": "a", "version": True}, "contentChanges": []},
        {"textDocument": {"uri": 1, "version": 1}, "contentChanges": []},
        {"textDocument": DOCUMENT, "contentChanges": {}},
        {"textDocument": DOCUMENT, "contentChanges": [None]},
        {"textDocument": DOCUMENT, "contentChanges": [{"text": 1}]},
        {"textDocument": DOCUMENT, "contentChanges": [{"range": None, "text": "x"}]},
        {"textDocument": DOCUMENT, "contentChanges": [{"range": {"start": AT}, "text": "x"}]},
        {
            "textDocument": DOCUMENT,
            "contentChanges": [
                {"range": {"start": AT, "end": {"line": -1, "character": 0}}, "text": "x"}
            ],
        },
        {
            "textDocument": DOCUMENT,
            "contentChanges": [
                {"range": {"start": AT, "end": {"line": True, "character": 0}}, "text": "x"}
            ],
        },
    ],
)
def test_unusual_changes_are_the_converters(params: Any) -> None:
    assert did_change_params(params) is None


@pytest.mark.parametrize(
    "more",
    [
        {"context": {"triggerKind": 3}},
        {"context": {}},
        {"context": {"triggerKind": 1, "selectedCompletionInfo": {"range": {}, "text": "x"}}},
        {"position": {"line": 1.5, "character": 0}},
        {"position": {"line": 2**31, "character": 0}},
        {"position": None},
        {"textDocument": {}},
        {"workDoneToken": "t"},
    ],
)
def test_unusual_requests_are_the_converters(more: dict[str, Any]) -> None:
    usual = {
        "textDocument": {"uri": "file:///a.py"},
        "position": AT,
        "context": {"triggerKind": 2},
    }
    assert inline_completion_params(usual) is not None
    assert inline_completion_params({**usual, **more}) is None
