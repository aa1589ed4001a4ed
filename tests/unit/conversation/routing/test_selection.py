"""The language of selected lines."""

from __future__ import annotations

from hotseat.conversation.routing.selection import language_of_lines


def test_an_embedded_language_counts_from_a_third_of_the_text() -> None:
    def language_at(i: int, column: int) -> str:
        return "sql" if i == 1 else "go"

    assert language_of_lines(["a" * 8, "b" * 8], "go", language_at) == "sql"
    assert language_of_lines(["a" * 40, "b" * 8], "go", language_at) == "go"


def test_blank_text_does_not_count() -> None:
    def language_at(i: int, column: int) -> str:
        return "css" if i == 0 else "html"

    assert language_of_lines(["color: red", "", " " * 200], "html", language_at) == "css"
    assert language_of_lines(["", " "], "html", language_at) == "html"


def test_a_long_selection_is_sampled() -> None:
    asked = []

    def language_at(i: int, column: int) -> str:
        asked.append((i, column))
        return "javascript"

    assert language_of_lines(["x" * 5_000] * 5_000, "html", language_at) == "javascript"
    assert len(asked) <= 100


def test_expressions_in_the_tags_of_a_template_are_the_templates() -> None:
    line = '<li v-for="t in todos" :key="t.id">{{ t.text }}</li>'

    def language_at(_i: int, column: int) -> str:
        return "typescript" if 11 <= column < 21 or 37 <= column < 47 else "vue"

    assert language_of_lines([line], "vue", language_at) == "vue"
    assert language_of_lines(["const a = 1", "<p>"], "vue", lambda i, _: ("ts", "vue")[i]) == "ts"
