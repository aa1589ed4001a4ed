"""The changes of a file as a unified diff that `git apply` accepts, and as edits of its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hotseat.conversation.task.changes import Change, FileChanges

CONTEXT_LINES = 3
_PLAIN = re.compile(r"[\w./ @+=,~#%^&(){}\[\]!$;:*?'<>|-]*", re.ASCII)
_NO_END = "\\ No newline at end of file"


def unified_diff(file: FileChanges, *, removes: bool = False) -> str:
    """Return the diff; "" if nothing changes. `removes`: the file goes, as when its creation is
    undone."""
    if not file.changes and file.base is not None and not removes:
        return ""
    old, new = _quoted(f"a/{file.path}"), _quoted(f"b/{file.path}")
    head = [f"diff --git {old} {new}"]
    if file.base is None:
        if not file.text:
            return f"{head[0]}\nnew file mode 100644\n"
        head += ["new file mode 100644", "--- /dev/null", f"+++ {new}"]
        return "\n".join([*head, *_whole(file.text, "+"), ""])
    if removes:
        head += ["deleted file mode 100644", f"--- {old}", "+++ /dev/null"]
        return "\n".join([*head, *_whole(file.base, "-"), ""])
    head += [f"--- {old}", f"+++ {new}"]
    return "\n".join([*head, *_hunks(file), ""])


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEdit:
    """A replacement in the base: lines and columns from 0, columns in characters (code points)."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str
    steps: tuple[int, ...]


def text_edits(file: FileChanges) -> tuple[TextEdit, ...]:
    """Return the changes as edits of the base, in order."""
    base = file.base_lines
    return tuple(_edit(change, base) for change in file.changes)


def _edit(change: Change, base: Sequence[str]) -> TextEdit:
    n = len(base)
    last = (n - 1, len(base[-1]))
    if change.stop < n:
        start, end = (change.first, 0), (change.stop, 0)
        text = "".join(f"{line}\n" for line in change.lines)
    elif change.lines and change.first < n:
        start, end, text = (change.first, 0), last, "\n".join(change.lines)
    elif change.first > 0:  # lines at the end: with the line break before them
        start, end = (change.first - 1, len(base[change.first - 1])), last
        text = "".join(f"\n{line}" for line in change.lines)
    else:
        start, end, text = (0, 0), last, "\n".join(change.lines)
    return TextEdit(start=start, end=end, text=text, steps=change.steps)


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines [first, stop) of the base, in whose place are [new_first, new_stop) of the text."""

    first: int
    stop: int
    new_first: int
    new_stop: int


def _whole(text: str, sign: str) -> list[str]:
    lines = _with_ends(text)
    if not lines:
        return []
    span = _span(0, len(lines))
    place = f"@@ -0,0 +{span} @@" if sign == "+" else f"@@ -{span} +0,0 @@"
    return [place, *_marked(sign, lines)]


def _with_ends(text: str) -> list[str]:
    """Return the lines as git counts them: each with its "\\n", but for a last one without."""
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _hunks(file: FileChanges) -> list[str]:
    old, new = _with_ends(file.base or ""), _with_ends(file.text)
    found: list[str] = []
    for group in _groups(_blocks(file, old, new)):
        first = max(0, group[0].first - CONTEXT_LINES)
        stop = min(len(old), group[-1].stop + CONTEXT_LINES)
        new_first = group[0].new_first - (group[0].first - first)
        new_stop = group[-1].new_stop + (stop - group[-1].stop)
        spans = _span(first, stop - first), _span(new_first, new_stop - new_first)
        found.append(f"@@ -{spans[0]} +{spans[1]} @@")
        done = first
        for block in group:
            found += _marked(" ", old[done : block.first])
            found += _marked("-", old[block.first : block.stop])
            found += _marked("+", new[block.new_first : block.new_stop])
            done = block.stop
        found += _marked(" ", old[done:stop])
    return found


def _blocks(file: FileChanges, old: Sequence[str], new: Sequence[str]) -> list[_Block]:
    """Return the changes in lines as git counts them.

    A change that reaches the end of the text may give the line before it another end.
    """
    n, shift = len(file.base_lines), 0
    found: list[_Block] = []
    for change in file.changes:
        first, new_first = change.first, change.first + shift
        if change.stop < n:
            found.append(_Block(first, change.stop, new_first, new_first + len(change.lines)))
        else:
            surplus = max(0, first - len(old), new_first - len(new))
            first, new_first = first - surplus, new_first - surplus
            if first and new_first and old[first - 1] != new[new_first - 1]:
                first, new_first = first - 1, new_first - 1
            if found and first < found[-1].stop:
                joined = found.pop()
                first, new_first = joined.first, joined.new_first
            found.append(_Block(first, len(old), new_first, len(new)))
        shift += len(change.lines) - (change.stop - change.first)
    return found


def _groups(blocks: Sequence[_Block]) -> list[list[_Block]]:
    """Return the blocks by hunk: those whose context would touch are in one."""
    groups: list[list[_Block]] = []
    for block in blocks:
        if groups and block.first - groups[-1][-1].stop <= 2 * CONTEXT_LINES:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def _marked(sign: str, lines: Sequence[str]) -> list[str]:
    found = []
    for line in lines:
        found.append(sign + line.removesuffix("\n"))
        if not line.endswith("\n"):
            found.append(_NO_END)
    return found


def _span(first: int, n: int) -> str:
    """Return a hunk's place: lines are counted from 1, and an empty one is after a line."""
    begin = first + 1 if n else first
    return str(begin) if n == 1 else f"{begin},{n}"


def _quoted(path: str) -> str:
    """Return a path as git writes it: in quotes where it has other characters than plain ones."""
    if _PLAIN.fullmatch(path):
        return path
    shown = []
    for byte in path.encode("utf-8", "surrogateescape"):
        char = chr(byte)
        if char in '"\\':
            shown.append(f"\\{char}")
        elif 32 <= byte < 127:
            shown.append(char)
        else:
            shown.append(f"\\{byte:03o}")
    return '"' + "".join(shown) + '"'
