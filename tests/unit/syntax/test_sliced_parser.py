"""Trees that are parsed in slices beside the editing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import tree_sitter_c
import tree_sitter_python
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Language, Parser

from hotseat.documents.buffer import TextBuffer
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.syntax import sliced_parser
from hotseat.syntax.sliced_parser import SlicedParser

PYTHON = Language(tree_sitter_python.language())
C = Language(tree_sitter_c.language())
UTF16 = PositionEncoding.UTF16


def never() -> bool:
    return False


def at_once() -> bool:
    return True


def edit(buffer: TextBuffer, syntax: SlicedParser, line: int, character: int, text: str) -> None:
    here = Position(line, character)
    syntax.edited(buffer.apply(Range(here, here), text, UTF16))


def steps(syntax: SlicedParser, deadline: Callable[[], bool]) -> Iterator[None]:
    while not syntax.step(deadline):
        yield


def shape(syntax: SlicedParser) -> str:
    assert syntax.tree is not None
    return str(syntax.tree.root_node)


def test_a_parse_cut_into_the_smallest_slices_gives_the_same_tree() -> None:
    text = "def f(a, b):\n    return a + b\n\n" * 500
    whole, sliced = SlicedParser(TextBuffer(text), PYTHON), SlicedParser(TextBuffer(text), PYTHON)
    assert whole.step(never)
    n_slices = sum(1 for _ in steps(sliced, at_once))
    assert n_slices > 10
    assert shape(sliced) == shape(whole)
    assert sliced.fresh
    assert not sliced.pending


def test_the_last_good_tree_serves_while_an_edit_is_parsed() -> None:
    buffer = TextBuffer("x = 1\n" * 3000 + "def last(): pass\n")
    syntax = SlicedParser(buffer, PYTHON)
    syntax.step(never)
    edit(buffer, syntax, 0, 0, '"""\n')
    assert not syntax.step(at_once)
    assert syntax.tree is not None
    assert not syntax.fresh
    found = syntax.tree.root_node.descendant_for_point_range((3001, 4), (3001, 8))
    assert found is not None
    assert found.type == "identifier"  # at its new place, one row further down


def test_an_edit_starts_an_unfinished_parse_over() -> None:
    buffer = TextBuffer("a = 1\n" * 3000)
    syntax = SlicedParser(buffer, PYTHON)
    assert not syntax.step(at_once)
    edit(buffer, syntax, 0, 0, "def f():\n    pass\n")
    assert syntax.step(never)
    fresh = SlicedParser(TextBuffer(buffer.text()), PYTHON)
    fresh.step(never)
    assert shape(syntax) == shape(fresh)


@settings(max_examples=60, deadline=None)
@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, 6),
            st.integers(0, 12),
            st.integers(0, 6),
            st.integers(0, 12),
            st.sampled_from(["", "x", "é", "\r", "\n", "\r\n", '"""', "(", "😀", "def f():\n  1"]),
        ),
        max_size=6,
    )
)
def test_edits_lead_to_the_tree_that_a_parse_from_nothing_gives(
    edits: list[tuple[int, int, int, int, str]],
) -> None:
    buffer = TextBuffer("import a\r\ndef f(x):\r    return '€' + x\nif a:\n  b = [1, 2]\n")
    syntax = SlicedParser(buffer, PYTHON)
    for line, character, end_line, end_character, text in edits:
        range_ = Range(Position(line, character), Position(end_line, end_character))
        syntax.edited(buffer.apply(range_, text, UTF16))
        list(steps(syntax, at_once))
        assert syntax.tree is not None
        data = b""
        while chunk := buffer.read_utf8(len(data)):
            data += chunk
        expected = Parser(PYTHON).parse(data).root_node
        root = syntax.tree.root_node
        assert root.end_byte == expected.end_byte
        assert root.end_point == expected.end_point
        if not root.has_error and not expected.has_error:  # recovery may depend on the way there
            assert str(root) == str(expected)


def test_a_grammar_that_never_ends_is_given_up_for_this_version() -> None:
    buffer = TextBuffer("a = 1\n" * 99_000)
    syntax = SlicedParser(buffer, PYTHON)
    n_slices = sum(1 for _ in steps(syntax, at_once))
    assert n_slices == sliced_parser.MAX_STEPS
    assert syntax.stalled
    assert not syntax.pending
    syntax.edited(buffer.apply(None, "a = 1\n", UTF16))
    assert syntax.step(never)
    assert syntax.fresh


