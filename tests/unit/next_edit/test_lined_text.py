"""Where some tokens stand in a row."""

from __future__ import annotations

from hotseat.next_edit.lined_text import MAX_LINE_CHARS, MAX_OCCURRENCES, LinedText


def test_a_token_is_found_as_a_whole_word_only() -> None:
    text = LinedText(["rate = rate_of(x.rate)", "", "rates + rate"])
    assert text.occurrences(("rate",)) == [(0, 0), (0, 17), (2, 8)]


def test_a_run_of_tokens_may_have_white_space_in_it_but_no_line_end() -> None:
    text = LinedText(["f(a, b)", "f( a,b)", "f(a,", "b)"])
    assert text.occurrences(("a", ",", "b")) == [(0, 2), (1, 3)]


def test_the_search_ends_soon_after_the_bound_and_leaves_long_lines_out() -> None:
    lines = ["x"] * (MAX_OCCURRENCES + 100)
    assert len(LinedText(lines).occurrences(("x",))) == MAX_OCCURRENCES + 1
    assert LinedText(["x " * MAX_LINE_CHARS]).occurrences(("x",)) == []
