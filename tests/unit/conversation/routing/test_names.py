"""The languages that a question names."""

from __future__ import annotations

import pytest

from hotseat.conversation.routing.names import find_names, without_comparisons


def named(question: str) -> list[tuple[str, bool]]:
    return [(name.language, name.is_compared) for name in find_names(question)]


def test_names_come_in_the_order_of_the_question() -> None:
    assert named("From a TypeScript type to a C# class") == [
        ("typescript", False),
        ("csharp", False),
    ]
    assert named("JavaScript, not Java") == [("javascript", False), ("java", True)]


def test_a_language_that_is_asked_for_later_is_not_only_compared() -> None:
    assert named("Unlike Go, what has Rust? And then back: Go code, please.") == [
        ("rust", False),
        ("go", False),
    ]


def test_the_clause_of_a_comparison_is_left_out() -> None:
    question = "Unlike Kotlin's data classes: can a record in Java be final?"
    text = without_comparisons(question, find_names(question))
    assert "data classes" not in text
    assert "record in Java" in text


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Write a Jinja macro for a form field.", "jinja"),
        ("How do I set a variable in CMake?", "cmake"),
        ("Which nginx location wins?", "nginx"),
        ("A Liquid filter for prices, please", "liquid"),
    ],
)
def test_less_common_languages_are_named(question: str, language: str) -> None:
    assert [name.language for name in find_names(question)][:1] == [language]


def test_water_is_no_template() -> None:
    assert find_names("The liquid assets of the company") == []
