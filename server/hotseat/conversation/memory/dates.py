"""The days that a question speaks of: "last week", "on Monday", "three days ago", "in March".

Pure arithmetic over dates; the words are English. A question without such words has no days.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = tuple(name.lower() for name in calendar.month_name[1:])
_NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = {word: n for n, word in enumerate(_NUMBER_WORDS.split(), start=1)} | {
    "a": 1,
    "an": 1,
    "couple": 2,
    "a couple of": 2,
    "few": 3,
    "a few": 3,
    "several": 4,
}
_N = (
    r"(\d{1,3}|a couple of|a few|an?|"
    + "|".join(word for word in _NUMBERS if " " not in word and len(word) > 2)
    + ")"
)
_WEEKDAY = "(" + "|".join(_WEEKDAYS) + ")s?"
_MONTH = "(" + "|".join(_MONTHS) + ")"


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def distance(self, day: date) -> int:
        """Return how many days `day` lies outside; 0 inside."""
        return max(0, (self.first - day).days, (day - self.last).days)


@dataclass(frozen=True, slots=True)
class AskedDays:
    """The days of a question, and its text without the words that named them."""

    days: tuple[Days, ...]
    rest: str


def asked_days(text: str, today: date) -> AskedDays:
    """Return the days that `text`, written on `today`, speaks of."""
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(text):
            days = read(match, today)
            if days is not None:
                rest = f"{text[: match.start()]} {text[match.end() :]}"
                return AskedDays(days if isinstance(days, tuple) else (days,), rest)
    return AskedDays((), text)


_Read = Callable[[re.Match[str], date], Days | tuple[Days, ...] | None]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text.lower()]


def _one(day: date) -> Days:
    return Days(day, day)


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY


def _week(day: date) -> Days:
    return Days(_monday(day), _monday(day) + 6 * _DAY)


def _month(day: date) -> Days:
    n_days = calendar.monthrange(day.year, day.month)[1]
    return Days(day.replace(day=1), day.replace(day=n_days))


def _months_back(day: date, n: int) -> date:
    """Return the first day of the month `n` months before."""
    months = day.year * 12 + day.month - 1 - n
    year, month = divmod(max(months, 12), 12)
    return date(year, month + 1, 1)


def _back(day: date, n_days: int) -> date:
    return date.fromordinal(max(1, day.toordinal() - n_days))


def _latest_weekday(name: str, today: date) -> date:
    """Return the latest such day before today."""
    n_days = (today.weekday() - _WEEKDAYS.index(name.lower())) % 7 or 7
    return _back(today, n_days)


def _ago(match: re.Match[str], today: date) -> Days:
    n, unit = _number(match[1]), match[2].lower()
    if unit.startswith("day"):
        return _one(_back(today, n))
    if unit.startswith("week"):
        return Days(_back(today, 7 * n + 3), _back(today, 7 * n - 3))
    if unit.startswith("month"):
        return Days(_back(today, 30 * n + 12), _back(today, 30 * n - 12))
    return Days(_back(today, 365 * n + 60), _back(today, 365 * n - 60))


def _last_n(match: re.Match[str], today: date) -> Days:
    n, unit = _number(match[1]), match[2].lower()
    n_days = n * (1 if unit.startswith("day") else 7 if unit.startswith("week") else 31)
    return Days(_back(today, n_days), today)


def _weekday_of_week(weekday: str, weeks_back: int, today: date) -> Days:
    day = _monday(_back(today, 7 * weeks_back)) + _WEEKDAYS.index(weekday.lower()) * _DAY
    return _one(day)


def _weekend(weeks_back: int, today: date) -> Days:
    """Return the latest weekend that has begun, or one of those before it."""
    saturday = _monday(today) + 5 * _DAY
    if saturday > today:
        saturday -= 7 * _DAY
    saturday = _back(saturday, 7 * weeks_back)
    return Days(saturday, saturday + _DAY)


def _last_weekend(today: date) -> Days:
    return _weekend(1 if today.weekday() >= 5 else 0, today)


def _part_of_week(part: str, weeks_back: int, today: date) -> Days:
    monday = _monday(_back(today, 7 * weeks_back))
    first, last = {"middle": (1, 3), "end": (3, 6)}.get(part, (0, 1))
    return Days(monday + first * _DAY, monday + last * _DAY)


def _since(match: re.Match[str], today: date) -> Days:
    return Days(_latest_weekday(match[1], today), today)


def _iso(match: re.Match[str], _: date) -> Days | None:
    try:
        return _one(date(int(match[1]), int(match[2]), int(match[3])))
    except ValueError:
        return None


def _in_month(match: re.Match[str], today: date) -> Days:
    month = _MONTHS.index(match[1].lower()) + 1
    year = today.year if month <= today.month else today.year - 1
    return _month(date(max(1, year), month, 1))


def _day_of_month(month: str, day: str, today: date) -> Days | None:
    number = _MONTHS.index(month.lower()) + 1
    for year in (today.year, today.year - 1):
        try:
            found = date(year, number, int(day))
        except ValueError:
            return None
        if found <= today:
            return _one(found)
    return None


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_PATTERNS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (_pattern(r"\b(\d{4})-(\d\d)-(\d\d)\b"), _iso),
    (
        _pattern(rf"\b(?:on )?(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}\b"),
        lambda m, t: _day_of_month(m[2], m[1], t),
    ),
    (
        _pattern(rf"\b(?:on )?{_MONTH} (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b"),
        lambda m, t: _day_of_month(m[1], m[2], t),
    ),
    (_pattern(r"\b(?:the )?day before yesterday\b"), lambda _, t: _one(_back(t, 2))),
    (
        _pattern(
            rf"\b(?:on )?{_WEEKDAY},? (?:of )?last week\b|\blast week(?:'s|,)? (?:on )?{_WEEKDAY}\b"
        ),
        lambda m, t: _weekday_of_week(m[1] or m[2], 1, t),
    ),
    (
        _pattern(rf"\b{_WEEKDAY},? (?:of )?(?:the week before(?: last)?|two weeks ago)\b"),
        lambda m, t: _weekday_of_week(m[1], 2, t),
    ),
    (
        _pattern(rf"\b{_WEEKDAY},? (?:of )?this week\b|\bthis week(?:'s|,)? (?:on )?{_WEEKDAY}\b"),
        lambda m, t: _weekday_of_week(m[1] or m[2], 0, t),
    ),
    (
        _pattern(rf"\b{_WEEKDAY} a week ago\b"),
        lambda m, t: _one(_back(_latest_weekday(m[1], t), 7)),
    ),
    (
        _pattern(r"\b(?:at |over |on |during )?(?:the )?weekend before (?:last|that)\b"),
        lambda _, t: _weekend(1, t),
    ),
    (
        _pattern(r"\b(?:at |over |on |during )?(?:the )?last weekend\b"),
        lambda _, t: _last_weekend(t),
    ),
    (
        _pattern(r"\b(?:at|over|on|during|this|for) (?:the )?weekend\b"),
        lambda _, t: (_weekend(0, t), _last_weekend(t)),
    ),
    (
        _pattern(
            r"\b(?:at|in|on) the (start|beginning|middle|end) of (this|last|the last|the) week\b"
        ),
        lambda m, t: _part_of_week(m[1].lower(), 0 if m[2].lower() == "this" else 1, t),
    ),
    (
        _pattern(r"\b(?:early|mid|late)[ -](this|last) week\b"),
        lambda m, t: _week(_back(t, 0 if m[1].lower() == "this" else 7)),
    ),
    (_pattern(r"\b(?:the )?week before last\b"), lambda _, t: _week(_back(t, 14))),
    (_pattern(r"\b(?:the )?month before last\b"), lambda _, t: _month(_months_back(t, 2))),
    (
        _pattern(
            rf"\b(?:about |around |some )?{_N} (days?|weeks?|months?|years?) (?:ago|back|earlier)\b"
        ),
        _ago,
    ),
    (
        _pattern(
            rf"\b(?:in|during|over|within|for) (?:the )?(?:last|past|previous) {_N} "
            r"(days?|weeks?|months?)\b"
        ),
        _last_n,
    ),
    (_pattern(rf"\b(?:last|past) {_N} (days?|weeks?|months?)\b"), _last_n),
    (_pattern(rf"\bsince (?:last )?{_WEEKDAY}\b"), _since),
    (_pattern(r"\bsince yesterday\b"), lambda _, t: Days(_back(t, 1), t)),
    (
        _pattern(r"\b(?:earlier |at the beginning of |so far )?this week\b"),
        lambda _, t: Days(_monday(t), t),
    ),
    (
        _pattern(r"\b(?:in |during )?(?:the )?(?:last|past|previous) week\b"),
        lambda _, t: _week(_back(t, 7)),
    ),
    (_pattern(r"\b(?:earlier )?this month\b"), lambda _, t: Days(t.replace(day=1), t)),
    (
        _pattern(r"\b(?:in |during )?(?:the )?(?:last|past|previous) month\b"),
        lambda _, t: _month(_months_back(t, 1)),
    ),
    (_pattern(r"\b(?:yesterday|last night|last evening)\b"), lambda _, t: _one(_back(t, 1))),
    (_pattern(r"\b(?:today|this (?:morning|afternoon|evening))\b"), lambda _, t: _one(t)),
    (
        _pattern(r"\bthe other day\b|\bin the last (?:few )?days\b|\bthese days\b"),
        lambda _, t: Days(_back(t, 5), _back(t, 1)),
    ),
    (
        _pattern(r"\b(?:recently|lately)\b"),
        lambda _, t: Days(_back(t, 7), t),
    ),
    (
        _pattern(rf"\b(?:on |last |this |past )(?:last |past )?{_WEEKDAY}\b"),
        lambda m, t: _one(_latest_weekday(m[1], t)),
    ),
    (_pattern(rf"\b(?:in|during|last|back in) {_MONTH}\b"), _in_month),
)
