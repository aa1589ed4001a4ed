"""The quantities that a text holds, so that two statements can be compared: "90 minutes" and "2
hours" are two values of one kind.

A quantity is a pair of a unit and an amount. Units of time become seconds, other units are reduced
to a stem; a number without a unit has the unit "". English only.
"""

from __future__ import annotations

import re

from hotseat.conversation.english import stem

Quantity = tuple[str, float]
TIME = "time"
AREA = "area"
PARALLEL = "parallel"

_NUMBER_WORDS = {
    word: float(n)
    for n, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
        ]
    )
} | {"a": 1.0, "an": 1.0, "half an": 0.5, "half a": 0.5, "once": 1.0, "twice": 2.0}
_NUMBER_WORDS |= {"twenty": 20.0, "thirty": 30.0, "sixty": 60.0, "hundred": 100.0}
_SECONDS = {
    "ms": 0.001,
    "millisecond": 0.001,
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "min": 60.0,
    "minute": 60.0,
    "h": 3600.0,
    "hour": 3600.0,
    "day": 86_400.0,
    "night": 86_400.0,
    "week": 604_800.0,
    "fortnight": 1_209_600.0,
    "month": 2_592_000.0,
    "year": 31_536_000.0,
}
_ADVERBS = {"hourly": 3600.0, "daily": 86_400.0, "nightly": 86_400.0, "weekly": 604_800.0}
_UNITS = {
    "€": "euro",
    "eur": "euro",
    "$": "dollar",
    "£": "pound",
    "%": "percent",
    "px": "pixel",
    "kilometre": "km",
    "kilometer": "km",
    "metre": "m",
    "meter": "m",
    "gram": "g",
    "kilo": "kg",
    "char": "character",
}
_WORDS = "|".join(sorted((w for w in _NUMBER_WORDS if w not in ("a", "an")), key=len, reverse=True))
_DIGITS = r"\d+(?:[.,_]\d+)*"
_NO_UNIT = frozenset(
    [
        "at",
        "in",
        "on",
        "of",
        "to",
        "for",
        "from",
        "and",
        "or",
        "is",
        "are",
        "was",
        "be",
        "as",
        "by",
        "per",
        "the",
        "it",
        "now",
        "no",
        "not",
        "with",
        "more",
        "more",
        "most",
        "than",
        "that",
        "this",
        "so",
        "but",
        "only",
        "too",
        "then",
        "if",
        "when",
        "since",
        "from",
        "until",
        "till",
        "again",
        "enough",
    ]
)
_CLOCK = re.compile(r"\b(\d{1,2}):(\d\d)\b")
_AREA = re.compile(rf"({_DIGITS})\s?(?:x|×|by)\s?({_DIGITS})", re.IGNORECASE)
_AMOUNT = re.compile(
    rf"(?<![\w.:/-])(-?{_DIGITS}|(?:{_WORDS})\b)[ -]?([%€$£]|[a-z]+)?", re.IGNORECASE
)
_ANY = re.compile(
    rf"\d|\b(?:{_WORDS}|an?|every|each|per|hourly|daily|nightly|weekly)\b", re.IGNORECASE
)
_PREFIXED = re.compile(rf"([€$£])\s?({_DIGITS})")
_ARTICLE = re.compile(r"\b(?:an?|every|each|per) (second|minute|hour|day|night|week|month|year)\b")
_AT_ONCE = re.compile(
    r"\b(?:at (?:a|the same|one) time|at once|in parallel|concurrent(?:ly)?|threads?|workers?)\b",
    re.IGNORECASE,
)


def quantities(text: str) -> frozenset[Quantity]:
    """Return the quantities that `text` holds; bounded by its length, never raises."""
    if _ANY.search(text) is None:
        return frozenset()
    found: set[Quantity] = {(TIME, _DAY + 60.0 * int(h) + int(m)) for h, m in _CLOCK.findall(text)}
    found |= {(AREA, _amount(w) * 1e6 + _amount(h)) for w, h in _AREA.findall(text)}
    text = _AREA.sub(" ", _CLOCK.sub(" ", text))
    found |= {(_UNITS[sign], _amount(n)) for sign, n in _PREFIXED.findall(text)}
    lower = _PREFIXED.sub(" ", text).lower()
    is_parallel = _AT_ONCE.search(lower) is not None
    for number, unit in _AMOUNT.findall(lower):
        amount = _amount(number)
        if number in ("once", "twice"):
            period = re.search(rf"\b{number} (?:an?|every|each|per) (\w+)", lower)
            seconds = _SECONDS.get(period[1]) if period else None
            if seconds is not None:
                found.add((TIME, seconds / amount))
            continue
        name = unit[:-1] if len(unit) > 3 and unit.endswith("s") else unit
        if name in _SECONDS:
            found.add((TIME, amount * _SECONDS[name]))
        elif unit in _ADVERBS:
            found.add((unit, amount))
        else:
            kind = "" if unit in _NO_UNIT else _UNITS.get(name) or stem(unit)
            found.add((kind, amount))
            if is_parallel:
                found.add((PARALLEL, amount))
    if not any(unit == TIME or unit in _ADVERBS for unit, _ in found):
        found |= {(TIME, _SECONDS[name]) for name in _ARTICLE.findall(lower)}
        found |= {(TIME, s) for word, s in _ADVERBS.items() if word in lower.split()}
    return frozenset(found)


def has_other_value(earlier: frozenset[Quantity], later: frozenset[Quantity]) -> bool:
    """Return whether `later` has another amount of a unit that `earlier` has, or of none.

    A statement that repeats an amount of `earlier` is about another thing ("courses stay at 90
    minutes"), unless it has more to say about the same units.
    """
    by_unit: dict[str, set[float]] = {}
    for unit, amount in earlier:
        by_unit.setdefault(unit, set()).add(amount)
    new = {(u, n) for u, n in later if (u in by_unit and n not in by_unit[u])}
    repeated = {(u, n) for u, n in later if u in by_unit and n in by_unit[u]}
    if repeated:
        return False
    return bool(new) or any(unit == "" for unit, _ in later)


def has_unit_of(earlier: frozenset[Quantity], later: frozenset[Quantity]) -> bool:
    """Return whether the two share a unit, other than none."""
    return bool({u for u, _ in earlier if u} & {u for u, _ in later if u})


_DAY = 1e9
"""Clock times are kept apart from durations, in minutes after this."""


def _amount(text: str) -> float:
    if text in _NUMBER_WORDS:
        return _NUMBER_WORDS[text]
    plain = text.replace("_", "")
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+", plain):
        plain = plain.replace(",", "")
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        return float(int("".join(re.findall(r"\d", plain))[:15] or 0))
