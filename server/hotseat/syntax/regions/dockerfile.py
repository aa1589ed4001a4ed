"""Regions of a Dockerfile: the shell in RUN, CMD, ENTRYPOINT and HEALTHCHECK, and heredocs.

Owns Docker's rules of lines: continuation, comments within, the exec form, which is no shell. Works
from text: its instructions are lines, and there is no well-kept grammar to install.
"""

from __future__ import annotations

import re

from hotseat.languages.detect import language_of_name
from hotseat.syntax.regions.place import LOOK_AHEAD_CHARS, Found, Place, last_places
from hotseat.syntax.regions.shells import language_of_command

_HEREDOC_CHARS = 8_000
_MAX_HEREDOCS = 8
_INSTRUCTION = re.compile(
    r"\s*(?:ONBUILD\s+)?"
    r"(?:RUN|CMD|ENTRYPOINT|HEALTHCHECK(?:\s|\\\n)+(?:--\S+(?:\s|\\\n)+)*CMD)(?:[ \t]+|[ \t]*\\\n)"
    r"(?:--[\w-]+(?:=\S*)?(?:[ \t]+|[ \t]*\\\n)+)*",
    re.IGNORECASE,
)
_EXEC_FORM = re.compile(r'\s*\[\s*(?:"|\]|\Z)')
_HEREDOC = re.compile(
    r"^[ \t]*(?:ONBUILD[ \t]+)?(?P<instruction>RUN|COPY|ADD)[ \t]+(?P<command>[^\n]*?)"
    r"<<-?(?P<quote>[\"']?)(?P<name>\w+)(?P=quote)(?P<rest>[^\n]*)\n",
    re.IGNORECASE | re.MULTILINE,
)
_FLAG = re.compile(r"--[\w-]+(?:=\S*)?\s+")
_SHELL = re.compile(r'^[ \t]*(?:FROM\b|SHELL[ \t]*\[[ \t]*"([^"]*)")', re.IGNORECASE | re.MULTILINE)
_TARGET = re.compile(r">>?\s*(\S+)")


def look(place: Place, language: str) -> Found | None:
    """`language` is dockerfile."""
    text = place.before(_HEREDOC_CHARS)
    if (heredoc := _open_heredoc(text)) is not None:
        return _in_heredoc(place, heredoc, text)
    command = _command(place)
    return None if command is None else Found(language=_shell(text), text=command)


def _open_heredoc(text: str) -> re.Match[str] | None:
    """The last one, if it is not closed: in its text no instruction can begin another."""
    for at in last_places(text, ("<<",), _MAX_HEREDOCS):
        found = _HEREDOC.match(text, text.rfind("\n", 0, at) + 1)
        if found is not None:
            lines = text[found.end() :].split("\n")
            is_closed = any(line.lstrip("\t") == found["name"] for line in lines)
            return None if is_closed else found
    return None


def _in_heredoc(place: Place, heredoc: re.Match[str], text: str) -> Found | None:
    if (place.line_before() + place.line_after()).strip() == heredoc["name"]:
        return None  # on its last line
    inner = _language_of_heredoc(heredoc, text)
    return None if inner is None else Found(language=inner, text=text[heredoc.end() :])


def _language_of_heredoc(heredoc: re.Match[str], text: str) -> str | None:
    """A script for the shell, for the program it is fed to, or text for the file it goes into."""
    command = _FLAG.sub("", heredoc["command"]).strip()
    if heredoc["instruction"].upper() != "RUN":
        words = (command + heredoc["rest"]).split()
        return language_of_name(words[-1]) if words else None
    if not command:
        first_line = text[heredoc.end() :].partition("\n")[0]
        return language_of_command(first_line[2:]) if first_line[:2] == "#!" else _shell(text)
    if target := _TARGET.search(command + heredoc["rest"]):
        return language_of_name(target.group(1))
    return language_of_command(command)


def _command(place: Place) -> str | None:
    """The shell command that the cursor is in, from its beginning up to the cursor."""
    current = place.line_before()
    lines, is_comment = [current], current.lstrip().startswith("#")
    for line in place.lines_above():
        stripped = line.strip()
        if stripped.startswith("#") or not stripped:
            continue  # both may stand between lines that are continued
        if not stripped.endswith("\\"):
            break
        lines.append(line)
    if is_comment:
        return None
    text = "\n".join(reversed(lines))
    found = _INSTRUCTION.match(text)
    if found is None:
        return None
    command = text[found.end() :]
    if re.match(r"--[\w-]*\S*\Z", command):
        return None  # a flag, being typed
    ahead = "" if command.strip() else place.after(LOOK_AHEAD_CHARS).partition("\n")[0]
    return (
        None if _EXEC_FORM.match(command + ahead + " ") and (command + ahead).strip() else command
    )


def _shell(text: str) -> str:
    """That of the last SHELL instruction since the last FROM."""
    if "shell" not in text.lower():
        return "shellscript"
    program = ""
    for found in _SHELL.finditer(text):
        program = found.group(1) or ""
    return language_of_command(program) or "shellscript"
