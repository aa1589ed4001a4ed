"""What a string literal holds: SQL, JSON, a regular expression, HTML.

Owns the signs: a tag or a comment before it, the function it is given to, the variable, its own
text. Knows nothing of how the literal was found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from hotseat.languages.profile import words
from hotseat.languages.profiles import profile_of
from hotseat.syntax.regions import literal_signs, marks
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
_QUERY_NAME = re.compile(r"query|stmt|statement", re.IGNORECASE)
_RECEIVER = re.compile(r"[.:?!]+(?=\w)")
_QUERY_CALLS = words("createquery prepare query query_as query_scalar query_with raw")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NO_SQL_WORDS = words("mssql mysql nosql pgsql plsql postgresql psql")
_QUERY_WORDS = words("queries query statement statements stmt")
_ABOUT_SQL_WORDS = words("""
account adapter addr address args backend cfg charset class client collation config conn connection
database db delimiter description dialect dir directory dirs doc docs driver enabled encoding
endpoint engine env err error errors ext extension file filename files flag folder format hash help
host id ids instance key keys label lang language level log logger message mode module msg name
names options package params password path paths port prefix provider region role schema separator
server service settings sku socket state status suffix tier timeout title type types uri url user
username version
""")
"""Last words of names: what is assigned to `sql_dir` is no SQL."""
_CONNECTIONS = re.compile(
    r"(?:\w*(?:cursor|connection|conn|database|session|engine|transaction|pool|client|statement|stmt|jdbc"
    r"|jdbctemplate|sqlite|postgres|mysql|mariadb|duckdb|sequelize|prisma|adapter|(?:^|_)(?:base|con|cur"
    r"|curs|db|dbh|em|op|orm|pg|sess|sql|trans|trx|tx|txn))|c|cls|db\w*|h|plpy|self|super|this|knex)\d*\Z",
    re.IGNORECASE,
)
"""Objects whose method `execute` takes SQL."""

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
DDL Exec Get Prepare Query Raw Select all any copy_in_raw createQuery each exec fetch fetchAll get
describe fetch_all fetch_many fetch_one fetch_optional
literal_column many none one oneOrNone prepare query query_as query_scalar query_with raw run text
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
_ARRAY = re.compile(
    r'(?!\s*\[[^\[\]{}"\n]*\][^\S\n]*[^\s\]\},])\s*\[\s*(?:"[^"\n]*"|-?\d[\d.]*|true|false|null)\s*[,\]]'
)
_JAVASCRIPT_CALLS = re.compile(
    r"(?:(?:^|\.)(?:execute_(?:async_)?script|(?-i:[eE]xecute(?:Async)?Script)|evaluate_js|eval_js|run_js"
    r"|evaluate_script|evaluateJavascript|evaluateJavaScript|add_init_script|addInitScript)"
    r"|(?:browser|driver|element|frame|locator|page|tab|webview|window)\w*\."
    r"evaluate(?:_handle|Handle|_all|All)?)\Z",
    re.IGNORECASE,
)
_NODE_SHELL = re.compile(r"(?:child_process\.|cp\.)?execSync\Z|(?:child_process|cp)\.exec\Z")
_SHELL_CALLS = {
    "python": re.compile(
        r"(?:os\.(?:system|popen)|subprocess\.(?:run|call|check_call|check_output|Popen|getoutput"
        r"|getstatusoutput)|(?:asyncio\.)?create_subprocess_shell)\Z"
    ),
    "ruby": re.compile(r"(?:(?:Kernel\.)?system|IO\.popen|Open3\.(?:capture\w+|popen\w+))\Z"),
    **dict.fromkeys(JAVASCRIPTS, _NODE_SHELL),
}
_GO_SHELL = re.compile(
    r"exec\.Command(?:Context)?\(\s*(?:\w+,\s*)?\"(?:/bin/)?(?:ba|z|da|)sh\",\s*\"-\w*c\",\s*\Z"
)
_JINJA_CALLS = re.compile(
    r"(?:render_template_string|(?:jinja2\.)?Template|(?:\w+\.)*from_string)\Z"
)
_GRAPHQL = re.compile(
    r"\s*(?:#[^\n]*\n\s*){0,5}(?:(?:query|mutation|subscription)(?:\s+\w+)?\s*"
    r"(?:\(\s*\$\w|(?:@\w+\s*)?\{)|fragment\s+\w+\s+on\s+\w+\s*\{)"
)
"""What cannot be anything else."""
_GRAPHQL_CALLS = re.compile(
    r"(?:\b|_)(?:gql|graphql(?:_sync|Sync)?|build_?[sS]chema|(?:graphql|gql)\w*[.:]+\w+)\Z",
    re.IGNORECASE,
)
_GRAPHQL_BEGUN = re.compile(
    r"\s*(?:#[^\n]*\n\s*){0,5}(?:\Z|\{|#|\"\"\"|[a-z]+\Z|(?:query|mutation|subscription|fragment|type|input"
    r"|interface|enum|union|scalar|schema|extend|directive)\b)"
)


def language_of_literal(literal: Literal, language: str) -> str | None:
    """What it holds, in a file (or region) of `language`; None for nothing in particular."""
    if literal.opener == "/" or literal.opener.startswith("%r"):
        return "regex"
    if literal.opener.startswith("%x") or (language == "ruby" and literal.opener == "`"):
        return "shellscript"
    if literal.opener.startswith("<<"):
        if named := marks.by_heredoc(literal.opener):
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
    if _is_graphql(literal.content, name):
        return "graphql"
    if name and not argument and (called := _by_call(name, literal.content, language)):
        return called
    if language == "go" and _GO_SHELL.search(literal.before):
        return "shellscript"
    shell = _shell_call(language)
    if shell is not None and shell.search(literal.call[-_NAME_CHARS:]):
        return "shellscript"
    content = literal.content.replace("\\n", "\n").replace("\\t", " ").replace("\\\n", " ")
    return "sql" if is_sql(content, _sql_hint(literal, name, language)) else None


@cache
def _shell_call(language: str) -> re.Pattern[str] | None:
    pattern = profile_of(language).strings.shell_call
    return re.compile(pattern) if pattern else None


def _by_mark(literal: Literal, language: str) -> str | None:
    if literal.opener == "`" and language in JAVASCRIPTS:
        found = marks.by_tag(literal.before) or marks.by_place_in_component(
            literal.before, literal.content
        )
        if found is not None:
            return found
    return marks.by_comment(literal.before, literal.content)


def _callee(literal: Literal, language: str) -> tuple[str, int]:
    """The function that the literal is given to, as far as its name is written; and as which
    argument."""
    text = literal.call.rstrip()
    if text.endswith("*/"):
        text = text[: max(0, text.rfind("/*"))]
    text = _WRAPPER.sub("", text).rstrip()
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


def _by_call(name: str, content: str, language: str) -> str | None:
    """What functions take of which a name is enough."""
    if _JAVASCRIPT_CALLS.search(name):
        return "javascript"
    if (pattern := _SHELL_CALLS.get(language)) is not None and pattern.match(name):
        return "shellscript"
    if language == "python" and _JINJA_CALLS.match(name):
        is_jinja = name == "render_template_string" or "{{" in content or "{%" in content
        return "jinja" if is_jinja else None
    if language == "go" and name.endswith("Parse") and content.lstrip()[:2].startswith(("<", "{{")):
        return "gotmpl"
    return None


def _is_graphql(content: str, name: str) -> bool:
    if _GRAPHQL.match(content):
        return True
    return bool(name and _GRAPHQL_CALLS.search(name) and _GRAPHQL_BEGUN.match(content))


def _sql_hint(literal: Literal, name: str, language: str) -> Hint:
    receiver, _, function = _RECEIVER.sub(".", name).rpartition(".")
    is_connection = _CONNECTIONS.match(receiver.rpartition(".")[2]) is not None
    function = function.rstrip("!?")
    if hint := literal_signs.sql_hint(function, _variable(literal), language):
        return hint
    if function == "execute" and receiver and not is_connection:
        return Hint.MAYBE
    if function in _SQL_CALLS:
        return Hint.SURE
    if function in _MAYBE_SQL_CALLS:
        return Hint.LIKELY if is_connection or function.lower() in _QUERY_CALLS else Hint.MAYBE
    return _hint_of_name(_variable(literal).rpartition(".")[2])


def _hint_of_name(variable: str) -> Hint:
    """What the words of a variable's name show: `insertUserSQL`, `create_query`."""
    parts = [word.lower() for word in _WORDS.findall(variable)]
    if not parts or parts[-1] in _ABOUT_SQL_WORDS:
        return Hint.NONE
    for word in parts:
        if word == "sql" or (word.endswith("sql") and word not in _NO_SQL_WORDS):
            return Hint.SURE
        if word.startswith("sql") and word[3:] in _QUERY_WORDS | {"str", "string", "text"}:
            return Hint.SURE
    return Hint.MAYBE if _QUERY_NAME.search(variable) else Hint.NONE
