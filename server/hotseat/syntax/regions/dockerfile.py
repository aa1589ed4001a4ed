"""Regions of a Dockerfile: the shell in RUN, CMD, ENTRYPOINT and HEALTHCHECK, and heredocs.

Owns Docker's rules of lines: continuation, comments within, the exec form, which is no shell. Works
from text: its instructions are lines, and there is no well-kept grammar to install.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotseat.languages.detect import language_of_name
from hotseat.syntax.regions.place import LOOK_AHEAD_CHARS, Found, Place, last_places
from hotseat.syntax.regions.shells import language_of_command

_HEREDOC_CHARS = 8_000
_MAX_HEREDOCS = 8
_INSTRUCTIONS = {
    escape: re.compile(
        r"\s*(?:ONBUILD\s+)?"
        rf"(?:RUN|CMD|ENTRYPOINT|HEALTHCHECK(?:\s|{end})+(?:--\S+(?:\s|{end})+)*CMD)"
        rf"(?:[ \t]+|[ \t]*{end})"
        rf"(?:--[\w-]+(?:=\S*)?(?:[ \t]+|[ \t]*{end})+)*",
        re.IGNORECASE,
    )
    for escape, end in (("\\", r"\\\n"), ("`", r"`\n"))
}
"""By what continues a line."""
_ESCAPE = re.compile(r"\s*(?:#[^\n]*\n\s*){0,5}#\s*escape\s*=\s*`", re.IGNORECASE)
_HEAD_BYTES = 400
_EXEC_FORM = re.compile(r'\s*\[\s*(?:"|\]|\Z)')
_HEREDOC_LINE = re.compile(
    r"[ \t]*(?:ONBUILD[ \t]+)?(?P<instruction>RUN|COPY|ADD)[ \t]+(?P<rest>[^\n]*)\n", re.IGNORECASE
)
_HEREDOC = re.compile(r"(?<!<)<<-?(?P<quote>[\"']?)(?P<name>[A-Za-z_][\w.-]*)(?P=quote)")
_FLAG = re.compile(r"--[\w-]+(?:=\S*)?\s+")
_SHELL = re.compile(r'^[ \t]*(?:FROM\b|SHELL[ \t]*\[[ \t]*"([^"]*)")', re.IGNORECASE | re.MULTILINE)
_TARGET = re.compile(r">>?\s*(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heredoc:
    """One that is open."""

    instruction: str
    name: str
    before: str
    """What stands before it in its line, without the instruction."""
    after: str
    start: int
    """Of its content."""


def look(place: Place, language: str) -> Found | None:
    """`language` is dockerfile."""
    text = place.before(_HEREDOC_CHARS)
    if (heredoc := _open_heredoc(text)) is not None:
        return _in_heredoc(place, heredoc, text)
    command = _command(place)
    return None if command is None else Found(language=_shell(text), text=command)


def _open_heredoc(text: str) -> _Heredoc | None:
    """The last one, if it is not closed: in its text no instruction can begin another."""
    for at in last_places(text, ("<<",), _MAX_HEREDOCS):
        found = _HEREDOC_LINE.match(text, text.rfind("\n", 0, at) + 1)
        heredocs = list(_HEREDOC.finditer(found["rest"])) if found is not None else []
        if found is None or not heredocs:
            continue
        start, lines = found.end(), iter(text[found.end() :].split("\n"))
        for heredoc in heredocs:  # their texts follow each other
            content_start = start
            for line in lines:
                start += len(line) + 1
                if line.lstrip("\t") == heredoc["name"]:
                    break
            else:
                return _Heredoc(
                    instruction=found["instruction"].upper(),
                    name=heredoc["name"],
                    before=found["rest"][: heredoc.start()],
                    after=found["rest"][heredoc.end() :],
                    start=content_start,
                )
        return None
    return None


def _in_heredoc(place: Place, heredoc: _Heredoc, text: str) -> Found | None:
    if (place.line_before() + place.line_after()).strip() == heredoc.name:
        return None  # on its last line
    inner = _language_of_heredoc(heredoc, text)
    return None if inner is None else Found(language=inner, text=text[heredoc.start :])


def _language_of_heredoc(heredoc: _Heredoc, text: str) -> str | None:
    """A script for the shell, for the program it is fed to, or text for the file it goes into."""
    command = _FLAG.sub("", heredoc.before).strip()
    if heredoc.instruction != "RUN":
        words = (command + heredoc.after).split()
        path = words[-1] if words else ""
        return language_of_name(heredoc.name if path.endswith("/") else path)
    if not command and heredoc.after.strip()[:1].isalpha():
        command = heredoc.after.strip()
    if not command or _HEREDOC.match(command):
        first_line = text[heredoc.start :].partition("\n")[0]
        return language_of_command(first_line[2:]) if first_line[:2] == "#!" else _shell(text)
    if target := _TARGET.search(command + heredoc.after):
        return language_of_name(target.group(1))
    return language_of_command(command)


def _command(place: Place) -> str | None:
    """The shell command that the cursor is in, from its beginning up to the cursor."""
    current = place.line_before()
    lines, is_comment = [current], current.lstrip().startswith("#")
    escape = _escape(place)
    for line in place.lines_above():
        stripped = line.strip()
        if stripped.startswith("#") or not stripped:
            continue  # both may stand between lines that are continued
        if not stripped.endswith(escape):
            break
        lines.append(line)
    if is_comment:
        return None
    text = "\n".join(reversed(lines))
    found = _INSTRUCTIONS[escape].match(text)
    if found is None:
        return None
    command = text[found.end() :]
    if re.match(r"--[\w-]*\S*\Z", command):
        return None  # a flag, being typed
    ahead = "" if command.strip() else place.after(LOOK_AHEAD_CHARS).partition("\n")[0]
    return (
        None if _EXEC_FORM.match(command + ahead + " ") and (command + ahead).strip() else command
    )


def _escape(place: Place) -> str:
    """What continues a line: the file's first lines may choose it."""
    head = place.slice(0, _HEAD_BYTES) if place.uri else place.before(_HEREDOC_CHARS)
    return "`" if "`" in head and _ESCAPE.match(head) else "\\"


def _shell(text: str) -> str:
    """That of the last SHELL instruction since the last FROM."""
    if "shell" not in text.lower():
        return "shellscript"
    program = ""
    for found in _SHELL.finditer(text):
        program = found.group(1) or ""
    return language_of_command(program) or "shellscript"
