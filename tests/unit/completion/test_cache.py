"""Suggestions that are known already."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.completion.answer import Answer
from hotseat.completion.cache import (
    FORWARD_CHARS,
    TAIL_CHARS,
    CompletionKey,
    CursorPlace,
    Scope,
    SuggestionCache,
    Typed,
)


def key(scope: Scope, prefix: str, suffix: str) -> CompletionKey:
    return CompletionKey(scope, CursorPlace.of(prefix, suffix))


GO = Scope(model="m", digest="d", template="qwen", language="go")


def found(cache: SuggestionCache, scope: Scope, prefix: str, suffix: str) -> str | None:
    answer = cache.find(key(scope, prefix, suffix))
    return None if answer is None else answer.text


def cached(prefix: str, suffix: str, text: str) -> SuggestionCache:
    cache = SuggestionCache()
    cache.put(key(GO, prefix, suffix), Answer(text))
    return cache


def test_a_suggestion_is_found_again_and_typed_through() -> None:
    cache = cached("x = ", "\n", "compute(1)")
    assert found(cache, GO, "x = ", "\n") == "compute(1)"
    assert found(cache, GO, "x = com", "\n") == "pute(1)"
    assert found(cache, GO, "x = con", "\n") is None
    assert found(cache, GO, "x =", "\n") is None


def test_all_of_it_typed_is_a_new_place() -> None:
    assert found(cached("x = ", "", "ab"), GO, "x = ab", "") is None


def test_nothing_to_say_is_known_too() -> None:
    cache = cached("x = ", "", "")
    assert found(cache, GO, "x = ", "") == ""
    assert found(cache, GO, "x = y", "") is None


@pytest.mark.parametrize(
    "scope",
    [
        replace(GO, model="other"),
        replace(GO, digest="pulled anew"),
        replace(GO, template="starcoder"),
        replace(GO, language="sql"),
    ],
)
def test_another_model_template_or_language_has_its_own(scope: Scope) -> None:
    assert found(cached("x = ", "", "ab"), scope, "x = ", "") is None


def test_another_text_behind_the_cursor_is_another_place() -> None:
    assert found(cached("f(", ")", "ab"), GO, "f(", "") is None


def test_a_window_that_slides_with_the_cursor_does_not_hide_it() -> None:
    text = "".join(f"line {i}\n" for i in range(1000))
    n_chars = 4000
    cache = cached((text + "ret")[-n_chars:], "", "urn total")
    assert found(cache, GO, (text + "return t")[-n_chars:], "") == "otal"


def test_the_oldest_is_forgotten() -> None:
    cache = SuggestionCache(max_entries=2)
    for name in "abc":
        cache.put(key(GO, name, ""), Answer(f"{name}!"))
        found(cache, GO, "a", "")
    assert [found(cache, GO, name, "") for name in "abc"] == ["a!", None, "c!"]


@given(
    prefix=st.text(max_size=80),
    suffix=st.text(max_size=20),
    text=st.text(min_size=1, max_size=FORWARD_CHARS + 20),
    n=st.integers(0, FORWARD_CHARS),
)
def test_every_leading_part_leads_to_the_rest(prefix: str, suffix: str, text: str, n: int) -> None:
    n = min(n, len(text) - 1)
    assert found(cached(prefix, suffix, text), GO, prefix + text[:n], suffix) == text[n:]
    typed = CursorPlace.of(prefix + text[:n], suffix).typed_since(CursorPlace.of(prefix, suffix))
    assert typed is not None
    assert (prefix + text[:n]).endswith(typed.text)


def test_a_place_before_the_tail_does_not_count() -> None:
    same = "y" * TAIL_CHARS
    older = CursorPlace.of("a" + same, "")
    assert CursorPlace.of("b" + same + "c", "").typed_since(older) == Typed("c")


@pytest.mark.parametrize(
    ("text", "typed", "closers", "rest"),
    [
        ('foo(alpha, "beta")', "foo(", ")", 'alpha, "beta"'),
        ('foo(alpha, "beta")', 'foo(alpha, "', '")', "beta"),
        ("foo(bar(1), 2)", "foo(", ")", "bar(1), 2"),
        ("foo(bar(1), 2)", "foo(bar(", "))", "1"),
        ("a[b] + c", "a[", "]", "b"),
        ("{ x: 1 }", "{", "}", " x: 1 "),
        ("'a'", "'", "'", "a"),
    ],
)
def test_a_suggestion_is_typed_through_where_the_editor_closes_brackets(
    text: str, typed: str, closers: str, rest: str
) -> None:
    cache = cached("x = ", "\ny\n", text)
    assert found(cache, GO, "x = " + typed, closers + "\ny\n") == rest


def test_a_bracket_that_the_suggestion_did_not_open_is_another_place() -> None:
    cache = cached("x = ", "\n", "foo")
    assert found(cache, GO, "x = f", ")\n") is None


def test_a_long_suggestion_survives_its_acceptance_word_by_word() -> None:
    text = "result = compute_the_total(" + ", ".join(f"argument_{i}" for i in range(40)) + ")"
    cache = cached("    ", "\n", text)
    words = text.split(" ")
    for n in range(1, len(words)):
        accepted = " ".join(words[:n])
        assert found(cache, GO, "    " + accepted, "\n") == text[len(accepted) :]


@pytest.mark.parametrize(
    ("typed", "added", "text", "rest"),
    [
        ("foo(", ")", 'foo(")")', '")"'),
        ("foo(", ")", "foo('a)b', c)", "'a)b', c"),
        ("foo[", "]", "foo[`]`]", "`]`"),
        ('foo("', '")', 'foo("a", "b")', "a"),
    ],
)
def test_a_closer_in_a_string_is_not_the_one_that_the_editor_added(
    typed: str, added: str, text: str, rest: str
) -> None:
    assert found(cached("x = ", "\n", text), GO, f"x = {typed}", f"{added}\n") == rest
