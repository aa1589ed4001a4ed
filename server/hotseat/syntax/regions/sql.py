"""Whether a text is SQL, or prose that begins like it.

Owns the signs of both. "Select a file from the list" is no SQL; nor is "Update" on a button.
"""

from __future__ import annotations

import re
from enum import IntEnum


class Hint(IntEnum):
    """What is around the text says."""

    NONE = 0
    MAYBE = 1
    """An argument of `text`, `query`, `raw`."""
    SURE = 2
    """An argument of `execute`, or what is assigned to `sql`."""


_KEYWORDS_WORDS = """
alter analyze and attach begin call comment commit copy create cross deallocate declare delete
describe detach drop exec execute explain fetch from full grant group having inner insert into
join left limit listen lock merge natural notify offset on or order pragma prepare refresh
reindex release rename replace returning revoke right rollback savepoint select set show start
truncate union update use using vacuum values where with
"""
_KEYWORDS = frozenset(_KEYWORDS_WORDS.split())
_FIRST_WORD = re.compile(r"[A-Za-z]+")
_LEADING = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/|\()*", re.DOTALL)
_STATEMENT = re.compile(
    r"(?:select|insert|update|delete|create|alter|drop|with|truncate|explain|pragma|merge|replace"
    r"|values)\b",
    re.IGNORECASE,
)

_NAME = r"[\w.$@:\"`\[\]{}%#?\\-]+"
_UPPER = (
    re.compile(rf"INSERT\s+(?:OR\s+\w+\s+|IGNORE\s+)?INTO(?:\s+{_NAME}|\s*\Z)"),
    re.compile(rf"UPDATE\s+(?:ONLY\s+)?{_NAME}(?:\s+(?:AS\s+)?\w+)?\s+SET\b"),
    re.compile(rf"DELETE\s+FROM(?:\s+{_NAME}|\s*\Z)"),
    re.compile(rf"ALTER\s+TABLE\s+{_NAME}"),
    re.compile(r"EXPLAIN\s+(?:ANALYZE\s+|QUERY\s+PLAN\s+)?(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b"),
    re.compile(r"PRAGMA\s+\w+"),
    re.compile(rf"TRUNCATE\s+TABLE\s+{_NAME}"),
    re.compile(rf"MERGE\s+INTO\s+{_NAME}"),
    re.compile(rf"REPLACE\s+INTO\s+{_NAME}"),
    re.compile(r"VALUES\s*\("),
    re.compile(
        r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNIQUE|UNLOGGED|VIRTUAL"
        r"|EXTERNAL|MATERIALIZED|RECURSIVE|CONSTRAINT)\s+)*"
        r"(?:TABLE|INDEX|VIEW|TRIGGER|FUNCTION|PROCEDURE|SCHEMA|DATABASE|EXTENSION|TYPE|SEQUENCE)"
        r"(?:\s+(?:CONCURRENTLY\s+)?IF\s+NOT\s+EXISTS\b|\s+[^\sA-Z]|\s+\w*[^\sA-Z]|\s+\w+\s+(?:AS|ON)\b"
        r"|\s*\n|\s*\Z)"
    ),
    re.compile(
        r"DROP\s+(?:MATERIALIZED\s+)?(?:TABLE|INDEX|VIEW|TRIGGER|FUNCTION|SCHEMA|DATABASE|TYPE"
        r"|SEQUENCE)\s+(?:IF\s+EXISTS\b|\w*[^\sA-Z])"
    ),
)
_ANY_CASE = (
    re.compile(
        rf"(?:insert|replace)\s+into\s+{_NAME}\s*(?:\(|values\b|select\b|default\s+values\b)", re.I
    ),
    re.compile(rf"update\s+{_NAME}(?:\s+(?:as\s+)?\w+)?\s+set\s+{_NAME}\s*=", re.I),
    re.compile(
        rf"delete\s+from\s+{_NAME}\s*(?:;|where\b\s*\S+\s*(?:[=<>!?]|in\b|is\b|like\b))", re.I
    ),
    re.compile(
        rf"create\s+(?:temp(?:orary)?\s+|virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?{_NAME}\s*"
        r"(?:\(|as\s+select\b|using\b)",
        re.I,
    ),
    re.compile(rf"create\s+(?:or\s+replace\s+)?view\s+{_NAME}\s+as\s+(?:select|with)\b", re.I),
    re.compile(rf"create\s+(?:unique\s+)?index\s+{_NAME}\s+on\s+{_NAME}\s*\(", re.I),
    re.compile(
        rf"alter\s+table\s+{_NAME}\s+(?:(?:add|drop|rename|alter|modify|change)\s+(?:column|constraint"
        r"|to|index|primary|foreign|if)\b|enable\b|disable\b|owner\b)",
        re.I,
    ),
    re.compile(rf"drop\s+(?:table|index|view)\s+(?:if\s+exists\s+)?{_NAME}\s*;", re.I),
    re.compile(
        rf"with\s+(?:recursive\s+)?{_NAME}\s*(?:\([^()]*\)\s*)?as\s+(?:not\s+)?(?:materialized\s+)?"
        r"\(\s*(?:--[^\n]*\n\s*)*(?:select\b|insert\b|update\b|delete\b|values\b|with\b|\Z)",
        re.I,
    ),
)

