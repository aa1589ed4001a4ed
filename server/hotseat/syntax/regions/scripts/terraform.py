"""Regions of Terraform: heredocs, and the commands of provisioners.

Owns HCL's heredocs and what names their language: the first line, the delimiter, the attribute.
Works from text: no grammar is installed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, takewhile

from hotseat.syntax.regions.place import LINE_CHARS, LOOK_AHEAD_CHARS, LOOK_BACK_CHARS, Found, Place
from hotseat.syntax.regions.scripts.shell_commands import language_of_name_of_heredoc
from hotseat.syntax.regions.shells import language_of_command

_HEREDOC = re.compile(r"<<-?(?P<name>[A-Za-z_]\w*)[ \t]*\n")
_BEFORE_HEREDOC = re.compile(r"([\w-]{0,60})\"?[ \t]{0,20}[=(,\[?:][ \t]{0,20}\Z")
_BEFORE_CHARS = 100
_MAX_HEREDOCS = 100
_OPEN_CODE = re.compile(r"(?<!\$)\$\{[^{}]*\Z|(?<!%)%\{[^{}]*\Z")
_CODE_CHARS = 300
_STRING = r"\"(?:[^\"\\\n]|\\.)*"
_COMMAND = re.compile(rf"\s*command\s*=\s*({_STRING})\Z")
_INLINE = re.compile(rf"\s*inline\s*=\s*\[(?:\s*{_STRING}\"\s*,)*\s*({_STRING})\Z")
_ITEM = re.compile(rf"\s*(?:{_STRING}\"\s*,\s*)*({_STRING})\Z")
_WHOLE_ITEM = re.compile(rf"\s*(?:{_STRING}\"\s*,?\s*)+(?:#.*)?|\s*(?:#.*)?")
_BLOCK = re.compile(r"\s*(\w+)(?:\s+\"([^\"]*)\")*\s*\{")
_BLOCKS = frozenset({"data", "locals", "module", "output", "provisioner", "resource", "variable"})
_INTERPRETER = re.compile(r"\s*interpreter\s*=\s*\[\s*\"([^\"]+)\"")
_MAX_LINES = 60
_JSON = re.compile(r"\s*(?:\{\s*\"|\{\s*\}|\[\s*[{\"\]])")
_FIRST_LINES = {"#cloud-config": "yaml", "<?xml": "xml", "<powershell>": "powershell"}
_HEAD_CHARS = 200


def look(place: Place, language: str) -> Found | None:
    """`language` is terraform."""
    text = place.before(LOOK_BACK_CHARS)
    heredoc = _open_heredoc(text) if "<<" in text else None
    if heredoc is None:
        return _in_string(place)
    inside = heredoc.content
    on_last_line = (place.line_before() + place.line_after()).strip() == heredoc.name
    if on_last_line or _OPEN_CODE.search(inside[-_CODE_CHARS:]):
        return None
    inner = _language_of_heredoc(heredoc, (inside + place.after(_HEAD_CHARS))[:_HEAD_CHARS], place)
    return Found(language=inner, text=inside) if inner else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heredoc:
    attribute: str
    """That it is the value of; empty in a list."""
    name: str
    content: str
    """Up to the cursor."""


def _open_heredoc(text: str) -> _Heredoc | None:
    at = text.find("<<")
    for _ in range(_MAX_HEREDOCS):
        if at < 0:
            break
        found = _HEREDOC.match(text, at)
        line = text[max(text.rfind("\n", 0, at) + 1, at - _BEFORE_CHARS) : at]
        before = _BEFORE_HEREDOC.search(line) if found is not None and "#" not in line else None
        if found is not None and before is not None:
            end = re.compile(rf"^[ \t]*{found['name']}(?:\n|\Z)", re.MULTILINE)
            closed = end.search(text, found.end())
            if closed is None:
                return _Heredoc(
                    attribute=before.group(1), name=found["name"], content=text[found.end() :]
                )
            at = closed.end() - 1
        at = text.find("<<", at + 2)
    return None


def _language_of_heredoc(heredoc: _Heredoc, head: str, place: Place) -> str | None:
    first_line = head.lstrip().partition("\n")[0]
    if first_line.startswith("#!"):
        return language_of_command(first_line[2:])
    for beginning, language in _FIRST_LINES.items():
        if first_line.startswith(beginning):
            return language
    if named := language_of_name_of_heredoc(heredoc.name):
        return named
    if heredoc.attribute == "command":
        return _language_of_provisioner(place)
    if heredoc.attribute == "inline":
        return "shellscript"
    return "json" if _JSON.match(head) else None


def _in_string(place: Place) -> Found | None:
    """`command = "…"` of local-exec, and an item of `inline = […]`."""
    line = place.line_before()
    if '"' not in line or len(line) >= LINE_CHARS:
        return None
    if found := _COMMAND.match(line):
        inner = _language_of_provisioner(place)
    elif found := _INLINE.match(line):
        inner = "shellscript"
    else:
        found = _ITEM.match(line)
        inner = "shellscript" if found and _is_in_inline(place) else None
    if found is None or inner is None or _OPEN_CODE.search(found.group(1)):
        return None
    return Found(language=inner, text=found.group(1)[1:])


def _is_in_inline(place: Place) -> bool:
    for line in islice(place.lines_above(), _MAX_LINES):
        if not _WHOLE_ITEM.fullmatch(line):
            return re.match(r"\s*inline\s*=\s*\[", line) is not None
    return False


def _language_of_provisioner(place: Place) -> str | None:
    """What `interpreter` names in the block local-exec; None in another block."""
    lines = []
    for line in islice(place.lines_above(), _MAX_LINES):
        lines.append(line)
        if _begins_block(line):
            break
    block = _BLOCK.match(lines[-1]) if lines else None
    if block is None or block.groups() != ("provisioner", "local-exec"):
        return None
    below = place.after(LOOK_AHEAD_CHARS).split("\n")[1:]
    for line in (*lines, *takewhile(lambda line: not _begins_block(line), below)):
        if found := _INTERPRETER.match(line):
            return language_of_command(found.group(1)) or "shellscript"
    return "shellscript"


def _begins_block(line: str) -> bool:
    block = _BLOCK.match(line)
    return block is not None and block.group(1) in _BLOCKS
