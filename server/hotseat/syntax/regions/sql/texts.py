"""Whether a text is SQL, or prose that begins like it.

Owns the signs of both. "Select a file from the list" is no SQL; nor is "Update" on a button.
"""

from __future__ import annotations

import re
from enum import IntEnum

from hotseat.languages.profile import words
from hotseat.syntax.regions.sql.shapes import ANY_CASE, NAME, UPPER
from hotseat.syntax.regions.sql.statements import is_statement


class Hint(IntEnum):
    """What is around the text says."""

    NONE = 0
    MAYBE = 1
    """An argument of `text` or `run`, or what is assigned to `query`."""
    LIKELY = 2
    """An argument of `query` or `prepare`, or of another method of a connection."""
    SURE = 3
    """An argument of `execute`, or what is assigned to `sql`."""


_KEYWORDS = words("""
abort alter analyse analyze and attach begin call close cluster comment commit copy create cross
deallocate declare delete desc describe detach discard do drop end exec execute explain fetch from
full grant group having import inner insert into join kill left limit listen load lock merge
natural notify offset on optimize or order pragma prepare refresh reindex release rename replace
reset returning revoke right rollback savepoint select set show start truncate union unlisten
unlock update use using vacuum values where with
""")
_INTERPOLATED = re.compile(r"\$\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|\{[^{}\s][^{}\n]*\}")
"""Code between the braces of a template or an f-string."""
_FIRST_WORD = re.compile(r"[A-Za-z]+")
_LEADING = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/|\()*", re.DOTALL)
_STATEMENT = re.compile(
    r"(?:select|insert|update|delete|create|alter|drop|with|truncate|explain|pragma|merge|replace|copy|grant"
    r"|values|savepoint|release|rollback|revoke|call|exec|execute|declare|fetch|show|set|begin|commit|start"
    r"|lock|unlock|vacuum|analy[sz]e|reindex|refresh|listen|unlisten|notify|comment|attach|detach|use|do|desc"
    r"|describe|deallocate|discard|prepare|abort|end|cluster|optimize|check|rename|load|kill|import|handler)\b",
    re.IGNORECASE,
)

