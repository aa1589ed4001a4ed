"""The words of a text, as memory compares them: lower case, without endings, identifiers split.

One function makes the words of what is stored and of what is asked, so that both always agree.
"""

from __future__ import annotations

import re

from hotseat.conversation.english import stem

WORDS_VERSION = "2"
"""Another one for each change of what `words` or `identifiers` return: what is stored is made
again."""
_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,:]\d+)*")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_IDENTIFIER = re.compile(r"[\w@~$%#-]+(?:(?:::|->|[./:\\@=-])[\w%-]+)+|\w*_\w+|\w*[a-z0-9][A-Z]\w*")
_MAX_WORD_CHARS = 40
_MAX_IDENTIFIER_CHARS = 120
_MAX_PART_CHARS = 400
"""A longer text without spaces is no name; the pattern takes quadratic time for it."""
_SIZE = re.compile(r"\b\d+(?:[.,]\d+)?(?=\s*(?:x|by|×)\s*\d)", re.IGNORECASE)
MIN_STEM_CHARS = 4

_STOP_TEXT = """
a about again all also although am an and any anyone anything are as at be been being both
    but by can cannot could did do does doing done each either else ever every everything for from
    get gets getting give go goes going gone got had has have having he her here him his how however
    i if in into is it its itself just know let like make makes may maybe me might mine more most
    much must my myself need needs neither no nor not of off ok okay on once one only onto or other
    our ours out over own please put really right said same say says see shall she should so some
    something still such sure take than thank thanks that the their them then there these they thing
    things think this those though through to together too under until up upon us use used uses
    using very via want wants was way we well were what whatever when where whether which while who
    whom whose why will with within without would yes yet you your yours ll re ve isn aren wasn don
    doesn didn won wouldn couldn shouldn hasn haven weren let's
"""
STOP_WORDS = frozenset(_STOP_TEXT.split())
"""Words of English without a topic. Other languages rely on the weights of words."""


def words(text: str) -> list[str]:
    """Return the stems of the text's words in order, without stop words; numbers stay whole.

    `parseHTTPHeader` gives `pars http header`, `svw_feed` gives `svw feed`. `32 by 32` also gives
    `0x0`, the shape of a size.
    """
    found = []
    for match in _WORD.finditer(text):
        for part in _CAMEL.split(match[0]):
            word = part.lower()
            if word not in STOP_WORDS and (len(word) > 1 or word.isdigit()):
                found.append(stem(word[:_MAX_WORD_CHARS]))
    found += ["0x0"] * len(_SIZE.findall(text))
    return found


def identifiers(text: str) -> list[str]:
    """Return names that are written as one: `plots.db`, `de.example.kids`, `svw_feed`, `--at-all`,
    lower case, in order."""
    return [
        match[0][:_MAX_IDENTIFIER_CHARS].lower()
        for part in text.split()
        if len(part) <= _MAX_PART_CHARS
        for match in _IDENTIFIER.finditer(part)
    ]


def is_related(word: str, other: str) -> bool:
    """Return whether one stem begins with the other (`config`, `configur`), both long enough to
    mean something, or both share a long beginning (`authenticat`, `authentica`)."""
    if word == other:
        return True
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) < MIN_STEM_CHARS or not shorter.isalpha() or not longer.isalpha():
        return False
    if longer.startswith(shorter):
        return len(longer) - len(shorter) <= max(3, len(shorter) - 2)
    shared = len(shorter) - 2
    return shared >= 5 and longer[:shared] == shorter[:shared] and len(longer) - shared <= 4