def test_a_document_that_stalls_again_and_again_is_left_alone() -> None:
    buffer = TextBuffer("a = 1\n" * 99_000)
    syntax = SlicedParser(buffer, PYTHON)
    for _ in range(sliced_parser.MAX_TIMEOUTS):
        list(steps(syntax, at_once))
        edit(buffer, syntax, 0, 0, "b")
    assert syntax.stalled
    assert not syntax.pending


def test_a_single_token_that_cannot_be_sliced_is_given_up() -> None:
    buffer = TextBuffer("int a;\n")
    syntax = SlicedParser(buffer, C)
    syntax.step(never)
    edit(buffer, syntax, 1, 0, "/*" + "x" * 900_000)
    list(steps(syntax, at_once))
    assert syntax.stalled
    assert not syntax.fresh
    assert syntax.tree is not None  # the one before, moved along
    end = len("/*") + 900_000
    syntax.edited(buffer.apply(Range(Position(1, 0), Position(1, end)), "", UTF16))
    list(steps(syntax, at_once))
    assert syntax.fresh


def node_type_at(syntax: SlicedParser, byte: int) -> str | None:
    tree = syntax.tree_at(byte)
    node = tree.root_node.descendant_for_byte_range(byte, byte + 1) if tree else None
    return node.type if node else None


def test_a_large_document_has_a_tree_around_the_place_of_interest() -> None:
    buffer = TextBuffer("a = 1\n" * 200_000)
    syntax = SlicedParser(buffer, PYTHON)
    assert syntax.step(never)
    assert node_type_at(syntax, 0) == "identifier"
    assert not syntax.pending
    far = 6 * 150_000 + 4
    assert node_type_at(syntax, far) is None
    assert syntax.pending
    assert syntax.step(never)
    assert node_type_at(syntax, far) == "integer"
    edit(buffer, syntax, 10, 0, "# far above\n")
    edit(buffer, syntax, 150_001, 4, "b")
    assert syntax.step(never)
    assert node_type_at(syntax, far + len("# far above\n")) == "identifier"


def n_looks_at_the_clock(syntax: SlicedParser) -> int:
    """How much there was to parse."""
    n = 0

    def looked() -> bool:
        nonlocal n
        n += 1
        return False

    assert syntax.step(looked)
    return n


def test_an_edit_in_a_large_document_parses_the_same_window_again() -> None:
    buffer = TextBuffer(("def f(a):\n" + "    g(a)\n" * 99) * 2000)
    syntax = SlicedParser(buffer, PYTHON)
    syntax.tree_at(buffer.byte_at(100_000, 0))
    n_first = n_looks_at_the_clock(syntax)
    edit(buffer, syntax, 100_000, 0, "if b: pass\n")
    syntax.step(never)
    edit(buffer, syntax, 100_000, 3, "a")
    assert n_looks_at_the_clock(syntax) < n_first / 2
    assert node_type_at(syntax, buffer.byte_at(100_000, 0)) == "if"


def test_a_line_of_megabytes_has_a_tree_around_the_place_of_interest() -> None:
    buffer = TextBuffer("é = [" + "é, 7, " * 400_000 + "]\n")
    syntax = SlicedParser(buffer, PYTHON)
    middle = buffer.byte_at(0, len("é = [") + 6 * 200_000)
    syntax.tree_at(middle)
    assert syntax.step(never)
    assert node_type_at(syntax, middle) == "identifier"
    assert node_type_at(syntax, middle + len("é, ".encode())) == "integer"


def test_a_document_that_shrinks_is_parsed_whole() -> None:
    buffer = TextBuffer("a = 1\n" * 200_000)
    syntax = SlicedParser(buffer, PYTHON)
    assert syntax.step(never)
    syntax.edited(buffer.apply(Range(Position(2, 0), Position(199_999, 0)), "", UTF16))
    assert syntax.step(never)
    assert shape(syntax).count("assignment") == 3


def test_a_new_text_drops_the_tree_of_the_old_one() -> None:
    buffer = TextBuffer("a = 1\n")
    syntax = SlicedParser(buffer, PYTHON)
    syntax.step(never)
    syntax.edited(buffer.apply(None, "b = 2\n", UTF16))
    assert syntax.tree is None
    assert syntax.pending


def test_a_language_without_grammar_needs_no_steps() -> None:
    syntax = SlicedParser(TextBuffer("x"))
    assert not syntax.pending
    assert syntax.step(never)
    assert syntax.tree is None


