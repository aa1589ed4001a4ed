"""Windows of a file, and the one that is most like what is written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotseat.completion.context.identifiers import jaccard, names_in
from hotseat.completion.context.similar_chunks import MIN_COMMON, STEP_LINES, WINDOW_LINES, Windows
from hotseat.documents.buffer import TextBuffer


def windows(text: str) -> Windows:
    found = Windows()
    for _ in found.build(TextBuffer(text)):
        pass
    return found


def test_the_window_with_the_most_names_in_common_is_found() -> None:
    lines = [f"alpha_{i} = beta_{i}" for i in range(200)]
    lines[110:114] = ["total = price", "tax = total + rate", "invoice(total, tax)", "send(invoice)"]
    match = windows("\n".join(lines)).best({"total", "tax", "invoice", "rate"})
    assert match is not None
    assert match.first_line <= 110 < match.first_line + WINDOW_LINES
    assert match.first_line % STEP_LINES == 0


def test_nothing_in_common_is_no_match() -> None:
    assert windows("alpha = beta\n" * 100).best({"total"}) is None
    assert windows("").best({"total"}) is None


def test_one_name_in_common_is_chance() -> None:
    text = "total = price * tax\n" * 3
    assert windows(text).best({"total", "name", "role"}) is None
    assert windows(text).best({"total", "price", "tax", "name"}) is not None


def test_what_stands_above_the_beginning_is_left_out() -> None:
    text = "import total, price, tax\n" * 30 + "alpha = beta\n" * 50
    found = Windows()
    for _ in found.build(TextBuffer(text), 30):
        pass
    assert found.best({"total", "price", "tax"}) is None
    found = Windows()
    for _ in found.build(TextBuffer("\n" * 30 + "total = price * tax\n"), 30):
        pass
    match = found.best({"total", "price", "tax"})
    assert match is not None
    assert match.first_line == 30


def test_a_short_file_is_one_window() -> None:
    found = windows("total = price\ninvoice = total\n")
    match = found.best({"total", "price", "invoice"})
    assert match is not None
    assert (match.first_line, match.score) == (0, 1.0)


def test_a_line_of_megabytes_is_looked_at_in_part() -> None:
    found = windows("total = price + invoice; " + "x1234567 = 1;" * 300_000)
    assert found.best({"total", "price", "invoice"}) is not None
    assert found.best({"nothing"}) is None


TEN_WORDS = "total price invoice tax rate user name role order item"
WORDS = st.sampled_from(TEN_WORDS.split())


@given(st.lists(WORDS, max_size=150), st.sets(WORDS, min_size=1))
def test_the_score_is_jaccards(words: list[str], wanted: set[str]) -> None:
    text = "\n".join(words)
    found = windows(text)
    match = found.best(wanted)
    if match is None:
        first = set(names_in("\n".join(words[:WINDOW_LINES])))
        assert len(first & wanted) < MIN_COMMON
        return
    block = words[match.first_line : match.first_line + WINDOW_LINES]
    expected = jaccard(set(names_in("\n".join(block))), wanted)
    assert abs(match.score - expected) < 1e-9
    assert abs(found.score(match.first_line, wanted) - match.score) < 1e-9 or len(words) > 40
