"""The errors in a fragment of text with different suggestions in it."""

from __future__ import annotations

import pytest

from hotseat.syntax.fragment import Fragment


@pytest.mark.parametrize(("text", "n"), [("1", 0), ("(1", 1), ("é", 0), ("1\ny = (", 1), ("2", 0)])
def test_errors_are_those_of_the_whole_fragment(text: str, n: int) -> None:
    """A later text is parsed only where it differs, with the same result."""
    first = Fragment("x = ", "\nz = 3\n", "python")
    later = Fragment("x = ", "\nz = 3\n", "python")
    assert later.count_errors("a_long_name(1, 2)\n\nb = 1") == 0
    assert (first.count_errors(text), later.count_errors(text)) == (n, n)


def test_without_a_grammar_nothing_is_counted() -> None:
    assert Fragment("x = ", "", "cobol").count_errors("1") is None
    assert Fragment("x = ", "", None).count_errors("1") is None


def test_a_text_that_must_not_be_parsed_is_not() -> None:
    yaml = Fragment("a: ", "", "yaml")
    assert yaml.count_errors("- " * 400) is None
    assert yaml.count_errors("1") == 0
