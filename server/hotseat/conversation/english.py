"""The words of English questions, reduced until two forms of one word are equal.

`without_inflection` removes the endings of plurals and of verbs only, for words that stand for a
subject ("routing" is not "router"). `stem` also removes the endings that make a noun of a verb,
for finding what was said about a thing in other words.
"""

from __future__ import annotations

import re
from functools import lru_cache

_MIN_CHARS = 4
_SHORT = re.compile(r"[^aeiou][aeiouy][^aeiouwxy]")
"""What "moving" and "typing" leave: they end with "e" otherwise."""
_DOUBLED = re.compile(r"([a-z]*[aeiouy])([bdgmnprt])\2ing")
"""Forms as "running" and "setting", whose short verb ends with one consonant and without "e"."""


def without_inflection(word: str) -> str:
    """Return the lower-case word without the endings of plurals and of verbs.

    Good enough to compare two words, not a word to show.
    """
    if not word.isalpha() or len(word) < _MIN_CHARS:
        return word
    if word.endswith("ies") and len(word) > _MIN_CHARS:
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word.endswith("ing") and len(word) - 3 >= _MIN_CHARS - 1:
        word = _single(word[:-3])
        if _SHORT.fullmatch(word):
            word += "e"
    elif word.endswith("ed") and len(word) > _MIN_CHARS:
        word = word[:-1]
    if word.endswith("e") and len(word) > _MIN_CHARS:
        word = _single(word[:-1])
    return word


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the lower-case word without the endings of plurals, verbs, and nouns made of verbs.

    Weaker than Porter's algorithm on purpose: the words that it leaves different can still be
    compared by their beginnings.
    """
    if len(word) < _MIN_CHARS or not word.isalpha() or not word.isascii():
        return word
    word = _IRREGULAR.get(word, word)
    doubled = _DOUBLED.fullmatch(word)
    word = doubled[1] + doubled[2] if doubled else without_inflection(word)
    for ending, put in _DERIVED:
        if word.endswith(ending) and len(word) - len(ending) + len(put) >= _MIN_CHARS - 1:
            word = word[: -len(ending)] + put
            break
    if len(word) > _MIN_CHARS - 1 and word[-1] == "e":
        word = word[:-1]
    if len(word) > _MIN_CHARS - 1 and word[-1] == word[-2] and word[-1] in "bdgmnprt":
        word = word[:-1]
    return word[:-1] + "i" if word[-1] == "y" and len(word) > 2 else word


def _single(word: str) -> str:
    """Return "drop" for "dropp"."""
    return word[:-1] if word[-1] == word[-2] and word[-1] not in "ls" else word


def _irregular(text: str) -> dict[str, str]:
    """Return every other form on a line with the first one."""
    lines = (line.split() for line in text.split("\n"))
    return {form: first for first, *others in filter(None, lines) for form in others}


_IRREGULAR = _irregular("""
begin began begun
break broke broken
bring brought
build built
buy bought
choose chose chosen choice
deep depth
draw drew drawn
drive drove driven
fall fell fallen
fly flew flown flight
freeze froze frozen
grow grew grown growth
high height
hold held
keep kept
lead led
lose lost loss
mean meant
pay paid
rise rose risen
sell sold sale
send sent
speak spoke spoken
spend spent
steal stole stolen
strong strength
teach taught
throw threw thrown
understand understood
wide width
write wrote written
""")
"""Forms that no ending connects with the verb or adjective that they come from."""
_DERIVED = (
    ("ication", "ic"),
    ("ational", "at"),
    ("ation", "at"),
    ("ness", ""),
    ("ment", ""),
    ("ingly", ""),
    ("edly", ""),
    ("ing", ""),
    ("ion", ""),
    ("xe", "x"),
    ("er", ""),
    ("or", ""),
    ("ly", ""),
)
"""Endings and what is put in their place, the longest first; inflections are gone before."""
