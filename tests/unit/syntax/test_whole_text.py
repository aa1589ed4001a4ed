"""Texts that are parsed once: errors, scripts, and ranges of syntax."""

from __future__ import annotations

import pytest

from hotseat.domain.syntax import SyntaxErrors
from hotseat.syntax.text_spans import removable_spans, scripts_in, sound_ranges
from hotseat.syntax.whole_text import syntax_errors

DEEP_YAML = "- " * 400


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("x = 1\n", SyntaxErrors(n=0)),
        ("x = (1\n", SyntaxErrors(n=1, first_line=0, n_bytes=6)),
        ("a = 1\nb = = 2\n", SyntaxErrors(n=1, first_line=1, n_bytes=1)),
    ],
)
def test_errors_of_a_text(text: str, errors: SyntaxErrors) -> None:
    assert syntax_errors(text, "python") == errors


def test_errors_of_a_part() -> None:
    text = "é ((\nx = 1\n"
    start = len("é ((\n".encode())
    assert syntax_errors(text, "python", part=(start, start + len("x = 1\n"))) == SyntaxErrors(n=0)
    assert syntax_errors(text + "y = (", "python", part=(start, start + 11)) != SyntaxErrors(n=0)


def test_what_is_not_parsed_has_no_errors_and_no_ranges() -> None:
    """Without the guard, the YAML would end the process."""
    for text, language in (("x", "cobol"), ("x", None), (DEEP_YAML, "yaml")):
        assert syntax_errors(text, language) is None
        assert removable_spans(text, language) == []
        assert sound_ranges(text, language, [0], min_bytes=1, max_bytes=9) == []
    assert syntax_errors("x = [" + "1, " * 10_000 + "]", "python", is_over=lambda: True) is None


def test_scripts_have_a_language_and_a_place() -> None:
    text = '<p>é</p><script lang="ts">let a = 1</script><script>b()</script>\n<style>c {}</style>'
    data = text.encode()
    found = [(name, data[a:b].decode()) for name, a, b in scripts_in(text, "vue")]
    assert found == [("typescript", "let a = 1"), ("javascript", "b()")]
    assert scripts_in("no tag", "vue") == []


def test_ranges_around_a_place_grow() -> None:
    text = "def f(a):\n    return a + 1\n"
    at = text.index("a + 1")
    [ranges] = sound_ranges(text, "python", [at], min_bytes=2, max_bytes=20)
    assert [text[a:b] for a, b in ranges] == ["a + 1", "return a + 1", "return a + 1"]


def test_spans_come_from_sound_texts_only() -> None:
    text = "def f(a):\n    return g(a, [1])\n"
    found = {(kind, text[a:b]) for kind, a, b in removable_spans(text, "python")}
    assert ("expression", "[1]") in found
    assert ("block", "return g(a, [1])") in found
    assert removable_spans("def f(:\n", "python") == []
