"""What a string literal holds: SQL, JSON, a regular expression, HTML.

Owns the signs: a tag or a comment before it, the function it is given to, the variable, its own
text. Knows nothing of how the literal was found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotseat.languages.detect import normalise
from hotseat.languages.tables import KNOWN
from hotseat.syntax.regions import literal_signs
from hotseat.syntax.regions.sql import Hint, is_sql

BEFORE_CHARS = 160
"""Of text before a literal: enough for a function's name and a short argument."""
CONTENT_CHARS = 700
JAVASCRIPTS = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """One string, or several that are joined."""

    opener: str
    """With its prefix: `\"`, `f\"\"\"`, `/`, `<<~SQL`."""
    before: str
    """Some text that ends where the literal begins."""
    call: str
    """Some text that ends where the argument begins that the literal is, or is part of."""
    content: str
    """Its beginning, in the source's spelling."""


_TAG = re.compile(r"([\w$]+(?:\.[\w$]+)*(?:\([^()]*\))?)(?:<[^<>`]*>)?\Z")
_TAGS = {
    "css": "css",
    "createGlobalStyle": "css",
    "gql": "graphql",
    "graphql": "graphql",
    "html": "html",
    "keyframes": "css",
    "sql": "sql",
    "SQL": "sql",
    "$queryRaw": "sql",
    "$executeRaw": "sql",
}
_BLOCK_MARK = re.compile(r"/\*\s*(?:lang(?:uage)?\s*=\s*)?([\w+#-]+)(?:,\w+)?\s*\*/\s*\Z")
_LINE_MARK = re.compile(
    r"(?:#|//|--)[ \t]*"
    r"(?:lang(?:uage)?[ \t]*=[ \t]*([\w+#-]+)[^\n]*|(sql|SQL|html|json|css)[ \t]*)\n[^\n]*\Z"
)
_MARK_CHARS = 40
_SQL_MARK = re.compile(r"\s*(?:--\s*sql\b|/\*\s*sql\s*\*/)", re.IGNORECASE)
_HEREDOC = re.compile(r"<<<?[~-]?[ \t]*[\"'`]?(\w+)")

_WRAPPER = re.compile(
    r"(?:\[\]byte|(?:textwrap\.)?dedent|(?:inspect\.)?cleandoc|String\.raw)\(\s*\Z"
)
# Each of these is tried at the end of a short text: from further away they would be slow.
_NAME_CHARS = 80
_FUNCTION = re.compile(
    r"([\w$@]+(?:(?:\?\.|::|\.)\s*[\w$]+)*[!?]?)\s*"
    r"(?:(?:::)?<[^<>()]*(?:<[^<>()]*>)?[^<>()]*>)?\Z"
)
_RUBY_CALL = re.compile(r"(?:^|[\s=(.])([A-Za-z_][\w.:]*[!?]?)[ \t]+\Z", re.MULTILINE)
_ASSIGNS = re.compile(r"\s*(?::=|\+?=|<<|:)\s*\(?\s*\Z")
_VARIABLE = re.compile(r"(?<![\w$])([A-Za-z_$][\w$.]*)\s*(?::\s*[\w\[\], .]+)?\Z")
_MAX_ARGUMENTS_BEFORE = 2
_NOT_PLAIN = re.compile(r"[()\"'`]")
_SQL_NAME = re.compile(r"(?<!my)(?<!gre)(?<!no)sql(?!ite|alchemy|x)", re.IGNORECASE)
_QUERY_NAME = re.compile(r"query|stmt|statement", re.IGNORECASE)

_SQL_CALLS_WORDS = """
ExecContext MustExec NamedExec NamedQuery PrepareContext PrepareNamed QueryContext QueryRow
QueryRowContext QueryRowx Queryx SQL $executeRawUnsafe $queryRawUnsafe batchUpdate count_by_sql
createNativeQuery createSQLQuery exec_delete exec_query exec_update execute executeLargeUpdate
executeQuery executeSql executeUpdate executemany executescript fetchrow fetchval find_by_sql
mogrify nativeQuery prepareCall prepareStatement queryForList queryForMap queryForObject
queryForRowSet read_sql read_sql_query select_all select_one select_rows select_value
select_values sql
"""
_SQL_CALLS = frozenset(_SQL_CALLS_WORDS.split())
_MAYBE_SQL_CALLS_WORDS = """
DDL Exec Get Prepare Query Raw Select all any createQuery each exec fetch fetchAll get
literal_column many none one oneOrNone prepare query raw run text
"""
_MAYBE_SQL_CALLS = frozenset(_MAYBE_SQL_CALLS_WORDS.split())
_PYTHON_RE = re.compile(
    r"(?:(?:re|regex|re2)\.(?:compile|find(?:all|iter)|(?:full)?match|search|split|subn?)|re_path)\Z"
)
_GO_RE = re.compile(r"regexp\.(?:(?:Must)?Compile(?:POSIX)?|Match(?:String)?)\Z")
_JAVA_STRING_RE = frozenset({"matches", "replaceAll", "replaceFirst"})
_JSON_CALLS = re.compile(
    r"(?:\w*json\.(?:loads|decode|Unmarshal|Valid|RawMessage|parse)|JSON5?\.(?:parse!?|load)"
    r"|(?:\w+\.)?(?:readValue|readTree|fromJson|parseString)|JSONObject|JSONArray|Oj\.load"
    r"|MultiJson\.load|ActiveSupport::JSON\.decode)\Z"
)
_OBJECT = re.compile(r'\s*\{\{?\s*\\?"(?:[^"\\\n]|\\[^"])*\\?"\s*:')
_ARRAY_OF_OBJECTS = re.compile(r'\s*\[\s*\{\{?\s*\\?"(?:[^"\\\n]|\\[^"])*\\?"\s*:')
_ARRAY = re.compile(r'\s*\[\s*(?:"[^"\n]*"|-?\d[\d.]*|true|false|null)\s*[,\]]')


