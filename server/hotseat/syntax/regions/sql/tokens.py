"""SQL as a line of tokens, in which its kinds of strings, names and placeholders are one sign each.

Owns how the dialects and the hosts write them, so that a shape of a statement need not know.
"""

from __future__ import annotations

import re

HARD = "~"
"""A name that is no plain word: quoted, qualified, with `_`, a digit or a placeholder in it."""
VALUE = "'"
"""A string: in quotes, or between dollars."""
NUMBER = "#"
HOLE = "?"
"""A placeholder of SQL, or code of the host, as a whole word."""
WORD = "x"
"""What code of the host is in a text where it may as well be a word of a sentence."""
VARIABLE = "@"
"""T-SQL's and MySQL's: `@a`, `@@version`."""
SIGNS = HARD + VALUE + NUMBER + HOLE + VARIABLE
_SETTINGS = frozenset({"client_encoding", "identity_insert", "search_path"})
"""Names that a shape names."""

# No alternative gives back what it took, so that a long text takes linear time.
_TOKEN = re.compile(
    r"""
    (?P<comment>--[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z))
    |(?P<string>(?<!\w)(?:[nN]|[eE]|[xX]|[bB]|_\w+)?'(?:[^'\\]++|''|\\.)*+(?:'|\Z)
        |\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z))
    |(?P<name>(?:
        \\?"(?:[^"\\\n]++|"")*+(?:\\?"|\Z) | `[^`\n]*+(?:`|\Z) | \[\w[\w $-]*+\]
        | \$\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\} | \#?\{[^{}\n]*+\}
        | %\(\w*\)[a-z]
        | %[-0]?\d*\$?[a-zA-Z](?![a-zA-Z]) | <\w+> | @@?\w+ | @(?=\$?\{)
        | \$\w+ | (?<!:):(?!:)\w+
        | (?:\#\#?)?[A-Za-z_][\w$]*+ | \?\d*+ | \.(?=[\w"`\[\\${%*?@])
      )++)
    |(?P<number>\d[\d.]*+(?:[eE][-+]?\d++)?\w*+)
    |(?P<mark>::|<=>|<=|>=|<>|!=|\|\||\?\||->>?|:=|[^\s])
    """,
    re.VERBOSE | re.DOTALL,
)
_HOLE = re.compile(
    r"(?:\$\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}|\#?\{[^{}]*+\}"
    r"|%\(\w*\)[a-z]|%[-0]?\d*\$?[a-zA-Z]|<\w+>|@|\$\w+|:\w+|\?\d*+)++\Z"
)
_PLAIN = re.compile(r"[A-Za-z]+")
_OF_HOST = re.compile(
    r"(?:\$\{.*\}|\#?\{.*\}|%\(\w*\)[a-z]|%[-0]?\d*\$?[a-zA-Z]|<\w+>)\Z", re.DOTALL
)
MAX_TOKENS = 240


def tokens(text: str, *, host_is_word: bool = False) -> str:
    """Return the tokens of `text` in lower case, a space between any two.

    Signs stand for what is no plain word (above). A word keeps the bracket that follows it without
    a space, as that of a function: `count(`. Comments are left out. With `host_is_word`, code of
    the host between words is a word: "copy {a} to {b}".
    """
    found: list[str] = []
    end = -1
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match.group()
        if match["comment"] is not None:
            continue
        if match["string"] is not None:
            token = VALUE
        elif kind == "number":
            token = NUMBER
        elif kind == "name":
            token = _name(token, host_is_word=host_is_word)
        elif token == VALUE:
            token = "’"  # of a word: don't
        if token == "(" and end == match.start() and found and found[-1][-1:] not in "(,=":
            found[-1] += "("
        else:
            found.append(token)
        end = match.end()
        if len(found) == MAX_TOKENS:
            break
    return " ".join(found)


def _name(token: str, *, host_is_word: bool) -> str:
    if _PLAIN.fullmatch(token):
        return token.lower()
    if token[0] == "@":
        return VARIABLE
    if token.lower() in _SETTINGS:
        return token.lower()
    if host_is_word and _OF_HOST.match(token):
        return WORD
    return HOLE if _HOLE.match(token) else HARD
