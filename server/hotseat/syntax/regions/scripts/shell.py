"""Regions of shell scripts: heredocs, and the scripts that are arguments of a command.

Owns as much of the shell's quoting as shows which string or heredoc is open at the cursor. Which
language a command takes is `shell_commands`' business. Works from text, for a script mostly is part
of another file.
"""

from __future__ import annotations

import re

from hotseat.syntax.regions.place import Found, Place
from hotseat.syntax.regions.quoted_patterns import end_of_closed
from hotseat.syntax.regions.scripts.shell_commands import (
    Command,
    language_of_argument,
    language_of_heredoc,
)

_TEXT_CHARS = 8_000
_IN_CALL = r"(?:[^()\"']++|'[^']*+'|\"(?:[^\"\\]++|\\.)*+\"|\([^()]*+\))*+"
_DOUBLE = rf"\"(?:[^\"\\$]++|\\.|\$\({_IN_CALL}\)|\$(?!\({_IN_CALL}\)))*+\""
_WHOLE = re.compile(
    r"(?:[^\\\"'#<$]++|\\.|(?<![^\s;&|(){}`])\#[^\n]*+\n|(?<=[^\s;&|(){}`])\#"
    rf"|\$'(?:[^'\\]++|\\.)*+'|\$(?!')|'[^']*+'|{_DOUBLE}|<<<|<(?!<)"
    r"|<<(?!<|-?[ \t]*[\"'\\]?[A-Za-z_]))*+",
    re.DOTALL,
)
"""Code in which every string and comment is closed, and no heredoc begins."""
_HEREDOC = re.compile(r"<<-?[ \t]*(?P<quote>[\"'\\]?)(?P<name>[A-Za-z_]\w*)[\"']?")
_UNTIL_CALL = re.compile(rf"\"(?:[^\"\\$]++|\\.|\$\({_IN_CALL}\)|\$(?!\())*+\$\(", re.DOTALL)
"""A string up to the first `$(` in it that is not closed."""
_CALL_OF_LINE = re.compile(
    rf"(?:[^\"'\\]++|\\.|'[^']*+'|\"(?:[^\"\\$]++|\\.|\$\({_IN_CALL}\)|\$(?!\())*+\")*+"
    rf"\"(?:[^\"\\$]++|\\.|\$\({_IN_CALL}\)|\$(?!\())*+\$\((?!\()"
    r"(?P<code>(?:[^()\"']++|'[^']*+'|\"(?:[^\"\\]++|\\.)*+\"|\([^()]*+\))*+(?:[\"'(][^)]*+)?)\Z"
)
"""A line that ends in an open call in a string: what is in the call may have quotes."""
_OPEN_VARIABLE = re.compile(r"\$(?:\{[^{}\n]*|\([^()\n]*|\w*)\Z")
_TEST = re.compile(r"\[\[\s[^\n]*=~\s+((?:[^\s\"'$\\]|\\.|\$(?![\w{(]))*\\?)\Z")
"""The regular expression of bash's `[[ a =~ b ]]`, without quotes."""
_MAX_LINES = 30
_MAX_DEPTH = 3
_CONTENT_CHARS = 200


def look(place: Place, language: str) -> Found | None:
    """`language` is shellscript."""
    if (test := _TEST.search(place.line_before())) is not None:
        return Found(language="regex", text=test.group(1))
    line = place.line_before()
    if "$(" in line and (call := _CALL_OF_LINE.match(line)) is not None:
        text = call["code"]
    else:
        text = place.before(_TEXT_CHARS)
    if "<<" not in text and "'" not in text and '"' not in text:
        return None
    if len(text) == _TEXT_CHARS:
        text = text.partition("\n")[2]
    for _ in range(_MAX_DEPTH):
        at = end_of_closed(text, _WHOLE, _HEREDOC)
        if (call := _UNTIL_CALL.match(text, at)) is not None:
            text = text[call.end() :]  # that is code again
            continue
        if text.startswith("<<", at):
            return _in_heredoc(text, at, place)
        return _in_argument(text, at, place)
    return None


def _in_heredoc(text: str, at: int, place: Place) -> Found | None:
    start = _HEREDOC.match(text, at)
    line_end = text.find("\n", at)
    if start is None or line_end < 0:
        return None
    if (place.line_before() + place.line_after()).strip() == start["name"]:
        return None  # on its last line
    inside = text[line_end + 1 :]
    if not start["quote"] and _OPEN_VARIABLE.search(inside[-_CONTENT_CHARS:]):
        return None
    first_line = (inside + place.line_after()).partition("\n")[0]
    inner = language_of_heredoc(
        Command.read(_segment(text, at)), text[start.end() : line_end], start["name"], first_line
    )
    return Found(language=inner, text=inside) if inner else None


def _in_argument(text: str, at: int, place: Place) -> Found | None:
    quote = text[at : at + 1]
    if quote not in ("'", '"') or not quote:
        return None
    inside = text[at + 1 :]
    if quote == '"' and _OPEN_VARIABLE.search(inside[-_CONTENT_CHARS:]):
        return None
    content = (inside + place.after(_CONTENT_CHARS))[:_CONTENT_CHARS]
    inner = language_of_argument(Command.read(_segment(text, at)), quote, content)
    return Found(language=inner, text=inside) if inner else None


def _segment(text: str, at: int) -> str:
    """The text before `at`, from the beginning of a line on that the command may begin in."""
    start = at
    for _ in range(_MAX_LINES):
        start = text.rfind("\n", 0, max(0, start - 1)) + 1
        is_whole = end_of_closed(text[start:at], _WHOLE, _HEREDOC) == at - start
        if start == 0 or (is_whole and not text[:start].endswith(("\\\n", "|\n", "&&\n"))):
            break
    return text[start:at]
