"""The days that a question speaks of. Today is Saturday, 28 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from hotseat.conversation.memory.dates import Days, asked_days

TODAY = date(2026, 11, 28)


def days(first: tuple[int, int], last: tuple[int, int] | None = None, year: int = 2026) -> Days:
    return Days(date(year, *first), date(year, *(last or first)))


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What did we do yesterday?", days((11, 27))),
        ("What happened the day before yesterday?", days((11, 26))),
        ("What did I finish today?", days((11, 28))),
        ("What did we decide last week?", days((11, 16), (11, 22))),
        ("What have we changed this week?", days((11, 23), (11, 28))),
        ("What did we fix the week before last?", days((11, 9), (11, 15))),
        ("Which bug was it on Tuesday?", days((11, 24))),
        ("What came up on Saturday?", days((11, 21))),
        ("And on Tuesday last week?", days((11, 17))),
        ("What was broken three days ago?", days((11, 25))),
        ("What was the plan two weeks ago?", days((11, 11), (11, 17))),
        ("What did we add in October?", days((10, 1), (10, 31))),
        ("What did we add in December?", days((12, 1), (12, 31), year=2025)),
        ("What did we settle on 3 November?", days((11, 3))),
        ("What did we settle on November 3rd?", days((11, 3))),
        ("What did we say on 2026-10-31?", days((10, 31))),
        ("What did we release last month?", days((10, 1), (10, 31))),
        ("What changed in the last 3 days?", days((11, 25), (11, 28))),
        ("What changed since Thursday?", days((11, 26), (11, 28))),
        ("What did I do last weekend?", days((11, 21), (11, 22))),
    ],
)
def test_days_of_a_question(question: str, wanted: Days) -> None:
    assert asked_days(question, TODAY).days == (wanted,)


@pytest.mark.parametrize(
    "question",
    [
        "How long do we cache the feed?",
        "May the job run twice?",
        "Which weekday does the report come on?",
        "Why monday.com?",
        "",
        "on 2026-13-45",
        "What about 31 February?",
    ],
)
def test_a_question_without_days(question: str) -> None:
    assert asked_days(question, TODAY).days == ()


def test_at_the_weekend_is_this_one_and_the_last_on_a_saturday() -> None:
    found = asked_days("What did I do at the weekend?", TODAY).days
    assert found == (days((11, 28), (11, 29)), days((11, 21), (11, 22)))


def test_the_words_of_the_date_are_no_words_of_the_topic() -> None:
    assert asked_days("What did we say about login last week?", TODAY).rest.split() == [
        *("What", "did", "we", "say", "about", "login", "?")
    ]


def test_days_before_the_calendar_do_not_end_the_question() -> None:
    assert asked_days("What was it 900 years ago?", date(5, 1, 1)).days[0].first.year == 1