def language_of_literal(literal: Literal, language: str) -> str | None:
    """What it holds, in a file (or region) of `language`; None for nothing in particular."""
    if literal.opener == "/" or literal.opener.startswith("%r"):
        return "regex"
    if literal.opener.startswith(("<<", "%x")) or (language == "ruby" and literal.opener == "`"):
        if named := _by_opener(literal.opener):
            return named
    elif marked := _by_mark(literal, language) or literal_signs.by_prefix(literal.opener, language):
        return marked
    if language in JAVASCRIPTS and literal_signs.is_html_sink(literal.call):
        return "html"
    name, argument = _callee(literal, language)
    if _is_regex(name, argument, language) or literal_signs.is_regex(name, argument):
        return "regex"
    if _is_json(literal, name, argument):
        return "json"
    content = literal.content.replace("\\n", " ").replace("\\t", " ").replace("\\\n", " ")
    return "sql" if is_sql(content, _sql_hint(literal, name, language)) else None


def _by_opener(opener: str) -> str | None:
    """Ruby's shell commands, and its and PHP's heredocs named after what they hold."""
    if not opener.startswith("<<"):
        return "shellscript"
    found = _HEREDOC.match(opener)
    name = normalise(found.group(1)) if found else None
    return name if name in KNOWN and name != "plaintext" else None


def _by_mark(literal: Literal, language: str) -> str | None:
    """A tag of a template string, or a comment."""
    if (
        literal.opener == "`"
        and language in JAVASCRIPTS
        and (tag := _TAG.search(literal.before[-_NAME_CHARS:]))
    ):
        name = tag.group(1).partition("(")[0]
        if name == "styled" or name.startswith("styled."):
            return "css"
        return _TAGS.get(name.rpartition(".")[2])
    if _SQL_MARK.match(literal.content):
        return "sql"
    text = literal.before.rstrip()
    if text.endswith("*/"):
        found = _BLOCK_MARK.search(text[-_MARK_CHARS:])
    else:
        found = _LINE_MARK.search("\n".join(literal.before.rsplit("\n", 2)[-2:]))
    if found is None:
        return None
    named = normalise(next(filter(None, found.groups())))
    return named if named in KNOWN and named != "plaintext" else None


def _callee(literal: Literal, language: str) -> tuple[str, int]:
    """The function that the literal is given to, as far as its name is written; and as which
    argument."""
    text = _WRAPPER.sub("", literal.call).rstrip()
    if text.endswith(("(", ",")):
        paren = text.rfind("(")
        if text[paren + 1 : paren + 2] == ")":  # ctx()
            paren = text.rfind("(", 0, paren)
        arguments = text[paren + 1 :].replace("()", "")
        n_before = arguments.count(",")
        if paren < 0 or n_before > _MAX_ARGUMENTS_BEFORE or _NOT_PLAIN.search(arguments):
            return "", 0
        found = _FUNCTION.search(text[max(0, paren - _NAME_CHARS) : paren])
        return (re.sub(r"\s+", "", found.group(1)), n_before) if found else ("", 0)
    if language == "ruby" and (found := _RUBY_CALL.search(literal.call[-_NAME_CHARS:])):
        return found.group(1), 0
    return "", 0


def _variable(literal: Literal) -> str:
    """What the literal is assigned to: a variable, a key, an argument by name."""
    text = literal.call[-_NAME_CHARS:]
    if not text.rstrip().endswith(("=", "(", ":", "<<")):
        return ""
    found = _ASSIGNS.search(text)
    name = _VARIABLE.search(text[: found.start()]) if found else None
    return name.group(1) if name else ""


def _is_regex(name: str, argument: int, language: str) -> bool:
    if not name or argument:
        return False
    if language == "python":
        return _PYTHON_RE.match(name) is not None
    if language == "go":
        return _GO_RE.match(name) is not None
    if language == "java":
        return name.rpartition(".")[2] in _JAVA_STRING_RE or name in (
            "Pattern.compile",
            "Pattern.matches",
        )
    if language == "ruby":
        return name in ("Regexp.new", "Regexp.compile")
    return name in ("RegExp", "newRegExp", "window.RegExp")


def _is_json(literal: Literal, name: str, argument: int) -> bool:
    content = literal.content
    if name and not argument and _JSON_CALLS.search(name):
        return not content.strip() or content.lstrip()[0] in '{["\\'
    if _OBJECT.match(content) or _ARRAY_OF_OBJECTS.match(content):
        return True
    is_raw = literal.opener.endswith(("`", '"""', "'''")) or literal.opener.startswith("<<")
    return is_raw and _ARRAY.match(content) is not None


def _sql_hint(literal: Literal, name: str, language: str) -> Hint:
    function = re.split(r"[.:]", name)[-1]
    if hint := literal_signs.sql_hint(function, _variable(literal), language):
        return hint
    if function in _SQL_CALLS:
        return Hint.SURE
    if function in _MAYBE_SQL_CALLS:
        return Hint.MAYBE
    variable = _variable(literal)
    if _SQL_NAME.search(variable):
        return Hint.SURE
    return Hint.MAYBE if _QUERY_NAME.search(variable) else Hint.NONE
