"""Which symbols fit a name that is looked for, and in which order.

Pure. A name may be whole, a beginning, the initials of its words (`gUN` for `getUserName`), a part,
or mistyped; with `Type.member` the type counts, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from enum import IntEnum

from hotseat.domain.symbols import Symbol
from hotseat.domain.syntax import Kind

MIN_ALIKE = 0.72
"""Of a mistyped name (difflib's ratio): two letters changed of seven."""
_SEPARATOR = re.compile(r"::|[.#/]|->")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_IS_TEST = re.compile(
    r"(^|/)(tests?|spec|__tests__|testdata|fixtures)(/|$)|[_.-](test|spec)s?\.\w+$"
)


class Fit(IntEnum):
    """How a name fits, the best first."""

    EXACT = 0
    OTHER_CASE = 1
    PREFIX = 2
    PREFIX_OTHER_CASE = 3
    INITIALS = 4
    WORD = 5
    PART = 6
    SCATTERED = 7
    MISTYPED = 8


_KIND_ORDER = {Kind.TYPE: 0, Kind.FUNCTION: 1, Kind.VALUE: 2}


def split_name(name: str) -> tuple[str, str]:
    """Return the type's name, which may be empty, and the member's: `Shop.add`, `Shop::add`."""
    parts = [part for part in _SEPARATOR.split(name.strip().removesuffix("()")) if part]
    return (parts[-2], parts[-1]) if len(parts) > 1 else ("", parts[0] if parts else "")


def ranked(symbols: Iterable[Symbol], name: str) -> list[Symbol]:
    """Return the symbols that fit, best first."""
    container, own = split_name(name)
    found = []
    for symbol in symbols:
        if container and symbol.container.casefold() != container.casefold():
            continue
        if (fit := fit_of(symbol.name, own)) is not None:
            found.append((fit, symbol))
    best = min((fit for fit, _ in found), default=Fit.EXACT)
    if best <= Fit.PART:  # guesses only where nothing else was found
        found = [(fit, symbol) for fit, symbol in found if fit <= Fit.PART]
    found.sort(key=lambda pair: (pair[0], *_order(pair[1])))
    return [symbol for _, symbol in found]


def fit_of(name: str, wanted: str) -> Fit | None:
    """Return how a symbol's name fits what is looked for; None if it does not."""
    if not wanted:
        return None
    if name == wanted:
        return Fit.EXACT
    folded, looked = name.casefold(), wanted.casefold()
    if folded == looked:
        return Fit.OTHER_CASE
    if name.startswith(wanted):
        return Fit.PREFIX
    if folded.startswith(looked):
        return Fit.PREFIX_OTHER_CASE
    words = [word.casefold() for word in _WORD.findall(name)]
    if len(words) > 1 and _is_of_initials(looked, words):
        return Fit.INITIALS
    if any("".join(words[i:]).startswith(looked.replace("_", "")) for i in range(1, len(words))):
        return Fit.WORD
    if looked in folded:
        return Fit.PART
    if SequenceMatcher(None, folded, looked).ratio() >= MIN_ALIKE:
        return Fit.MISTYPED
    if len(looked) > 2 and _is_scattered(looked, folded):
        return Fit.SCATTERED
    return None


def _is_of_initials(looked: str, words: Sequence[str]) -> bool:
    """Return whether each character of `looked` begins one word, in order from the first."""
    return len(looked) > 1 and "".join(word[0] for word in words).startswith(looked)


def _is_scattered(looked: str, folded: str) -> bool:
    """Return whether the characters of `looked` are in the name, in order, from its first on."""
    if folded[:1] != looked[:1]:
        return False
    rest = iter(folded)
    return all(char in rest for char in looked)


def _order(symbol: Symbol) -> tuple[bool, int, int, str, int]:
    is_test = _IS_TEST.search(symbol.path) is not None
    kind = _KIND_ORDER[symbol.kind]
    return is_test, kind, len(symbol.name), symbol.path, symbol.first_line
