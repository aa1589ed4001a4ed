"""How further languages write strings and comments: PHP, Rust, C#, Kotlin, Scala, Swift, Dart.

Owns one pattern of whole code for each, as `quoted` uses them: where it ends, a string is open. No
part gives back what it took. Code in a string (`${}`, `\\(…)`) may hold strings of one level.
"""

from __future__ import annotations

import re

_BLOCK_COMMENT = r"/\*(?:[^*]++|\*(?!/))*+\*/"
_LINE_COMMENT = r"//[^\n]*+\n"
_SLASH = r"/(?![/*])"
_SINGLE = r"'(?:[^'\\\n]++|\\.)*+['\n]"
_CHARACTER = r"'(?:[^'\\\n]|\\[^\n][^'\n]{0,8}+)'|'(?!(?:[^'\\\n]|\\[^\n][^'\n]{0,8}+)')"
"""One character; else a quote alone, as of a lifetime or a symbol."""
_BRACES = r"\{(?:[^{}\"]++|\"(?:[^\"\\\n]++|\\.)*+\")*+\}"
_PARENS = r"\((?:[^()\"]++|\"(?:[^\"\\\n]++|\\.)*+\"|\([^()]*+\))*+\)"
_TRIPLE = r'"""(?:[^"]++|"(?!""))*+"""+'
_ONE_DOUBLE = r'(?!""(?:"|\Z))"(?:[^"\\\n]++|\\.)*+["\n]|""\Z'


def _with_braces(quote: str) -> str:
    """A string of one line that may hold `${…}`."""
    return (
        rf"(?!{quote}{quote}(?:{quote}|\Z))"
        rf"{quote}(?:[^{quote}\\\n$]++|\\.|\${_BRACES}|\$(?!{_BRACES}))*+[{quote}\n]"
        rf"|{quote}{quote}\Z"
    )


def _whole(*parts: str) -> re.Pattern[str]:
    comments = (_LINE_COMMENT, _BLOCK_COMMENT, _SLASH)
    return re.compile(rf"(?:{'|'.join((*parts, *comments))})*+", re.DOTALL)