_SELECT = re.compile(
    r"(select)\b\s*(?:distinct\b\s*|all\b\s*|top\s+\d+\s*)?(.*?)(?:\b(from)\b\s*(.*))?\Z",
    re.IGNORECASE | re.DOTALL,
)
_GROUP = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r"'[^'\n]*'")
_CASE = re.compile(r"\bcase\b.*?\bend\b", re.IGNORECASE | re.DOTALL)
# No character may be both an operator's and a name's, or a failing match takes exponential time.
_OPERAND = r"[\w.$@:\"`\[\]{}%#?\\]+"
_COLUMN = re.compile(
    rf"(?:\*|{_OPERAND}\*?)\s*(?:[-+*/|<>=]+\s*{_OPERAND}\s*)*(?:as\s+[\w\"`\[\]]+)?",
    re.IGNORECASE,
)
_AFTER_TABLE = (
    r"where\b|join\b|inner\b|left\b|right\b|full\b|cross\b|natural\b|order\s+by\b|group\s+by\b"
    r"|having\b|limit\b|union\b|on\b|offset\b|for\s+update\b|window\b|except\b|intersect\b"
    r"|tablesample\b|using\b"
)
_TABLE = re.compile(
    rf"(\(|{_NAME})(\s+(?:as\s+)?(?!{_AFTER_TABLE})\w+)?\s*"
    rf"(?:\Z|;|,|\)|--|\"|'|\\|{_AFTER_TABLE})",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\b(?:where|join|order\s+by|group\s+by|limit|having|union)\b", re.IGNORECASE)
_DETERMINERS_WORDS = """
a above all an any below both each either every her his its my one other our several some that
the their these this those which your
"""
_DETERMINERS = frozenset(_DETERMINERS_WORDS.split())


def is_sql(text: str, hint: Hint = Hint.NONE) -> bool:
    """Whether `text`, the beginning of a string's content, is SQL, or will be when it is typed."""
    found = _LEADING.match(text)
    lead = text[found.end() :] if found else text
    if hint is Hint.SURE:
        return _is_sure(lead)
    if not _STATEMENT.match(lead):
        return False
    if hint is Hint.MAYBE and lead.startswith("SELECT "):
        return True
    return (
        any(shape.match(lead) for shape in _UPPER)
        or any(shape.match(lead) for shape in _ANY_CASE)
        or _is_select(lead)
    )


def _is_sure(lead: str) -> bool:
    """Nothing yet, a keyword, or the beginning of one."""
    found = _FIRST_WORD.match(lead)
    if found is None:
        return not lead.strip() or lead.startswith(("{", "%", "$", "#{", "?"))
    word = found.group().lower()
    if found.end() == len(lead):
        return any(keyword.startswith(word) for keyword in _KEYWORDS)
    if word not in _KEYWORDS:
        return False
    # "Update the profile", as the name of a job.
    return not found.group().istitle() or is_sql(lead) or not _STATEMENT.match(lead)


def _is_select(lead: str) -> bool:
    found = _SELECT.match(lead)
    if found is None:
        return False
    select, columns, from_, tables = found.groups()
    if select == "SELECT" and from_ == "FROM" and lead != lead.upper():
        return True
    items = _items(columns)
    if from_ is None:
        return _is_begun(select, columns, items)
    if items is None:
        return False
    table = _TABLE.match(tables)
    if not tables.strip():
        return select.isupper() or "*" in columns or "," in columns
    if table is None or (table.group(2) and table.group(1).lower() in _DETERMINERS):
        return False
    if not select.istitle() and select != select.upper():
        return True
    if lead == lead.upper():  # all in capitals
        return True
    # "Select items from list": that is prose, unless there is more of SQL in it.
    return "*" in columns or "," in columns or _CLAUSE.search(tables) is not None


def _is_begun(select: str, columns: str, items: list[str] | None) -> bool:
    """A SELECT that has no FROM, or none yet."""
    if items is None or select.istitle():
        return False
    stripped = columns.strip()
    if stripped.startswith("*") or re.fullmatch(r"\d+;?", stripped):
        return True
    if select.isupper():
        return len(items) > 1 or "(" in columns or re.match(r"\w+\.\w", stripped) is not None
    return re.match(r"(?:count|max|min|sum|avg|coalesce|exists|now)\(", stripped) is not None


def _items(columns: str) -> list[str] | None:
    """What stands between the commas; None if some of it is no expression: two words in a row."""
    text = _QUOTED.sub("x", columns)
    for _ in range(4):
        text, n_groups = _GROUP.subn("", text)
        if not n_groups:
            break
    if "(" in text:  # not closed yet
        text = text[: text.index("(")]
    items = [item.strip() for item in _CASE.sub("x", text).rstrip("; \n\t").split(",")]
    for item in items:
        if item and not _COLUMN.fullmatch(item):
            return None
    return items if any(items) else None