@pytest.mark.parametrize("opener", ['"""\n', "(\n", "if a:\n  [\n"])
def test_what_is_opened_above_fifty_thousand_lines_never_holds_the_thread(opener: str) -> None:
    """Time of this thread, not of the clock, so that other processes do not count."""
    buffer = TextBuffer("def f(a, b):\n    return a + b\n\n" * 16_700)
    syntax = SlicedParser(buffer, PYTHON)
    syntax.step(never)
    edit(buffer, syntax, 0, 0, opener)
    slices_s = []
    done = False
    while not done:
        begin_s = time.thread_time()
        done = syntax.step(partial(passed, begin_s + 0.004))
        slices_s.append(time.thread_time() - begin_s)
    assert syntax.tree is not None
    # The end of a parse cannot be sliced: balancing the new tree, and freeing the old one.
    assert sum(slice_s > 0.006 for slice_s in slices_s) <= 2


def passed(end_s: float) -> bool:
    return time.thread_time() >= end_s


class ProcessorTime:
    """Each look at it is `step_s` later."""

    def __init__(self, step_s: float) -> None:
        self.step_s = step_s
        self._now_s = 0.0

    def __call__(self) -> float:
        self._now_s += self.step_s
        return self._now_s


def test_a_text_with_one_slow_slice_does_not_cost_the_same_at_each_key() -> None:
    buffer = TextBuffer("a = 1\n" * 20)
    syntax = SlicedParser(buffer, PYTHON)
    slow, quick = ProcessorTime(2 * sliced_parser.SLOW_SLICE_S), ProcessorTime(0)
    assert syntax.step(never, slow)
    for _ in range(50):
        edit(buffer, syntax, 0, 0, "b")
        assert syntax.stalled
        assert not syntax.pending
        assert syntax.tree is None
    edit(buffer, syntax, 0, 0, "x" * sliced_parser.RETRY_EDIT_BYTES)  # another text than that
    assert syntax.pending
    assert syntax.step(never, quick)
    assert syntax.fresh


def test_many_keys_make_another_text_of_one_that_was_given_up() -> None:
    buffer = TextBuffer("a = 1\n")
    syntax = SlicedParser(buffer, PYTHON)
    syntax.step(never, ProcessorTime(2 * sliced_parser.SLOW_SLICE_S))
    n_keys = 0
    while not syntax.pending:
        edit(buffer, syntax, 0, 0, "b")
        n_keys += 1
    assert n_keys == sliced_parser.RETRY_BYTES


@pytest.mark.parametrize("how", ["whole", "grammar"])
def test_a_new_text_or_grammar_is_parsed_after_one_that_was_given_up(how: str) -> None:
    buffer = TextBuffer("a = 1\n")
    syntax = SlicedParser(buffer, PYTHON)
    syntax.step(never, ProcessorTime(2 * sliced_parser.SLOW_SLICE_S))
    edit(buffer, syntax, 0, 0, "b")
    assert syntax.stalled
    if how == "whole":
        syntax.edited(buffer.apply(None, "a = 2\n", UTF16))
    else:
        syntax.set_grammar(C)
    assert syntax.step(never)
    assert syntax.fresh


def test_a_refused_text_has_no_tree_until_it_is_another() -> None:
    buffer = TextBuffer("a = 1\n")
    syntax = SlicedParser(buffer, PYTHON)
    syntax.step(never)
    nuls = "\0" * 600
    edit(buffer, syntax, 1, 0, nuls)
    assert syntax.step(never)
    assert syntax.stalled
    assert syntax.tree is None
    edit(buffer, syntax, 0, 0, "b")
    assert syntax.step(never)
    assert syntax.stalled
    syntax.edited(buffer.apply(Range(Position(1, 0), Position(1, len(nuls))), "", UTF16))
    assert syntax.step(never)
    assert syntax.fresh


def test_deep_nesting_is_given_up_before_its_end_and_taken_up_when_it_has_gone() -> None:
    evil = "a = " * 4000
    buffer = TextBuffer("x = 1\n" + evil)
    syntax = SlicedParser(buffer, C)
    while not syntax.step(never):
        pass
    assert syntax.stalled
    syntax.edited(buffer.apply(Range(Position(1, 0), Position(1, len(evil))), "", UTF16))
    assert syntax.step(never)
    assert syntax.fresh


def test_what_repeats_without_nesting_is_parsed() -> None:
    syntax = SlicedParser(TextBuffer("a = 1;\n" * 2000), C)
    while not syntax.step(never):
        pass
    assert syntax.fresh