WHOLE: dict[str, re.Pattern[str]] = {
    "php": _whole(
        r"[^\"'`/#<]++",
        r"#(?!\[)[^\n]*+\n|#\[",
        r"<(?!<<[ \t]*+[\"']?[A-Za-z_])",
        r'"(?:[^"\\]++|\\.)*+"',
        r"'(?:[^'\\]++|\\.)*+'",
        r"`[^`]*+`",
    ),
    "rust": _whole(
        r"[^\"'/r]++",
        r'r"[^"]*+"|r#"(?:[^"]++|"(?!#))*+"#|r##"(?:[^"]++|"(?!##))*+"##',
        r'r(?!#*+")',
        r'"(?:[^"\\]++|\\.)*+"',
        _CHARACTER,
    ),
    "csharp": _whole(
        r"[^\"'/@$]++",
        r'(?:@\$?|\$@)"(?:[^"]++|"")*+"(?!")',
        r'\$*+"""(?:[^"]++|"(?!""))*+"""+',
        rf'\$(?!"")"(?:[^"\\\n{{]++|\\.|\{{\{{|{_BRACES}|\{{(?!{_BRACES}))*+["\n]|\$?""(?!")',
        r'@(?!\$?")|\$(?!@?"|\$)',
        _ONE_DOUBLE,
        _CHARACTER,
    ),
    "kotlin": _whole(r"[^\"'/]++", _TRIPLE, _with_braces('"'), _CHARACTER),
    "scala": _whole(r"[^\"'/]++", _TRIPLE, _with_braces('"'), _CHARACTER),
    "swift": _whole(
        r"[^\"/#]++",
        r'#"(?:[^"]++|"(?!#))*+"#|##"(?:[^"]++|"(?!##))*+"##',
        r'#(?!#*+")',
        _TRIPLE,
        rf'(?!""(?:"|\Z))"(?:[^"\\\n]++|\\{_PARENS}|\\.)*+["\n]|""\Z',
    ),
    "dart": _whole(
        r"[^\"'/]++",
        _TRIPLE,
        r"'''(?:[^']++|'(?!''))*+'''",
        _with_braces('"'),
        _with_braces("'"),
    ),
}
PHP_HEREDOC = re.compile(r"<<<[ \t]*[\"']?(?P<name>[A-Za-z_]\w*)[\"']?\n")
HEREDOCS: dict[str, re.Pattern[str]] = {"php": PHP_HEREDOC}
OPENERS: dict[str, re.Pattern[str]] = {
    "php": re.compile(r"<<<[ \t]*[\"']?\w+[\"']?|[\"'`]"),
    "rust": re.compile(r"r#*\"|\""),
    "csharp": re.compile(r"\$*\"\"\"+|(?:@\$?|\$@|\$)?\""),
    "kotlin": re.compile(r'"""|"'),
    "scala": re.compile(r'"""|"'),
    "swift": re.compile(r'#+"|"""|"'),
    "dart": re.compile(r"\"\"\"|'''|[\"']"),
}
PREFIXES: dict[str, re.Pattern[str]] = {
    "scala": re.compile(r"(?<![\w.])[A-Za-z]\w{0,11}\Z"),
    "dart": re.compile(r"(?<!\w)r\Z"),
    "rust": re.compile(r"(?<!\w)[bc]\Z"),
}
"""Letters before the quotes."""
MANY_LINES: dict[str, tuple[str, ...]] = {
    "kotlin": ('"""',),
    "scala": ('"""',),
    "swift": ('"""',),
    "csharp": ('"""',),
    "dart": ('"""', "'''"),
}
"""Quotes of strings of many lines: a text that was cut may have begun inside of one."""
OPEN_CODE: dict[str, re.Pattern[str]] = {
    "php": re.compile(r"\{\$[^{}]*\Z|\$\w*\Z"),
    "csharp": re.compile(r"(?<!\{)(?:\{\{)*\{(?!\{)[^{}\n]*\Z"),
    "kotlin": re.compile(r"\$\{[^{}]*\Z"),
    "scala": re.compile(r"\$\{[^{}]*\Z"),
    "dart": re.compile(r"\$\{[^{}]*\Z"),
    "swift": re.compile(r"\\#*\((?:[^()\n]|\([^()\n]*\))*\Z"),
}
"""Code of the host in a string, that is open at its end."""
SPANS_LINES: frozenset[str] = frozenset({"php", "rust"})
"""Languages whose `\"` and `'` may span lines."""


def end_of_closed(
    text: str, whole: re.Pattern[str], heredoc: re.Pattern[str] | None, at: int = 0
) -> int:
    """Where the part of `text` from `at` on ends whose strings, comments and heredocs are closed.

    A heredoc's end depends on its name. It is not part of `whole`, because Python's `re` fails with
    a SystemError for some texts if a possessive repeat holds a group.
    """
    while True:
        found = whole.match(text, at)
        at = found.end() if found else at
        start = heredoc.match(text, at) if heredoc else None
        line_end = text.find("\n", at) if start else -1
        if start is None or line_end < 0:
            return at
        end = re.compile(rf"^[ \t]*{start['name']}\b", re.MULTILINE).search(text, line_end + 1)
        if end is None:
            return at
        at = end.end()


def is_open_code(inside: str, opener: str, language: str) -> bool:
    """Whether the content of a string ends within code of its host."""
    pattern = OPEN_CODE.get(language)
    if pattern is None:
        return False
    if (language == "csharp" and "$" not in opener) or (language == "php" and "'" in opener):
        return False
    if language == "scala" and not opener[:1].isalpha():
        return False
    return pattern.search(inside[-300:]) is not None


def closer_of(opener: str) -> str:
    """What ends the string that `opener` begins."""
    found = re.search(r"(#*)(\"+|'+|`)\Z", opener)
    return found.group(2) + found.group(1) if found else opener
