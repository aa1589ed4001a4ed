"""The errors in a fragment of text with different suggestions in it."""

from __future__ import annotations

import pytest

from hotseat.syntax.fragment import Fragment


def never() -> bool:
    return False


@pytest.mark.parametrize(("text", "n"), [("1", 0), ("(1", 1), ("é", 0), ("1\ny = (", 1), ("2", 0)])
def test_errors_are_those_of_the_whole_fragment(text: str, n: int) -> None:
    """A later text is parsed only where it differs, with the same result."""
    first = Fragment("x = ", "\nz = 3\n", "python", never)
    later = Fragment("x = ", "\nz = 3\n", "python", never)
    assert later.n_errors_with("a_long_name(1, 2)\n\nb = 1") == 0
    assert (first.n_errors_with(text), later.n_errors_with(text)) == (n, n)


def test_without_a_grammar_nothing_is_counted() -> None:
    assert Fragment("x = ", "", "cobol", never).n_errors_with("1") is None
    assert Fragment("x = ", "", None, never).n_errors_with("1") is None


def test_a_text_that_must_not_be_parsed_is_not() -> None:
    yaml = Fragment("a: ", "", "yaml", never)
    assert yaml.n_errors_with("- " * 400) is None
    assert yaml.n_errors_with("1") == 0


def test_the_time_may_be_used_up() -> None:
    fragment = Fragment("x = [", "]\n", "python", lambda: True)
    assert fragment.n_errors_with("1, " * 10_000) is None
