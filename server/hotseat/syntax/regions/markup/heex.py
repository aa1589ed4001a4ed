"""Regions of Elixir and HEEx: the HTML of `~H` sigils and templates, and the Elixir in it.

Owns Elixir's sigils and the tags of its templates: `{…}`, `<% %>`.
"""

from __future__ import annotations

import re

from hotseat.syntax.regions.markup import braces
from hotseat.syntax.regions.place import LOOK_BACK_CHARS, Found, Place

_SIGIL = re.compile(r"(?<![\w~])~(?P<letter>[HLErR])(?P<quote>\"\"\"|'''|[\"'(\[{|/<])")
_CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_COMMENT_LINE = re.compile(r"[ \t]*#")
_RAW = re.compile(r"<(/?)(script|style)\b[^>]*>", re.IGNORECASE)


def look(place: Place, language: str) -> Found | None:
    """`language` is elixir."""
    text = place.before(LOOK_BACK_CHARS)
    if "~" not in text:
        return None
    letter, content = _open_sigil(text)
    if not letter:
        return None
    if letter in "HLE":
        return _in_markup(content)
    is_code = letter == "r" and content.rfind("#{") > content.rfind("}")
    return None if is_code else Found(language="regex", text=content)


def look_in_template(place: Place, language: str) -> Found | None:
    """`language` is heex."""
    return _in_markup(place.before(braces.TEXT_CHARS))


def _open_sigil(text: str) -> tuple[str, str]:
    """Letter and content of the sigil in which the text ends; both empty outside of sigils."""
    at = text.find("~")
    while at >= 0:
        found = _SIGIL.match(text, at)
        if found is None:
            at = text.find("~", at + 1)
            continue
        at = found.end()
        line_start = text.rfind("\n", 0, found.start()) + 1
        if not _COMMENT_LINE.match(text, line_start):
            quote = found["quote"]
            closer = _CLOSERS.get(quote, quote)
            end = text.find(closer, at)
            while end > 0 and text[end - 1] == "\\":
                end = text.find(closer, end + 1)
            if end < 0:
                return found["letter"], text[at:]
            at = end + len(quote)
        at = text.find("~", at)
    return "", ""


def _in_markup(text: str) -> Found:
    code = _open_tag(text)
    if code is None and not _is_in_raw(text):
        near = text[-braces.TEXT_CHARS :]
        start = braces.start_of_markup(near, is_whole=len(near) < braces.TEXT_CHARS)
        at = braces.open_code(near, start, braces.Syntax())
        code = near[at:] if at >= 0 else None
    if code is not None:
        return Found(language="elixir", text=code, around=("html",))
    # Maps and tuples in attributes are no tags of another template language.
    return Found(language="html", text=text.replace("{%", "{ ").replace("{{", "{ "))


def _open_tag(text: str) -> str | None:
    """The Elixir of the `<% %>` that is open at the end."""
    at = text.rfind("<%")
    if at < 0 or "%>" in text[at:] or text.startswith(("<%!--", "<%#", "<%%"), at):
        return None
    return text[at + 2 :].removeprefix("=")


def _is_in_raw(text: str) -> bool:
    """In a script or style, where braces are text."""
    last = None
    for found in _RAW.finditer(text[-braces.TEXT_CHARS :]):
        last = found
    return last is not None and not last.group(1)
