"""From the text of a template to text and tokens of actions.

Raises TemplateError. `{{-` and `-}}` trim white space, as in Go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hotseat.embedded.templates.nodes import TemplateError

_BLANKS = " \t\r\n"
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
    |(?P<char>'(?:[^'\\\n]|\\.)+')
    |(?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9][0-9_]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?))
    |(?P<declare>:=)
    |(?P<field>\.[^\W\d]\w*)
    |(?P<variable>\$\w*)
    |(?P<word>[^\W\d]\w*)
    |(?P<mark>[.|(),=])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is a group of the pattern, `verbatim` for text outside actions, or `end`."""

    kind: str
    text: str
    line: int
    after_space: bool = False


def tokens(template: str) -> Iterator[list[Token]]:
    """Yield a list for each part of the template: one `verbatim` token, or an action's tokens."""
    at, line = 0, 1
    trim_next = False
    while at <= len(template):
        start = template.find("{{", at)
        text = template[at:] if start < 0 else template[at:start]
        is_trimmed = start >= 0 and _trims_left(template, start)
        shown = text.lstrip(_BLANKS) if trim_next else text
        shown = shown.rstrip(_BLANKS) if is_trimmed else shown
        if shown:
            yield [Token("verbatim", shown, line)]
        if start < 0:
            return
        line += text.count("\n")
        inside = start + (3 if is_trimmed else 2)
        if template.startswith("/*", inside + (1 if is_trimmed else 0)):
            at, trim_next = _after_comment(template, inside, line)
        else:
            action, at, trim_next = _action(template, inside, line)
            yield action
        line += template.count("\n", start, at)


def _trims_left(template: str, start: int) -> bool:
    return template[start + 2 : start + 3] == "-" and template[start + 3 : start + 4] in _SPACES


_SPACES = tuple(_BLANKS)


def _after_comment(template: str, inside: int, line: int) -> tuple[int, bool]:
    end = template.find("*/", inside + 2)
    if end < 0:
        raise TemplateError(f"template: :{line}: unclosed comment")
    rest = end + 2
    if template.startswith("}}", rest):
        return rest + 2, False
    if template[rest : rest + 1] in _SPACES and template.startswith("-}}", rest + 1):
        return rest + 4, True
    raise TemplateError(f"template: :{line}: comment ends before closing delimiter")


def _action(template: str, at: int, line: int) -> tuple[list[Token], int, bool]:
    """Return the tokens of the action that begins at `at`, the offset after it, and whether it
    trims what follows."""
    found: list[Token] = []
    after_space = False
    while True:
        if template.startswith("}}", at):
            return found, at + 2, False
        if after_space and template.startswith("-}}", at):
            return found, at + 3, True
        match = _TOKEN.match(template, at)
        if match is None:
            raise TemplateError(f"template: :{line}: {_fault(template, at)}")
        kind = str(match.lastgroup)
        if kind != "space":
            found.append(Token(kind, match[0], line, after_space))
        line += match[0].count("\n")
        after_space = kind == "space"
        at = match.end()


def _fault(template: str, at: int) -> str:
    if at >= len(template):
        return "unclosed action"
    if template[at] in "\"'`":
        return {'"': "unterminated quoted string", "'": "unterminated character constant"}.get(
            template[at], "unterminated raw quoted string"
        )
    return f"bad character U+{ord(template[at]):04X} {template[at]!r}"


def unquoted(text: str) -> str:
    """Return the value of a quoted text. Raises TemplateError for an escape that Go does not
    know."""
    if text.startswith("`"):
        return text[1:-1].replace("\r", "")
    body = re.sub(r"\\([0-7]{3})", lambda m: f"\\u{int(m[1], 8):04x}", text[1:-1])
    body = re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", body)
    body = body.replace("\\a", "\\u0007").replace("\\v", "\\u000b").replace("\\'", "'")
    try:
        return str(json.loads(f'"{body}"', strict=False))
    except ValueError:
        raise TemplateError(f"template: invalid syntax in {text}") from None
