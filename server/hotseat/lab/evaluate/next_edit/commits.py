"""Commits of a repository as files before, and the hunks that each of them changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.languages.detect import language_of
from hotseat.next_edit.changes import Hunk
from hotseat.workspace.git import git_result
from hotseat.workspace.vendored import written_by_hand

LOG_S = 120.0
MAX_FILES, MAX_HUNKS = 80, 200
"""A larger commit is a reformatting or an import."""
MAX_FILE_BYTES = 300_000
NOT_CODE = frozenset({None, "markdown", "plaintext"})
_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")
_INDEX = re.compile(r"^index ([0-9a-f]{40})\.\.[0-9a-f]{40}", re.MULTILINE)
_PATH = re.compile(r"^\+\+\+ b/(.*?)\t?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFile:
    """One file of a commit: its lines before, and hunks with line numbers of these lines."""

    path: str
    language: str
    lines: tuple[str, ...]
    hunks: tuple[Hunk, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    path: str
    language: str
    blob: str
    hunks: tuple[Hunk, ...]


def commits(folder: Path, *, n: int, skip: int = 0) -> Iterator[list[ChangedFile]]:
    """Yield the files of each commit that changes places of one file more than once, the newest
    first, after the `skip` newest; at most `n` commits are read.

    Files that are not written by hand, prose, and files above 300 kB are left out. Raises
    HotseatError if the folder has no history.
    """
    log = git_result(
        folder,
        "log",
        f"--skip={skip}",
        f"--max-count={n}",
        "--no-merges",
        "--no-renames",
        "--diff-filter=M",
        "--no-ext-diff",
        "--no-textconv",
        "--patch",
        "--unified=0",
        "--full-index",
        "--format=%x00%H",
        timeout_s=LOG_S,
    )
    if not log.succeeded:
        raise HotseatError(
            f"{folder} has no history that git can read: {log.complaint}",
            hint="Name a folder inside a git repository with commits",
        )
    for part in log.output.decode("utf-8", "replace").split("\0")[1:]:
        changes = list(_changes(part))
        if changes:
            yield list(_with_texts(folder, changes))


def _changes(part: str) -> Iterator[_Change]:
    diffs = re.split(r"^diff --git ", part, flags=re.MULTILINE)[1:]
    if len(diffs) > MAX_FILES:
        return
    for diff in diffs:
        index, path = _INDEX.search(diff), _PATH.search(diff)
        if index is None or path is None or not written_by_hand(path[1]):
            continue
        language = language_of(f"file:///{path[1]}", None)
        hunks = tuple(_hunks(diff))
        if language is not None and language not in NOT_CODE and 2 <= len(hunks) <= MAX_HUNKS:
            yield _Change(path=path[1], language=language, blob=index[1], hunks=hunks)


def _hunks(diff: str) -> Iterator[Hunk]:
    first, n = 0, 0
    old: list[str] = []
    new: list[str] = []
    is_in = False
    for line in diff.split("\n"):
        found = _HUNK.match(line)
        if found is not None:
            if is_in:
                yield Hunk(first_line=first, old=tuple(old), new=tuple(new))
            n = int(found[2] or 1)
            first = int(found[1]) - (1 if n else 0)
            old, new, is_in = [], [], True
        elif is_in and line.startswith("-"):
            old.append(line[1:])
        elif is_in and line.startswith("+"):
            new.append(line[1:])
    if is_in:
        yield Hunk(first_line=first, old=tuple(old), new=tuple(new))


def _with_texts(folder: Path, changes: list[_Change]) -> Iterator[ChangedFile]:
    names = "\n".join(change.blob for change in changes).encode()
    found = git_result(folder, "cat-file", "--batch", stdin=names, timeout_s=LOG_S)
    at, data = 0, found.output
    for change in changes:
        end = data.find(b"\n", at)
        head = data[at:end].split()
        if end < 0 or len(head) != 3:
            return
        text = data[end + 1 : end + 1 + int(head[2])]
        at = end + 2 + int(head[2])
        lines = tuple(text.decode("utf-8", "replace").split("\n"))
        if len(text) <= MAX_FILE_BYTES and _fits(lines, change.hunks):
            yield ChangedFile(
                path=change.path, language=change.language, lines=lines, hunks=change.hunks
            )


def _fits(lines: tuple[str, ...], hunks: tuple[Hunk, ...]) -> bool:
    """Return whether the hunks are about these lines; a text in another encoding is not."""
    return all(
        lines[hunk.first_line : hunk.first_line + len(hunk.old)] == hunk.old for hunk in hunks
    )
