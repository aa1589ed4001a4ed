"""What goes into the window, and how little of it moves from key to key."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from hotseat.completion.prompt.window import (
    BYTES_PER_TOKEN,
    PromptParts,
    n_prompt_tokens,
    window,
    window_chars,
)

LINES = [f"    value_{i} = compute({i})  # note {i}\n" for i in range(2000)]


def cut(line: int, column: int, n_ctx: int = 2048) -> tuple[str, int]:
    prefix = "".join(LINES[:line]) + LINES[line][:column]
    suffix = LINES[line][column:] + "".join(LINES[line + 1 :])
    n = window_chars(n_ctx, 96)
    parts = window(prefix[-n:], suffix[:n], cursor_line=line, n_ctx=n_ctx, n_predict=96)
    assert "".join(LINES)[: len("".join(LINES[:line])) + column].endswith(parts.prefix)
    return parts.prefix, parts.first_line


def test_the_prompt_begins_at_a_line_and_stays_while_typing() -> None:
    begins = [cut(1000, column)[1] for column in range(20)]
    assert len(set(begins)) == 1
    prefix, first_line = cut(1000, 10)
    assert prefix.startswith(LINES[first_line])


def test_the_prompt_moves_in_steps_as_the_cursor_goes_down() -> None:
    begins = [cut(line, 4)[1] for line in range(1000, 1200)]
    assert begins == sorted(begins)
    assert len(set(begins)) <= 15
    assert all(len(cut(line, 4)[0]) > 2000 for line in range(1000, 1100, 7))


def test_a_small_file_goes_in_whole() -> None:
    parts = window("a\nb", "c\nd\n", cursor_line=1, n_ctx=2048, n_predict=96)
    assert (parts.prefix, parts.suffix, parts.first_line) == ("a\nb", "c\nd\n", 0)


def test_the_suffix_is_short() -> None:
    parts = window("", "x\n" * 500, cursor_line=0, n_ctx=4096, n_predict=96)
    assert parts.suffix.count("\n") < 20


def test_a_line_longer_than_the_window_is_cut_inside() -> None:
    parts = window("x" * 100_000, "y" * 100_000, cursor_line=7, n_ctx=512, n_predict=64)
    assert set(parts.prefix) == {"x"}
    assert set(parts.suffix) == {"y"}
    assert 200 < parts.n_tokens <= n_prompt_tokens(512, 64)


def test_returns_become_newlines() -> None:
    parts = window("a\r\nb\rc", "d\r\ne", cursor_line=2, n_ctx=512, n_predict=64)
    assert (parts.prefix, parts.suffix) == ("a\nb\nc", "d\ne")


def test_half_an_emoji_before_the_cursor_stays_where_it_is() -> None:
    parts = window("€a\ud83d", "\ud83da€", cursor_line=0, n_ctx=19, n_predict=16)
    assert (parts.prefix, parts.suffix) == ("a\ud83d", "")
    parts = window("", "\ud83da€" * 9, cursor_line=0, n_ctx=36, n_predict=16)
    assert parts.suffix == "\ud83da€"


@example(prefix="a€\ud83d", suffix="", n_ctx=19, above=0)
@given(
    prefix=st.text(st.sampled_from("ab\n\n€😀\ud83d"), max_size=400),
    suffix=st.text(st.sampled_from("ab\n\n€😀"), max_size=400),
    n_ctx=st.integers(0, 200),
    above=st.integers(0, 100),
)
def test_any_text_fits_the_budget(prefix: str, suffix: str, n_ctx: int, above: int) -> None:
    cursor_line = above + prefix.count("\n")
    parts = window(prefix, suffix, cursor_line=cursor_line, n_ctx=n_ctx, n_predict=16)
    size = len((parts.prefix + parts.suffix).encode("utf-8", "surrogatepass"))
    assert size <= n_prompt_tokens(n_ctx, 16) * BYTES_PER_TOKEN
    assert prefix.endswith(parts.prefix) or not parts.prefix
    assert suffix.startswith(parts.suffix)
    assert cursor_line - parts.prefix.count("\n") == parts.first_line


def first(line: int, column: int, more: str = "") -> PromptParts:
    """The parts of a prompt with the suffix first, with `more` typed at the cursor."""
    prefix = "".join(LINES[:line]) + LINES[line][:column] + more
    suffix = LINES[line][column:] + "".join(LINES[line + 1 :])
    n = window_chars(1024, 96)
    return window(
        prefix[-n:],
        suffix[:n],
        cursor_line=line + more.count("\n"),
        n_ctx=1024,
        n_predict=96,
        suffix_first=True,
    )


def test_a_suffix_that_comes_first_stays_while_the_user_types() -> None:
    typed = ["", "x", "x = 1", "x = 1\n", "x = 1\n    if y:\n        z"]
    parts = [first(1000, 4, more) for more in typed]
    assert len({part.suffix for part in parts}) == 1
    assert parts[0].suffix.startswith(LINES[1001])
    assert len({part.first_line for part in parts}) == 1


def test_a_prompt_with_the_suffix_first_is_as_long_as_one_without() -> None:
    with_suffix, (prefix, _) = first(1000, 4), cut(1000, 4, n_ctx=1024)
    size = len(with_suffix.prefix) + len(with_suffix.suffix)
    assert len(with_suffix.suffix) > 0.2 * size
    assert size <= 1.1 * len(prefix)
