"""A text with its tree: edits lead to the tree of the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Parser

from hotseat.domain.syntax import Place
from hotseat.syntax.grammars import grammar
from hotseat.syntax.parsed_text import ParsedText

TEXT = "import a\ndef f(x):\n    return '€' + x\nif a:\n  b = [1, 2]\n".encode()


@settings(max_examples=100, deadline=None)
@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, 60),
            st.integers(0, 12),
            st.sampled_from([b"", b"x", "é".encode(), b"\n", b'"""', b"(", b"def f():\n  1"]),
        ),
        max_size=6,
    )
)
def test_edits_lead_to_the_tree_that_a_parse_from_nothing_gives(
    edits: list[tuple[int, int, bytes]],
) -> None:
    text = ParsedText(TEXT, "python")
    for start, n_bytes, data in edits:
        start = min(start, len(text.data))
        text.replace(start, min(start + n_bytes, len(text.data)), data)
        text.parse()
        found = grammar("python")
        assert found is not None
        assert text._tree is not None
        root, expected = text._tree.root_node, Parser(found).parse(text.data).root_node
        assert (root.end_byte, root.end_point) == (expected.end_byte, expected.end_point)
        if not root.has_error and not expected.has_error:  # recovery may depend on the way there
            assert str(root) == str(expected)


def test_languages_places_and_definitions_are_those_of_the_present_text() -> None:
    text = ParsedText(b'cur.execute("SELECT a")\n', "python")
    assert text.languages_at(16, uri="") == ("sql", "python")
    assert text.place_at(16) is Place.STRING
    text.replace(0, 0, "# é\r\ndef added(): pass\r\n".encode())
    assert text.place_at(3) is Place.COMMENT
    [found] = text.definitions()
    assert (found.name, found.first_line, found.text) == ("added", 1, "def added():")


@pytest.mark.parametrize(("start", "old_end"), [(-1, 0), (2, 1), (0, 99)])
def test_a_range_beyond_the_text_is_refused(start: int, old_end: int) -> None:
    with pytest.raises(ValueError, match="no bytes"):
        ParsedText(b"a = 1\n", "python").replace(start, old_end, b"")


def test_yaml_that_its_scanner_cannot_hold_is_not_parsed() -> None:
    text = ParsedText(b"- " * 400, "yaml")
    text.parse()
    assert text._tree is None
    text.replace(10, len(text.data), b"a\n")
    text.parse()
    assert text._tree is not None
