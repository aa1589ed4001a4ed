"""What names the language of a string literal: a tag, a comment, an annotation, a heredoc's name.

Owns how these are written. Whether the text looks like the language does not matter.
"""

from __future__ import annotations

import re

from hotseat.languages.detect import normalise
from hotseat.languages.tables import KNOWN

TAG_CHARS = 1_000
"""Of text before a template string whose tag has arguments: `styled.a.attrs({…})`."""
_MAX_NAMES = 12
_OPENS = {")": "([{", ">": "([{<"}
_CLOSES = {")": ")]}", ">": ")]}>"}
_TAGS = {
    "$": "shellscript",
    "$executeRaw": "sql",
    "$queryRaw": "sql",
    "SQL": "sql",
    "bash": "shellscript",
    "createGlobalStyle": "css",
    "css": "css",
    "frag": "glsl",
    "glsl": "glsl",
    "gql": "graphql",
    "graphql": "graphql",
    "html": "html",
    "injectGlobal": "css",
    "json": "json",
    "keyframes": "css",
    "markdown": "markdown",
    "md": "markdown",
    "sh": "shellscript",
    "sql": "sql",
    "svg": "html",
    "vert": "glsl",
    "yaml": "yaml",
}
_BLOCK_MARK = re.compile(r"/\*\s*(?:lang(?:uage)?\s*=\s*)?([\w+#-]+)(?:,\w+)?\s*\*/\s*\Z")
_LINE_MARK = re.compile(
    r"(?:[^\n#]*[(\[{,=+])?[ \t]*(?:#|//|--)[ \t]*"
    r"(?:lang(?:uage)?[ \t]*=[ \t]*([\w+#-]+)[^\n]*|(sql|SQL|html|json|css)[ \t]*)\n"
    r"[^\n;\"'`]*\Z"
)
"""In a line of its own, or after what goes on in the next; it counts for the first string there."""
_DECLARATION_MARK = re.compile(
    r"(?:/\*\s*lang(?:uage)?\s*=\s*([\w+#-]+)\s*\*/[^\S\n]*+\n?[^\n;\"'`]*"
    r"|@(?:\w+:)?Language\(\s*(?:value\s*=\s*)?\"([\w+#-]+)\"[^)\n;]*\)[^;{\"'`]*(?:=\s*\{\s*)?)\Z"
)
"""Before the declaration of what the string is assigned to."""
_MARK_CHARS = 40
_SQL_MARK = re.compile(r"\s*(?:--\s*sql\b|/\*\s*sql\s*\*/)", re.IGNORECASE)
_HEREDOC = re.compile(r"<<<?[~-]?[ \t]*[\"'`]?(\w+)")
_STYLE = re.compile(r"(?:\bcss=\{|<style jsx(?: global)?>\{|\bstyles\s*:\s*\[?)\s*\Z")
_TEMPLATE = re.compile(r"\btemplate\s*:\s*\Z")


def by_heredoc(opener: str) -> str | None:
    """What the name of a heredoc means: `<<~SQL`."""
    found = _HEREDOC.match(opener)
    return _known(found.group(1)) if found else None


def by_tag(before: str) -> str | None:
    """What the tag of a JavaScript template string means: `sql<Row>`."""
    first, last = _tag(before)
    return "css" if first == "styled" else _TAGS.get(last)


def by_place_in_component(before: str, content: str) -> str | None:
    """The CSS and HTML of components in JavaScript, in template strings without a tag."""
    if _STYLE.search(before):
        return "css"
    if _TEMPLATE.search(before) and (content.lstrip()[:1] == "<" or "@Component" in before):
        return "html"
    return None


def by_comment(before: str, content: str) -> str | None:
    """What a comment or an annotation says that stands before a string, or begins it."""
    if _SQL_MARK.match(content):
        return "sql"
    text = before.rstrip()
    if text.endswith("*/"):
        found = _BLOCK_MARK.search(text[-_MARK_CHARS:])
    else:
        found = _LINE_MARK.match("\n".join(before.rsplit("\n", 2)[-2:]))
        if found is None and "ang" in before:
            found = _DECLARATION_MARK.search(before)
    return None if found is None else _known(next(filter(None, found.groups())))


def _known(name: str) -> str | None:
    named = normalise(name)
    return named if named in KNOWN and named != "plaintext" else None


def _tag(before: str) -> tuple[str, str]:
    """The first and the last name of `styled(A).attrs<P>(…)`, at whose end a string begins."""
    at, first, last = len(before), "", ""
    for _ in range(_MAX_NAMES):
        while at > 0 and before[at - 1] in _OPENS:
            at = _group_start(before, at)
        end = at
        while at > 0 and (before[at - 1].isalnum() or before[at - 1] in "_$"):
            at -= 1
        if at < 0 or at == end:
            break
        first = before[at:end]
        last = last or first
        while at > 0 and before[at - 1] in " \t":  # a dot at the end of a line ends a remark
            at -= 1
        if at == 0 or before[at - 1] != ".":
            return first, last
        at -= 1
        while at > 0 and (before[at - 1].isspace() or before[at - 1] == "?"):
            at -= 1
    return "", ""


def _group_start(text: str, at: int) -> int:
    """Where the bracket is opened that is closed before `at`; -1 if that is not seen."""
    opens, closes = _OPENS[text[at - 1]], _CLOSES[text[at - 1]]
    depth = 0
    i = at - 1
    while i >= 0:
        char = text[i]
        if char in closes and text[i - 1 : i + 1] != "=>":
            depth += 1
        elif char in opens:
            depth -= 1
            if depth == 0:
                return i
        elif char in "\"'`":
            i = text.rfind(char, 0, i)
            if i < 0:
                break
        i -= 1
    return -1