_SHORT = re.compile(
    rf"(delete|drop|create)(?:(?<=delete)\s+from|(?<=drop)\s+(?:table|index|view|schema)"
    rf"|(?<=create)\s+(?:extension|schema))\s+({NAME})\s*\Z"
)
"""In lower case, which a label may have too."""
_SELECT = re.compile(
    r"(select)\b\s*(?:distinct\b\s*|all\b\s*|top\s+\d+\s*)?(.*?)(?:\b(from)\b\s*(.*))?\Z",
    re.IGNORECASE | re.DOTALL,
)
_GROUP = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r"'[^'\n]*'")
_CASE = re.compile(r"\bcase\b(?:(?!\b(?:case|end)\b).)*+\bend\b", re.IGNORECASE | re.DOTALL)
"""The innermost, so that many without an end take linear time."""
# No character may be both an operator's and a name's, or a failing match takes exponential time.
_OPERAND = r"[\w.$@:\"`\[\]{}%#?\\]+"
_COLUMN = re.compile(
    rf"(?:\*|{_OPERAND}\*?)\s*(?:[-+*/|<>=]+\s*{_OPERAND}\s*)*(?:as\s+(?:\\?\"[^\"\n]*\"|[\w\"`\[\]]+))?",
    re.IGNORECASE,
)
_EXPLAIN = re.compile(
    r"explain\s+(?:analyze\s+|verbose\s+|query\s+plan\s+|\([^()]*\)\s*)*(?=[a-z(])", re.IGNORECASE
)
_AFTER_TABLE = (
    r"where\b|join\b|inner\b|left\b|right\b|full\b|cross\b|natural\b|order\s+by\b|group\s+by\b"
    r"|having\b|limit\s*(?:\Z|[\d:?%$@{(])|union\b|offset\s*(?:\Z|[\d:?%$@{(])|for\s+update\b"
    r"|window\b|except\b|intersect\b|tablesample\b"
)
_TABLE = re.compile(
    rf"(\(|{NAME}\(|{NAME})(?:(?<!\()\s+(as\s+)?(?!{_AFTER_TABLE})(\w+))?\s*"
    rf"(\Z|;|,|\)|--|\"|'|\\|(?<=\()|{_AFTER_TABLE})",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\bwhere\s+(?:\w+\Z|.*?(?:[=<>~?%@$({]|\bis\s+(?:not\s+)?null\b|\blike\s*['\"]|\bbetween\b))"
    r"|\bwhere\s*\Z|\bjoin\s+\S+\s+.*\bon\b|\bjoin\s*\Z|\bjoin\s+\w+\s*\Z"
    r"|\b(?:order|group)\s+by\b|\blimit\s+[\d:?%$@{(]|\bhaving\b.*[=<>]|\bunion\s+(?:all|select)\b",
    re.IGNORECASE | re.DOTALL,
)
_DETERMINERS = words("""
a above all an any below both each either every her his its my one other our several some that
the their these this those which your
""")
# Only in lower case, and if no more of SQL follows.
_NO_NAMES = _DETERMINERS | words("""
and are as at be because been being but by can cannot completed could did do does done executed fail
failed failing fails finished for had has have having if in is it makes may might must need needs
not of on or otherwise please rejected requires returned should skipped succeeded takes then timed
to took using was when while will with without would you
""")
"""What follows `DELETE FROM` in a message about it."""
_SELDOM_NAMES = words("""
cell cells clause clauses command commands column columns error errors exception exceptions failure
failures name names operation operations privilege privileges queries query rights row rows
statement statements success syntax table
""")
"""Of tables, unless words follow."""
_AFTER_KEYWORDS = re.compile(
    r"(?:(?:DELETE\s+FROM|(?:INSERT|REPLACE|MERGE)\s+INTO|UPDATE|TRUNCATE(?:\s+TABLE)?"
    r"|(?:CREATE|ALTER|DROP)\s+[A-Z]+(?:\s+[A-Z]+)?)\s+|SELECT\s+[^\n]{0,80}?\bFROM\s+)"
    r"([A-Za-z]+)(?![\w.])\s*(.?)(\w*)",
)
_PLACES = words("""
above archive available backup below bottom box boxes branch cache calendar camera carousel catalog
catalogue choices clipboard cloud combo combobox config configuration console context dialog
directory disk document dropdown dropdowns editor end environment existing explorer favorites file
files folder folders form gallery grid hand here history image index inputs keyboard left library
list lists map master memory menu menus modal multiple navbar network options origin page pages
palette panel panels picker popup preferences previous queue range right saved scratch screen
screens section selection server settings sidebar source stack start stdin suggestions tab table
tabs template toolbar top total tray tree upstream view wheel window within wizard workspace
""")
"""What people select something from, which few tables are named."""
_NEXT_CLAUSE = re.compile(
    r"\n\s*(?:from|where|(?:left |right |inner |cross |full )?(?:outer )?join)\s", re.IGNORECASE
)
_MORE_THAN_WORDS = re.compile(r"[,*=(]")
_NO_WORD = re.compile(r"[^\w\s,]|\w_\w|\d|\bid\b", re.IGNORECASE)
_MAX_ALIAS_CHARS = 3
_CLAUSES = words("""
ADD AS CROSS DEFAULT DROP FULL GROUP HAVING INNER JOIN LEFT LIMIT NATURAL OFFSET ON ORDER RENAME
RIGHT SELECT SET UNION USING VALUES WHERE
""")
_NO_CONDITIONS = words(
    "allowed applicable appropriate available necessary needed possible required"
)
_NO_TABLES = _NO_NAMES | _SELDOM_NAMES | _PLACES
_BEGUN = re.compile(
    r"(?:select|insert|update|delete|alter|drop|create|truncate|with|replace|merge|explain)\s+"
    r"(?:(?:into|from|table|index|view|or|replace|temporary|temp|unique|materialized|schema|database"
    r"|trigger|function|procedure|type|sequence|distinct|recursive|only|if|not|exists|column"
    rf"|analyze)\b\s*)*(?:{NAME}\s*)?(?:(?<=\s)(?-i:[A-Z]{{1,7}}))?\Z",
    re.IGNORECASE,
)


def is_sql(text: str, hint: Hint = Hint.NONE) -> bool:
    """Whether `text`, the beginning of a string's content, is SQL, or will be when it is typed."""
    found = _LEADING.match(text)
    lead = _INTERPOLATED.sub("{x}", text[found.end() :] if found else text)
    if hint is Hint.SURE:
        return _is_sure(lead)
    if not _STATEMENT.match(lead):
        return False
    if explain := _EXPLAIN.match(lead):
        return is_sql(lead[explain.end() :], hint) or is_statement(lead)
    if hint and lead.startswith("SELECT "):
        return True
    if hint is Hint.LIKELY and _is_statement(lead):
        return True
    if hint and _BEGUN.match(lead) and (lead[:4].isupper() or hint is Hint.LIKELY):
        return not lead[:4].istitle()
    if _is_about_sql(lead):
        return False
    if short := _SHORT.match(lead):
        verb, name = short.groups()
        return _is_table(name) if verb == "delete" else name not in _NO_TABLES
    return (
        any(shape.match(lead) for shape in UPPER)
        or any(shape.match(lead) for shape in ANY_CASE)
        or is_statement(lead)
        or _is_select(lead, hint)
        or _is_select_in_lines(lead)
    )


def _is_statement(lead: str) -> bool:
    """Whether what a connection is given has more than words, and begins as no sentence does."""
    verb, _, rest = lead.partition(" ")
    following = rest.split(maxsplit=1)
    return (
        not verb.istitle()
        and bool(following)
        and following[0].lower() not in _DETERMINERS
        and _NO_WORD.search(rest) is not None
    )


def _is_about_sql(lead: str) -> bool:
    """`DELETE FROM failed`: a message, that names a statement."""
    found = _AFTER_KEYWORDS.match(lead)
    if found is None:
        return False
    name, char, word = found.groups()
    if char and (char in "(=;" or (char + word).upper() in _CLAUSES):
        return False
    if name == "a" or name in _SELDOM_NAMES:
        return len(word) > 1 and (char + word).islower()
    return name in _NO_NAMES or (not char and lead.isupper() and name.lower() in _PLACES)


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


def _is_select(lead: str, hint: Hint) -> bool:
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
    if not tables.strip():
        return select.isupper() or "*" in columns or "," in columns
    table = _TABLE.match(tables)
    if table is None or (table.group(3) and table.group(1).lower() in _DETERMINERS):
        return False
    if lead == lead.upper() and not select.istitle():
        return True
    is_lower = not select.istitle() and select != select.upper()
    if is_lower and (hint or _NO_WORD.search(columns)):
        return True
    return _is_clear(table, columns, tables, is_lower=is_lower)


def _is_select_in_lines(lead: str) -> bool:
    """Whether a later line begins the next clause of a SELECT, whatever is in its columns."""
    verb = lead[:6]
    clause = _NEXT_CLAUSE.search(lead) if verb in ("select", "SELECT") else None
    if clause is None or _MORE_THAN_WORDS.search(lead, 6, clause.start()) is None:
        return False
    following = lead[6:].split(maxsplit=1)
    return bool(following) and following[0].lower() not in _DETERMINERS


def _is_clear(table: re.Match[str], columns: str, tables: str, *, is_lower: bool) -> bool:
    """`select name from users`, and no prose: "select color from palette", "Select a from b"."""
    name, as_, alias, _ = table.groups()
    condition = _CONDITION.search(tables)
    if condition is not None:
        return condition.group().split()[-1].lower() not in _NO_CONDITIONS
    is_place = name.lower() in _PLACES
    if not is_lower:
        return "*" in columns or ("," in columns and not is_place)
    if is_place or (alias and not as_ and (len(alias) > _MAX_ALIAS_CHARS or alias in _PLACES)):
        return False
    following = _FIRST_WORD.match(tables[table.end() :].lstrip())
    if following and following.group() in _NO_NAMES:
        return False  # "select one from them, or take all"
    return _is_table(name)


def _is_table(name: str) -> bool:
    """Tables are named in the plural or, as entities, in capitals; or they are qualified."""
    if name in _NO_TABLES:
        return False
    return name.endswith("s") or name == "dual" or not name.isalpha() or not name.islower()


def _is_begun(select: str, columns: str, items: list[str] | None) -> bool:
    """A SELECT that has no FROM, or none yet."""
    if items is None or select.istitle():
        return False
    stripped = columns.strip()
    if re.match(r"\*|[@$:?'\"`]+\w|\d+\s*(?:;|\Z|[-+*/:,])", stripped):
        return True
    if select.isupper():
        if re.match(r"\{\w*\}\s*(?:\Z|,|::|AS\b)", stripped):
            return True
        return len(items) > 1 or "(" in columns or re.match(r"\w+\.\w", stripped) is not None
    return re.match(r"\w+\((?!e?s\)|optional)|current_\w+\Z", stripped) is not None


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
