"""Regions of SQL: the bodies of functions in other languages, between `$$` or `$name$`, and dbt's
tags.

Owns PostgreSQL's dollar quotes and the names of its procedural languages. PL/pgSQL counts as SQL.
"""

from __future__ import annotations

import re

from hotseat.languages.detect import normalise
from hotseat.languages.tables import KNOWN
from hotseat.syntax.regions import template_tags
from hotseat.syntax.regions.place import LOOK_AHEAD_CHARS, LOOK_BACK_CHARS, Found, Place

_LANGUAGES = {"pljs": "javascript", "plv8": "javascript"}
_OPENER = re.compile(
    r"\b(?:AS|DO(?:\s+LANGUAGE\s+[\"']?\w+[\"']?)?)\s*(?P<quote>\$(?:[A-Za-z_]\w*)?\$)\Z",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"\$(?:[A-Za-z_]\w*)?\$")
_LANGUAGE = re.compile(r"\bLANGUAGE\s+[\"']?(\w+)", re.IGNORECASE)
_STATEMENT_END = re.compile(r";[ \t]*(?:--[^\n]*)?\n|\bDO\b|\bCREATE\b", re.IGNORECASE)
_MARK_CHARS = 100
_HEAD_CHARS = 2_000
_QUOTE_CHARS = 4
"""At the end of a head: `AS $$`."""
_MAX_QUOTES = 80
_MAX_DOLLARS = 400


def look(place: Place, language: str) -> Found | None:
    """`language` is sql."""
    if (tag := template_tags.in_plain_text(place)) is not None:
        return tag
    text = place.before(LOOK_BACK_CHARS)
    if "$" not in text:
        return None
    start = _open_body(text)
    if start is None:
        return None
    opener, start_of_body = start
    head = text[max(0, opener.start() - _HEAD_CHARS) : opener.end()]
    named = _language_before(head) or _language_after(place, opener["quote"], head)
    inner = _language_of(named.lower())
    return Found(language=inner, text=text[start_of_body:]) if inner else None


def _language_of(name: str) -> str | None:
    """Of a procedural language: `plpython3u`, `pltclu`, `plv8`."""
    if name in _LANGUAGES or not name.startswith("pl"):
        return _LANGUAGES.get(name)
    language = normalise(re.sub(r"\d*u?\Z", "", name.removeprefix("pl")))
    return language if language in KNOWN and language != "sql" else None


def _open_body(text: str) -> tuple[re.Match[str], int] | None:
    """The quote that opens the body in which `text` ends, and where the body begins."""
    closed: set[str] = set()
    at, n_tried = text.rfind("$"), 0
    for _ in range(_MAX_DOLLARS):
        if at <= 0 or n_tried >= _MAX_QUOTES:
            break
        start = text.rfind("$", 0, at)
        if start >= 0 and (start == at - 1 or _QUOTE.fullmatch(text, start, at + 1)):
            n_tried += 1
            found = _OPENER.search(text, max(0, start - _MARK_CHARS), at + 1)
            if found is not None and "--" not in text[text.rfind("\n", 0, at) + 1 : found.start()]:
                return None if found["quote"] in closed else (found, at + 1)
            closed.add(text[start : at + 1])
            start = text.rfind("$", 0, start)
        at = start
    return None


def _language_before(head: str) -> str:
    """`LANGUAGE plv8 AS $$`, and `DO LANGUAGE plv8 $$`: of the same statement."""
    ends = [found.end() for found in _STATEMENT_END.finditer(head[:-_QUOTE_CHARS])]
    statement = head[ends[-1] :] if ends else head
    found = _LANGUAGE.search(statement)
    return found.group(1) if found else ""


def _language_after(place: Place, quote: str, head: str) -> str:
    """`$$ LANGUAGE plv8`: after the quote that closes the body."""
    if re.search(r"\bDO\s*\$\w*\$\Z", head, re.IGNORECASE):
        return ""
    _, closing, rest = place.after(LOOK_AHEAD_CHARS).partition(quote)
    found = _LANGUAGE.search(rest.partition(";")[0]) if closing else None
    return found.group(1) if found else ""
