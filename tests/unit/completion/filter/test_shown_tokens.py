"""Which of a stream's tokens are in what is shown of it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.completion.answer import Answer
from hotseat.completion.filter.features import shown_logprobs
from hotseat.completion.filter.shown_tokens import shown_tokens
from hotseat.completion.pipeline import AnswerPipeline
from hotseat.syntax.fragment import Fragment
from support.now import now

Split = list[tuple[str, tuple[float, ...]]]


def split(raw: str, *borders: int) -> Split:
    """`raw` in pieces; the log-probability of each is its number, negative."""
    ends = [*sorted(set(borders) - {0, len(raw)}), len(raw)]
    starts = [0, *ends[:-1]]
    return [
        (raw[a:b], (-1.0 - n,)) for n, (a, b) in enumerate(zip(starts, ends, strict=True)) if a < b
    ]


def overlapping(pieces: Split, start: int, stop: int) -> tuple[float, ...]:
    found, at = [], 0
    for piece, (logprob,) in pieces:
        if at < stop and at + len(piece) > start:
            found.append(logprob)
        at += len(piece)
    return tuple(found)


# Each letter once, so that there is one place only where a part of the text stands.
LETTERS = st.permutations(string.ascii_letters).map("".join)


@given(
    raw=LETTERS,
    borders=st.lists(st.integers(0, 52)),
    start=st.integers(0, 51),
    length=st.integers(1, 52),
)
def test_what_overlaps_the_shown_text_counts(
    raw: str, borders: list[int], start: int, length: int
) -> None:
    pieces = split(raw, *borders)
    stop = min(len(raw), start + length)
    assert shown_logprobs(pieces, raw[start:stop]) == overlapping(pieces, start, stop)


@given(
    lead=st.text(" \t\n", max_size=6),
    words=st.lists(st.sampled_from(["return", " x", " + ", "f(a)", '"s"']), min_size=1, max_size=5),
    tail=st.text(" \t\n", max_size=6),
    borders=st.lists(st.integers(0, 40)),
)
def test_white_space_that_was_taken_off_does_not_count(
    lead: str, words: list[str], tail: str, borders: list[int]
) -> None:
    raw = lead + "".join(words) + tail
    text = raw.strip()
    pieces = split(raw, *borders)
    start = len(raw) - len(raw.lstrip())
    assert shown_logprobs(pieces, text) == overlapping(pieces, start, start + len(text))


@given(raw=LETTERS, borders=st.lists(st.integers(0, 52)), typed=st.integers(0, 51))
def test_what_was_typed_does_not_count_any_more(raw: str, borders: list[int], typed: int) -> None:
    pieces = split(raw, *borders)
    tokens = shown_tokens(pieces, raw)
    answer = Answer(
        raw,
        logprobs=tuple(token.logprob for token in tokens),
        token_ends=tuple(token.end for token in tokens),
    )
    at_once = answer.after_typing(typed)
    assert at_once.logprobs == overlapping(pieces, typed, len(raw))
    one_by_one = answer
    for _ in range(typed):
        one_by_one = one_by_one.after_typing(1)
    assert one_by_one == at_once


def test_on_a_blank_line_the_tokens_of_the_suggestion_count() -> None:
    pieces: Split = [("\n", (-9.0,)), ("    ", (-8.0,)), ("return", (-0.1,)), (" x", (-0.2,))]
    pipeline = AnswerPipeline("def f(x):\n    ", "\n", "python", "block")
    for piece, _ in pieces:
        pipeline.feed(piece)
    assert now(pipeline.finish()).text == "return x"
    assert shown_logprobs(pieces, "return x") == (-0.1, -0.2)


@pytest.mark.parametrize(
    ("prefix", "suffix", "language", "pieces", "text", "expected"),
    [
        # Indented as the document is.
        (
            "\tif a {\n\t\t",
            "\n\t}\n",
            "go",
            ["if b {\n", "            ", "c", "()\n", "        }", "\n"],
            "if b {\n\t\t\tc()\n\t\t}",
            (-1, -2, -3, -4, -5),
        ),
        # Closed: the bracket is of no token.
        ("x = ", "\n", "python", ["foo", "(a", " b c"], "foo()", (-1, -2)),
        # Another language's string.
        ("  x = ", "\n", "javascript", ["g(", "f", '"a"', ");"], 'g("a");', (-1, -3, -4)),
        # What stands behind the cursor already.
        ("foo(", ")\n", "python", ["a", ", b", ")", "\n"], "a, b", (-1, -2)),
        # The end of a token is cut off.
        ("return ", "value\n", "python", ["not", " value"], "not ", (-1, -2)),
    ],
)
def test_what_was_changed_on_the_way_is_found_in_the_stream(
    prefix: str,
    suffix: str,
    language: str,
    pieces: list[str],
    text: str,
    expected: tuple[float, ...],
) -> None:
    pipeline = AnswerPipeline(prefix, suffix, language, "line", new_fragment=Fragment)
    for piece in pieces:
        pipeline.feed(piece)
    finished = now(pipeline.finish()).text
    stream = [(piece, (-1.0 - n,)) for n, piece in enumerate(pieces)]
    assert finished == text
    assert shown_logprobs(stream, finished) == expected


def test_a_step_without_text_begins_the_next_one_and_a_step_may_have_several_tokens() -> None:
    stream: list[tuple[str, tuple[float, ...]]] = [
        ("\n", (-9.0,)),
        ("", (-1.0,)),
        ("é", (-2.0,)),
        ("a b", (-3.0, -4.0)),
        ("", (-5.0,)),
    ]
    assert shown_logprobs(stream, "éa b") == (-1, -2, -3, -4)
    halves: list[tuple[str, tuple[float, ...]]] = [
        ("a\r", (-1.0,)),
        ("\n", (-2.0,)),
        ("b", (-3.0,)),
    ]
    assert shown_logprobs(halves, "a\nb") == (-1, -2, -3)
    assert shown_logprobs(halves, "b") == (-3,)
    assert shown_logprobs(halves, "") == ()


@given(
    pieces=st.lists(st.tuples(st.text("ab \n\r\"'(f", max_size=4), st.just((-1.0,))), max_size=12),
    text=st.text("ab \n\r\"'(f\t)", max_size=12),
)
def test_whatever_is_shown_no_token_counts_twice(
    pieces: list[tuple[str, tuple[float, ...]]], text: str
) -> None:
    found = shown_tokens(pieces, text)
    assert len(found) <= len(pieces)
    assert all(0 < token.end <= len(text) for token in found)
    assert [token.end for token in found] == sorted(token.end for token in found)
