"""Regions of YAML: the scripts of CI, and Helm's actions; `yaml_keys` knows other kinds of files.

Owns which keys hold shell in the pipelines of GitHub, GitLab, Azure and CircleCI, and as much of
YAML's indentation as shows whether the cursor is in such a value: in a line, an item of a list, a
block (`|`, `>`). Works upwards from the cursor, so it costs what is near, and half a document that
does not parse does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from hotseat.syntax.regions import template_tags
from hotseat.syntax.regions.place import LOOK_AHEAD_CHARS, LOOK_BACK_CHARS, Found, Place
from hotseat.syntax.regions.scripts import ci_shells, yaml_keys
from hotseat.syntax.regions.shells import language_of_command

_ENTRY = re.compile(
    r"(?P<indent> *)(?P<dashes>(?:-(?: +|$))*)"
    r"(?:(?P<quote>[\"']?)(?P<key>[\w.$-]+(?::[\w.$*/@+-]+)*)(?P=quote) *:(?=\s|$))?"
    r" *(?P<value>.*)$"
)
"""A key may hold colons, as the names of Taskfiles' tasks do."""
_BLOCK = re.compile(r"(?:[&!]\S+ +)*[|>][-+\d]*\s*(?:#.*)?$")
_NO_SCALAR = re.compile(r"[\[{&*!|>#]")
_SCRIPTS = frozenset({"after_script", "before_script", "script"})
_INLINE_SCRIPTS = frozenset({"Inline", "inline", "inlineScript"})
"""Of Azure's tasks and actions."""
_WORKFLOWS = re.compile(r"/\.(?:github|gitea|forgejo)/workflows/|/action\.ya?ml\Z")
_STEP_KEYS = {"bash": "shellscript", "powershell": "powershell", "pwsh": "powershell"}
_KEYS = frozenset({"command", "run"} | _SCRIPTS | _INLINE_SCRIPTS | _STEP_KEYS.keys())
_MAX_LINES = 1_000
"""As many short lines as fit into the text that is read: a file's first keys show what it is."""
_FIELD = re.compile(r" *(?:- +)?(?P<key>[\w-]+) *: *[\"']?(?P<value>[^\"'\n#]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One line, as YAML reads it outside of blocks."""

    indent: int
    n_dashes: int
    column: int
    """Of the key, or of what follows the dashes."""
    key: str
    value: str
    value_column: int

    @property
    def parent_column(self) -> int:
        """A block's text is indented further than this."""
        return self.column if self.key or not self.n_dashes else self.column - 2


def look(place: Place, language: str) -> Found | None:
    """`language` is yaml."""
    action = yaml_keys.in_taskfile(place) or template_tags.go_action(place)
    if action is not None and not _is_expression(place, action):
        return action
    if (tag := yaml_keys.in_ansible(place)) is not None:
        return tag
    before, line_after = place.line_before(), place.line_after()
    current = _entry(before + line_after)
    above = _Upwards(place)
    blank = not (before + line_after).strip()
    limit = max(len(before), _indent_below(place)) if blank else current.indent
    if (block := _block_around(above, limit)) is not None:
        i, header = block
        inner = _language_of(header, above, i + 1, place)
        lines = [*reversed(above.first(i)), before]
        if inner == "shellscript" and header.key not in ("command", "run"):
            inner = _language_of_shebang(lines[0] if i else before + line_after) or inner
        return Found(language=inner, text="\n".join(lines)) if inner else None
    if blank or before.lstrip().startswith("#"):
        return None
    if current.key or current.n_dashes:
        return _in_line(current, above, place, before)
    return _in_plain_lines(current, above, place, before)


def _language_of_shebang(line: str) -> str | None:
    stripped = line.strip()
    return language_of_command(stripped[2:]) if stripped.startswith("#!") else None


def _is_expression(place: Place, action: Found) -> bool:
    """`${{ … }}` is GitHub's."""
    return place.before(len(action.text or "") + len("${{")).startswith("$")


class _Upwards:
    """The lines above the cursor's, the nearest first, read as far as the caller asks."""

    def __init__(self, place: Place) -> None:
        self._unread = place.lines_above(_MAX_LINES)
        self._lines: list[str] = []

    def first(self, n: int) -> list[str]:
        return self._lines[:n]

    def next_within(self, i: int, max_indent: int) -> tuple[int, str]:
        """The first line from `i` on that is indented no further; -1 for none.

        Blank lines, comments and the actions of templates do not count.
        """
        deeper = " " * (max_indent + 1)
        while True:
            for at in range(i, len(self._lines)):
                line = self._lines[at]
                stripped = line.lstrip(" ")
                if line.startswith(deeper) or stripped[:1] in ("", "#"):
                    continue
                if not stripped.startswith("{{"):
                    return at, line
            i = len(self._lines)
            if not self._read_more():
                return -1, ""

    def from_line(self, i: int) -> Iterator[str]:
        while i < len(self._lines) or self._read_more():
            yield self._lines[i]
            i += 1

    def _read_more(self) -> bool:
        n_before = len(self._lines)
        self._lines += islice(self._unread, 40)
        return len(self._lines) > n_before


def _entry(line: str) -> _Entry:
    found = _ENTRY.match(line)
    assert found is not None  # every part of the pattern may be empty
    column = found.end("dashes")
    value_column = column
    if found["key"] is not None:
        # After the colon and a space: at "run:‸" nothing has begun yet.
        value_column = line.index(":", found.end("key")) + 2
    return _Entry(
        indent=len(found["indent"]),
        n_dashes=found["dashes"].count("-"),
        column=column,
        key=found["key"] or "",
        value=found["value"],
        value_column=value_column,
    )


def _enclosing(
    above: _Upwards, i: int, column: int, *, item: bool
) -> Iterator[tuple[int, _Entry, int]]:
    """Lines that what begins at `column` stands under, from line `i` upwards, nearest first.

    With each the column that it encloses. `item`: what begins there is an item of a list, whose
    key may stand in the same column.
    """
    i -= 1
    while column or item:
        i, line = above.next_within(i + 1, column if item else column - 1)
        if i < 0:
            return
        indent = len(line) - len(line.lstrip(" "))
        if indent == column and line[indent] == "-":
            continue
        entry = _entry(line)
        yield i, entry, column
        column, item = indent, entry.n_dashes > 0


def _block_around(above: _Upwards, limit: int) -> tuple[int, _Entry] | None:
    """The line whose `|` or `>` opens the block in which a line indented `limit` stands."""
    for i, entry, column in _enclosing(above, 0, limit, item=False):
        if column > entry.parent_column and _BLOCK.match(entry.value):
            return i, entry
    return None


def _indent_below(place: Place) -> int:
    """Of the first line below that is not blank."""
    for line in place.after(LOOK_AHEAD_CHARS).split("\n")[1:]:
        if line.strip():
            return len(line) - len(line.lstrip(" "))
    return 0


def _in_line(current: _Entry, above: _Upwards, place: Place, before: str) -> Found | None:
    """`run: make`, or `- make` under `script:`."""
    if len(before) < current.value_column or _NO_SCALAR.match(current.value):
        return None
    inner = _language_of(current, above, 0, place)
    return Found(language=inner, text=before[current.value_column :]) if inner else None


def _in_plain_lines(current: _Entry, above: _Upwards, place: Place, before: str) -> Found | None:
    """A value without `|` that goes on in further lines."""
    for i, entry, column in _enclosing(above, 0, current.indent, item=False):
        if column <= entry.parent_column or not entry.value or _NO_SCALAR.match(entry.value):
            return None
        inner = _language_of(entry, above, i + 1, place)
        return Found(language=inner, text=before.lstrip()) if inner else None
    return None


def _language_of(entry: _Entry, above: _Upwards, i: int, place: Place) -> str | None:
    """Of the value that begins in `entry`; the lines from `i` upwards stand above it."""
    parents = _parents(entry, above, i)
    key, listed = entry.key, not entry.key
    if listed:
        _, parent = next(parents, (0, None))
        if parent is None or parent.value:
            return None
        key = parent.key
    may_hold = yaml_keys.may_hold(key, place.uri)
    if key not in _KEYS and not may_hold:
        return None
    around = list(parents)
    keys = [parent.key for _, parent in around]
    if may_hold:
        value = yaml_keys.Value(
            key=key,
            listed=listed,
            is_block=_BLOCK.match(entry.value) is not None,
            column=entry.column,
            keys=keys,
            uri=place.uri,
        )
        if inner := yaml_keys.language_of_value(value, lambda: above.from_line(i)):
            return inner
    if key not in _KEYS:
        return None
    if key in _SCRIPTS or key in _INLINE_SCRIPTS:
        if keys[:1] in (["inputs"], ["with"]) and not listed:
            return _language_of_argument(entry, around[0], above, i, place)
        if key in _INLINE_SCRIPTS:
            return None
        return _language_of_script(entry, keys, listed=listed, uri=place.uri)
    if listed:
        return None
    if key == "run":
        is_step = _is_workflow(place.uri) or "steps" in keys or "jobs" in keys
        return _shell_of_step(entry, above, i, place) if is_step else None
    if key == "command":  # CircleCI
        is_step = keys[:1] == ["run"] and "steps" in keys
        return _shell_of_step(entry, above, i, place) if is_step else None
    return _STEP_KEYS[key] if keys[:1] == ["steps"] else None


def _parents(entry: _Entry, above: _Upwards, i: int) -> Iterator[tuple[int, _Entry]]:
    """The keys that `entry` stands under, and their lines, innermost first."""
    for at, parent, column in _enclosing(above, i, entry.indent, item=entry.n_dashes > 0):
        # A list's items may stand in the column of its key.
        if parent.key and (parent.column < column or parent.column == column == parent.indent):
            yield at, parent


def _language_of_argument(
    entry: _Entry, parent: tuple[int, _Entry], above: _Upwards, i: int, place: Place
) -> str | None:
    """Of a script among the inputs of an Azure task, or of a GitHub action."""
    at, holder = parent
    if holder.key == "with":
        return ci_shells.language_of_action(_beside_as("uses", holder, above, at + 1, place))
    task = _beside_as("task", holder, above, at + 1, place)
    found = ci_shells.language_of_task(task, _beside_as("scriptType", entry, above, i, place))
    return found or ("shellscript" if entry.key == "script" else None)


def _language_of_script(entry: _Entry, keys: list[str], *, listed: bool, uri: str) -> str | None:
    if ".gitlab-ci" in uri or "/.gitlab/" in uri or "steps" in keys:
        return "shellscript"
    # Anywhere else `script: main.py` may be anything: only what has the form of a pipeline counts.
    is_pipeline = (listed or _BLOCK.match(entry.value) is not None) and len(keys) <= 1
    return "shellscript" if is_pipeline else None


def _is_workflow(uri: str) -> bool:
    return _WORKFLOWS.search(uri) is not None


def _shell_of_step(entry: _Entry, above: _Upwards, i: int, place: Place) -> str:
    """What `shell:` says that stands beside the `run:`, or around the steps."""
    shell = _beside_as("shell", entry, above, i, place)
    if shell:
        return language_of_command(shell) or "shellscript"
    return ci_shells.default_shell(place.before(LOOK_BACK_CHARS)) or "shellscript"


def _beside_as(name: str, entry: _Entry, above: _Upwards, i: int, place: Place) -> str:
    """The value of a key that stands beside that of `entry`; empty if there is none."""
    for line in _beside(entry, above, i, place):
        found = _FIELD.match(line)
        if found and found["key"] == name and found.start("key") == entry.column:
            return str(found["value"]).strip()
    return ""


def _beside(entry: _Entry, above: _Upwards, i: int, place: Place) -> Iterator[str]:
    """Lines of the same step, and of what is nested in it."""
    if not entry.n_dashes:
        for line in above.from_line(i):
            yield line
            if line.strip() and len(line) - len(line.lstrip(" ")) < entry.column:
                break
    for line in place.after(LOOK_AHEAD_CHARS).split("\n")[1:]:
        if line.strip() and len(line) - len(line.lstrip(" ")) < entry.column:
            return
        yield line
