"""Whatever a model writes, the user gets a clean suggestion or none, in every shape of a place.

Clean: no control token, no half character, not what the document has after the cursor, of bounded
length, and brackets that are no worse than before. The real syntax check takes part.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotseat.completion.pipeline import AnswerPipeline
from hotseat.completion.postprocess.bracket_scanner import scan
from hotseat.completion.postprocess.end_of_statement import MAX_LINES
from hotseat.completion.postprocess.line_or_block import line_or_block_at, mode_of
from hotseat.completion.prompt.fim_templates import CHAT_TOKENS, FAMILIES
from hotseat.completion.request import N_PREDICT
from hotseat.syntax.fragment import Fragment

CHARS_PER_PART = 4
PYTHON = '''import os


def total(items, rate):
    """Add the prices.

    The rate is a share.
    """
    # Of each item the price counts.
    result = 0
    for item in items:
        result += item.price * (1 + rate)
    return round(result, 2)


def main():
    print(total([], 0.19))
'''
GO = """package shop

import "fmt"

func Total(items []Item, rate float64) (float64, error) {
	sum := 0.0
	for _, item := range items {
		if item.Price < 0 {
			return 0, fmt.Errorf("price of %q", item.Name)
		}
		sum += item.Price * (1 + rate)
	}
	return sum, nil
}
"""
JAVASCRIPT = """export function total(items, rate) {
  // Of each item the price counts.
  const prices = items.map((item) => item.price);
  if (prices.length === 0) {
    return { sum: 0, label: `none of ${items.length}` };
  }
  return { sum: prices.reduce((a, b) => a + b, 0) * (1 + rate) };
}
"""
CSS = """body {
  margin: 0 auto;
  color: rgb(1, 2, 3);
}

.price:hover {
  color: red;
}
"""
HTML = """<body>
  <h1 class="title">Prices</h1>
  <ul>
    <li><a href="a.html">One</a></li>
  </ul>
</body>
"""
SQL = """SELECT name, SUM(price) AS total
FROM items
WHERE price > 0 AND name IN ('a', 'b')
GROUP BY name;
"""
TEXTS = {
    "python": PYTHON, "go": GO, "javascript": JAVASCRIPT, "css": CSS, "html": HTML, "sql": SQL,
}  # fmt: skip
PROSE = (
    "Sure! Here is the code:\n\n```python\nreturn 1\n```\n",
    "It looks like you want to add the prices of all the items.",
    "<think>\nThe user wants a sum.\n</think>\n",
    "The quick brown fox jumps over the lazy dog. " * 20,
)
FIXED = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
FAMILY_NAMES = sorted(FAMILIES)


@dataclass(frozen=True)
class Place:
    language: str
    before: str
    removed: str
    after: str


@st.composite
def places(draw: st.DrawFn) -> Place:
    """A cursor in a text: some of the text after it may be missing, up to whole lines."""
    language = draw(st.sampled_from(sorted(TEXTS)))
    text = TEXTS[language]
    at = draw(st.integers(0, len(text)))
    line_end = text.find("\n", at)
    rest = len(text) - at if line_end < 0 else line_end - at
    n = draw(st.sampled_from([0, rest, min(rest, 5), min(len(text) - at, rest + 40)]))
    return Place(language, text[:at], text[at : at + n], text[at + n :])


@st.composite
def writings(draw: st.DrawFn, place: Place) -> list[str]:
    """What a bad model writes, in the pieces that its stream has."""
    family = FAMILIES[draw(st.sampled_from(FAMILY_NAMES))]
    other = TEXTS[draw(st.sampled_from(sorted(TEXTS)))]
    whole = place.before + place.removed + place.after
    some = st.sampled_from([
        place.removed, place.after, whole, other, place.removed + place.after, "",
        place.before.rpartition("\n")[2] + place.removed, "\n" + place.after, "}" * 40, "(" * 40,
        *PROSE, "\ufffd", "\ud83d", "é\ufffd\ufffd", "\0\0", "ab " * 200, "\n" * 50, " " * 200,
        *family.control_tokens, *CHAT_TOKENS,
    ])  # fmt: skip
    text = "".join(draw(st.lists(some, min_size=1, max_size=4)))
    if draw(st.booleans()):
        text = text + place.removed
    if draw(st.integers(0, 4)) == 0:
        text = (text or "x = 1\n") * 20
    size = draw(st.sampled_from([1, 3, CHARS_PER_PART]))
    mode = mode_of(line_or_block_at(place.before, place.after, place.language))
    n_parts = N_PREDICT[mode] * CHARS_PER_PART // size
    return [text[i : i + size] for i in range(0, len(text), size)][:n_parts]


def answer(place: Place, parts: list[str], *, sees_suffix: bool) -> str:
    pipeline = AnswerPipeline(
        place.before,
        place.after,
        place.language,
        line_or_block_at(place.before, place.after, place.language),
        stop=tuple(t for family in FAMILIES.values() for t in family.stop),
        sees_suffix=sees_suffix,
        new_fragment=Fragment,
    )
    for part in parts:
        if pipeline.feed(part)[1]:
            break
    return pipeline.finish_here().text


def n_wrong_brackets(text: str, language: str) -> int:
    found = scan(text, language)
    return len(found.opened) + len(found.unopened)


def has_next_lines(text: str, place: Place) -> bool:
    """Whether the suggestion has the two lines that the document has next, one after the other."""
    following = [x.strip() for x in place.after.split("\n")[1:] if x.strip()][:2]
    lines = [x.strip() for x in text.split("\n")[1:] if x.strip()]
    return len(following) == 2 and any(lines[i : i + 2] == following for i in range(len(lines) - 1))


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@pytest.mark.parametrize("sees_suffix", [True, False])
@given(data=st.data())
def test_a_bad_model_gives_a_clean_suggestion_or_none(
    data: st.DataObject, *, sees_suffix: bool
) -> None:
    place = data.draw(places())
    parts = data.draw(writings(place))
    text = answer(place, parts, sees_suffix=sees_suffix)
    for family in FAMILIES.values():
        assert not any(token in text for token in family.control_tokens)
    assert not any(token in text for token in CHAT_TOKENS)
    assert "\ufffd" not in text
    text.encode()  # no half of a pair
    assert "\0" not in text
    assert "\r" not in text
    assert len([x for x in text.split("\n") if x.strip()]) <= MAX_LINES + 1
    rest = place.after.partition("\n")[0].strip()
    if len(rest) > 3 and text.strip() != place.removed.strip():
        assert not text.rstrip().endswith(rest)
    if text.rstrip() != place.removed.rstrip():
        assert not has_next_lines(text, place)


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@pytest.mark.parametrize("sees_suffix", [True, False])
@given(data=st.data())
def test_a_bad_model_leaves_no_more_wrong_brackets(
    data: st.DataObject, *, sees_suffix: bool
) -> None:
    place = data.draw(places())
    if place.language in ("html", "sql"):
        return
    parts = data.draw(writings(place))
    text = answer(place, parts, sees_suffix=sees_suffix)
    before = n_wrong_brackets(place.before + place.after, place.language)
    after = n_wrong_brackets(place.before + text + place.after, place.language)
    is_right_beginning = place.removed.startswith(text.rstrip())
    assert after <= before or is_right_beginning, (place, text)
