"""Names in code, and how similar two texts are by the names in them.

Owns what counts as a name, for every language alike: no grammar, so that it also works in a string
of SQL and while a line is half typed.
"""

from __future__ import annotations

import re
from collections.abc import Set

from hotseat.domain.syntax import MAX_NAME_CHARS, MIN_NAME_CHARS

_NAME = re.compile(r"[^\W\d]\w*")
_KEYWORD_TEXT = """
    abstract and any array as assert async await bool boolean break byte case catch char class const
    constructor continue debugger def default defer del delete double elif else elsif end enum
    except explicit export extends extern false final finally float fmt fn for foreach from func
    function global goto if impl implements import include inline instanceof int interface internal
    is lambda let local long map match mod module mut namespace new nil none not null number object
    of operator or override package pass pragma private protected public range readonly ref register
    require rescue return self short signed sizeof static str string struct super switch
    synchronized template then this throw throws trait true try type typedef typeof undefined union
    unless unsafe unsigned until use using val var virtual void volatile when where while with yield
    select insert update into values set table create drop alter join left right inner outer group
    order limit primary key varchar text integer timestamp exists begin commit
"""
_KEYWORDS = frozenset(_KEYWORD_TEXT.split())
"""Of the languages we serve: two files have these in common whatever they are about."""


def names_in(text: str) -> list[str]:
    """Return the names in the order of the text, with repetitions."""
    return [
        name
        for name in _NAME.findall(text)
        if MIN_NAME_CHARS <= len(name) <= MAX_NAME_CHARS and name not in _KEYWORDS
    ]


def jaccard(a: Set[str], b: Set[str]) -> float:
    """Return what two sets have in common as a share of their union; 1 for two empty ones."""
    n_common = len(a & b)
    n_all = len(a) + len(b) - n_common
    return n_common / n_all if n_all else 1.0
