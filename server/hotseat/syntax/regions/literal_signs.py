"""What shows the language of a string literal in one host only.

Owns HTML that JavaScript assigns, Scala's interpolators, and the names of functions
that take SQL or a regular expression in Rust, C#, PHP, Kotlin, Scala, Swift and Dart.
"""

from __future__ import annotations

import re

from hotseat.syntax.regions import quoted_patterns
from hotseat.syntax.regions.sql import Hint

_SINK_CHARS = 160
# The choice of a value may stand between: `a.innerHTML = b ? "" : "<p>"`.
_HTML_SINK = re.compile(
    r"(?:(?:\.(?:inner|outer)HTML|\.srcdoc|\b__html)\s*(?:\+?=(?!=)|:)\s*(?:\(\s*)?"
    r"(?:[^;={}\n]{0,60}(?:\?\??|:|\|\|)\s*(?:\(\s*)?)?"
    r"|\.insertAdjacentHTML\(\s*(?:\"[^\"\n]*\"|'[^'\n]*'|[\w.]+)\s*,\s*"
    r"|\.(?:setHTMLUnsafe|createContextualFragment)\(\s*"
    r"|\bdocument\.write(?:ln)?\(\s*)\Z"
)
_SCALA_PREFIXES = {
    "css": "css",
    "cql": "sql",
    "fr": "sql",
    "fr0": "sql",
    "gql": "graphql",
    "graphql": "graphql",
    "html": "html",
    "js": "javascript",
    "json": "json",
    "sql": "sql",
    "sqlu": "sql",
    "tsql": "sql",
}
_REGEX_CALLS = (
    (
        re.compile(r"preg_\w+|(?:\w+::)*(?:Regex(?:Set)?(?:Builder)?::new|(?:lazy_)?regex!)|Regex"),
        0,
    ),
    (re.compile(r"Regex\.(?:IsMatch|Match(?:es)?|Replace|Split|Count)"), 1),
)
"""Functions and classes, and which of their arguments is the pattern."""
_REGEX_BY_REST = {
    "kotlin": re.compile(r"\s*\.\s*toRegex\("),
    "scala": re.compile(r"\s*\.\s*r\b(?!\s*\()"),
}
"""Methods of strings that make a pattern of them."""

_SQL_CALLS_WORDS = """
ExecuteNonQuery ExecuteReader ExecuteReaderAsync ExecuteScalar ExecuteScalarAsync ExecuteSqlRaw
ExecuteSqlRawAsync FromSqlRaw MySqlCommand NpgsqlCommand OracleCommand SqlCommand SqlQueryRaw
SqliteCommand compileStatement customSelect customStatement execSQL executeQuery executeUpdate
mysql_query mysqli_query pg_prepare pg_query query! query_as query_as! query_as_unchecked!
query_scalar query_scalar! query_scalar_unchecked! query_unchecked! rawDelete rawInsert rawQuery
rawUpdate sql_query sqlite3_exec sqlite3_prepare_v2 unprepared
"""
_SQL_CALLS = frozenset(_SQL_CALLS_WORDS.split())
_MAYBE_SQL_CALLS_WORDS = """
@Delete @Insert @Query @Select @Update Execute ExecuteAsync FromSql FromSqlInterpolated Query
QueryAsync QueryFirst QueryFirstAsync QueryFirstOrDefault QueryFirstOrDefaultAsync QueryMultiple
QueryMultipleAsync QuerySingle QuerySingleAsync QuerySingleOrDefault QuerySingleOrDefaultAsync
SqlQuery batch_execute execute_batch get_col get_results get_row get_var prepare_cached query_map
query_one query_opt query_row query_with select selectOne simple_query statement
"""
_QUERY_CALL = re.compile(r"(?:[Qq]uery|Execute|FromSql|SqlQuery)")
_MAYBE_SQL_CALLS = frozenset(_MAYBE_SQL_CALLS_WORDS.split())


def is_html_sink(before: str) -> bool:
    """Whether what JavaScript writes after `before` becomes the HTML of a document."""
    text = before[-_SINK_CHARS:]
    if "HTML" not in text and "html" not in text and ".write" not in text and "srcdoc" not in text:
        return False
    return _HTML_SINK.search(text) is not None


def by_prefix(opener: str, language: str) -> str | None:
    """What the word before the quotes names."""
    return _SCALA_PREFIXES.get(opener.rstrip('"')) if language == "scala" else None


def is_regex(name: str, argument: int) -> bool:
    """Whether the argument of a function is a regular expression."""
    return any(
        argument == wanted and pattern.fullmatch(name) is not None
        for pattern, wanted in _REGEX_CALLS
    )


def is_regex_by_rest(rest: str, language: str) -> bool:
    """Whether what follows a literal makes it a regular expression."""
    pattern = _REGEX_BY_REST.get(language)
    return pattern is not None and pattern.match(rest) is not None


def sql_hint(function: str, variable: str, language: str) -> Hint:
    """What the function or variable that a literal goes to shows, in some languages."""
    if language not in quoted_patterns.WHOLE:
        return Hint.NONE
    if function in _SQL_CALLS or variable.endswith("CommandText"):
        return Hint.SURE
    if function not in _MAYBE_SQL_CALLS:
        return Hint.NONE
    return Hint.LIKELY if _QUERY_CALL.match(function) else Hint.MAYBE
