"""What a workspace's git history shows of switching: commits, and the visits they stand for.

Owns the reading of `git log`, its bounds, and which files count. Must not learn from it: that is
`learning`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.languages.detect import language_of
from hotseat.syntax.regions.templates import host_language
from hotseat.workspace.git import run_git
from hotseat.workspace.vendored import written_by_hand

MAX_COMMITS = 5000
MAX_FILES = 25
"""A commit that touches more is a clean-up, not work from file to file."""
TIMEOUT_S = 30.0

LEFT_OUT = frozenset(
    {"markdown", "plaintext", "json", "jsonc", "json5", "toml", "restructuredtext", "asciidoc"}
    | {
        "mdx",
        "go.mod",
        "go.sum",
        "csv",
        "log",
        "git-commit",
        "git-rebase",
        "ignore",
        "diff",
        "ini",
        "properties",
        "xml",
    }
)
_FORMAT = "--format=%x01%at%x02%ae%x02%H"
"""Time, e-mail address, hash. `%ae`: git reads a mailmap for `%aE`, which may be a named pipe."""
_HASH = re.compile(r"[0-9a-f]{40,64}")
_MAX_DIGITS = 15
"""No count of lines and no time has more; Python refuses to read 4,300 digits as an integer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitFile:
    path: str
    language: str
    n_changed: int
    """Lines added and removed."""

    @property
    def dwell_s(self) -> float:
        """A guess at the stay: ten seconds, and four for every line, up to ten minutes."""
        return min(600.0, 10.0 + 4.0 * self.n_changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    author: str
    time_s: float
    files: tuple[CommitFile, ...]
    id: str = ""
    """Its hash; empty if git did not print one."""


async def read_log(
    repository: Path, *, max_commits: int = MAX_COMMITS, timeout_s: float = TIMEOUT_S
) -> list[Commit]:
    """The newest `max_commits`, oldest first, without merges.

    Of a subfolder of a repository: what touched it, with paths relative to it. What git has printed
    when the time is up counts. Raises HotseatError where there is no repository or no git.
    """
    arguments = ["log", "--no-ext-diff", "--no-textconv", "--no-merges", "--no-renames"]
    arguments += ["--no-mailmap", "--encoding=UTF-8"]
    arguments += ["--numstat", "-z", "--relative", _FORMAT, f"--max-count={max_commits}", "--", "."]
    result = await run_git(repository, *arguments, timeout_s=timeout_s)
    if not result.succeeded and not result.output:
        raise HotseatError(
            f"git has no history of {repository}: {result.complaint}",
            hint="Name a folder in a git repository, and check that git is installed",
        )
    return sorted(parse_log(result.output), key=lambda commit: commit.time_s)


def parse_log(output: bytes) -> Iterator[Commit]:
    """Yield commits as `git log --numstat -z` prints them, newest first; those of no interest are
    left out.

    The last one may be cut short: what is whole of it counts.
    """
    header: str | None = None
    files: list[CommitFile] = []
    # A name may hold any character but NUL, so only the start of an entry says what it is.
    for entry in output.decode(errors="replace").split("\0"):
        if not entry.startswith("\x01"):
            file = _file(entry.lstrip("\n"))
            if file is not None:
                files.append(file)
            continue
        if (commit := _commit(header, files)) is not None:
            yield commit
        header, files = entry[1:], []
    if (commit := _commit(header, files)) is not None:
        yield commit


def _commit(header: str | None, files: list[CommitFile]) -> Commit | None:
    """Return the commit with that header; None for one of no interest."""
    if header is None or not 0 < len(files) <= MAX_FILES:
        return None
    time, *rest = header.split("\x02")
    time_s = _count(time)
    if time_s is None:
        return None
    id_ = rest.pop() if len(rest) > 1 and _HASH.fullmatch(rest[-1]) else ""
    author = "\x02".join(rest).strip()
    return Commit(author=author, time_s=float(time_s), files=tuple(files), id=id_)


def _file(entry: str) -> CommitFile | None:
    fields = entry.split("\t", 2)
    if len(fields) != 3:
        return None
    n_added, n_removed, path = _count(fields[0]), _count(fields[1]), fields[2]
    if n_added is None or n_removed is None:  # "-" for a binary file
        return None
    language = language_of_path(path)
    if language is None:
        return None
    return CommitFile(path=path, language=language, n_changed=n_added + n_removed)


def _count(digits: str) -> int | None:
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS
    return int(digits) if is_number else None


def language_of_path(path: str) -> str | None:
    """Return the LSP id of the file's language; None for generated files and for no code."""
    if not written_by_hand(path):
        return None
    language = language_of("/" + path, None)
    if language is not None:
        language = host_language(language, path)
    return None if language in LEFT_OUT else language


def visits_of(commit: Commit) -> list[CommitFile]:
    """Return the files in a random order, the same each time: a log does not contain the order."""
    files = list(commit.files)
    random.Random(f"{commit.time_s}{commit.author}").shuffle(files)
    return files
