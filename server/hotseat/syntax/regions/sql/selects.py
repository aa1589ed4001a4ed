"""A SELECT by its tokens: no two words in a row, and some of it is no word."""

from __future__ import annotations

import re

from hotseat.languages.profile import words
from hotseat.syntax.regions.sql.tokens import SIGNS

_JOINS = words("""
all and any array as asc at between both by case cast collate cross current day desc distinct else
end escape except exists extract false filter first following for from full glob group having hour
ilike in inner intersect interval into is isnull join last lateral leading left like limit minute
month natural not null nulls offset on only or order outer over partition percent preceding
precision range recursive regexp replace right row rows second select similar some table
tablesample then ties time to top trailing true unbounded union unique using values varying when
where window with within without year zone
""")
"""Words of SQL, which stand beside others."""
_ARTICLES = words("""
a an any each either every her his its my no of one our some that the their these this those which
your
""")
_WORD = re.compile(r"[a-z]+\Z")
_EXPRESSION = re.compile(r" case .*when | as ~| over(?: |\()| ::|\( select |;")
"""What a list without a table has, and a selector of CSS has not."""


def is_select(line: str, is_upper: bool) -> bool:
    """Whether nowhere in the list are two words in a row, and some of it is no word."""
    parts = line.split(" ")[1:]
    n_signs = depth = 0
    after_from = -1
    previous = "select"
    for i, part in enumerate(parts):
        if part == ";":
            n_signs += i > 0
            break
        if part in _ARTICLES and not (i and parts[i - 1] == ","):
            return False
        if part in ("from", "into") and not depth and after_from < 0:
            after_from = i
        is_word = _WORD.match(part) is not None and part not in _JOINS
        if part.endswith("("):
            depth += 1
            n_signs += len(part) > 1 and (i + 1 == len(parts) or parts[i + 1] in "*')#?~" or i > 0)
        elif part == ")":
            depth -= 1
        elif part == "#" and previous == "word":
            return False  # "SELECT took 30 ms"
        elif part[0] in SIGNS or part == "::" or (part in "*=<>" and len(part) == 1):
            n_signs += 1
        elif (
            is_word and previous == "word" and (i < 2 or parts[i - 2] not in ("from", "join", ","))
        ) and not (after_from >= 0 and i - after_from == 2):
            return False
        previous = "word" if is_word else part
    if n_signs == 0 and not is_upper:
        return False
    if after_from == 0 or (after_from < 0 and not is_upper and not _EXPRESSION.search(line)):
        return False  # "select > option"
    return n_signs > 0 or (is_upper and after_from > 0)
