"""The files of a workspace that are worth indexing: written by hand, not ignored, no secrets.

Owns which names count. In a git work tree git lists them; elsewhere folders are walked without
following links, and a .gitignore counts there, too: git reads it for an empty repository that lies
in a temporary folder. Blocks, within bounds.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from hotseat.languages.detect import language_of
from hotseat.languages.profiles import profile_of
from hotseat.workspace.git import git_result, run_git
from hotseat.workspace.symbols.bounds import DEFAULT_BOUNDS, IndexBounds
from hotseat.workspace.vendored import TOOL_FOLDERS, written_by_hand
from hotseat.workspace.watched_folders import left_out

IsSecret = Callable[[str], bool]
"""Takes a path in the workspace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Paths in the workspace with "/", the most useful first."""

    paths: tuple[str, ...]
    is_complete: bool
    """False: there are more, or listing them failed or took too long."""
    problem: str = ""
    """Why it is not complete, as a sentence without a full stop."""


def list_files(
    workspace: Path, is_secret: IsSecret, bounds: IndexBounds = DEFAULT_BOUNDS
) -> Listing:
    """Return the files. Never raises: what cannot be read is left out."""
    names = _Names(is_secret, bounds)
    problem = ""
    try:
        if is_in_git(workspace):
            problem = _list_by_git(workspace, names, bounds)
        elif (workspace / ".gitignore").is_file():
            problem = _list_by_empty_repository(workspace, names, bounds)
        else:
            for name in _walk(workspace, bounds):
                names.add(name)
    except _TooMany as reason:
        problem = str(reason)
    except OSError as error:
        problem = f"the files cannot be listed: {error}"
    chosen, more = names.chosen()
    problem = problem or more
    return Listing(paths=tuple(chosen), is_complete=not problem, problem=problem)


def language_of_name(path: str) -> str | None:
    """Return the language that a file's name alone shows."""
    return language_of("/" + quote(os.fsencode(os.path.basename(path))), None)


def defines(language: str | None) -> bool:
    """Return whether files of the language have definitions that Hotseat finds."""
    return profile_of(language).definitions is not None


def is_wanted(path: str, is_secret: IsSecret) -> bool:
    """Return whether a file is worth indexing, by its path in the workspace."""
    try:
        path.encode()
    except UnicodeEncodeError:  # a name that is not UTF-8 can be neither stored nor shown
        return False
    return (
        TOOL_FOLDERS.isdisjoint(path.split("/"))
        and language_of_name(path) is not None
        and written_by_hand(path)
        and not is_secret(path)
    )


def is_in_git(workspace: Path) -> bool:
    """Return whether the folder is in a git work tree. Runs git."""
    result = git_result(workspace, "rev-parse", "--is-inside-work-tree")
    return result.succeeded and result.output.strip() == b"true"


class _TooMany(Exception):
    """More names than the bounds allow; the argument is a sentence."""


class _Names:
    """Collects the names that count."""

    def __init__(self, is_secret: IsSecret, bounds: IndexBounds) -> None:
        self._is_secret = is_secret
        self._bounds = bounds
        self._n_listed = 0
        self._paths: list[tuple[bool, int, str]] = []
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        """Take a piece of NUL-terminated names."""
        *names, self._rest = (self._rest + chunk).split(b"\0")
        for name in names:
            self.add(os.fsdecode(name))

    def add(self, path: str) -> None:
        self._n_listed += 1
        if self._n_listed > self._bounds.max_listed:
            raise _TooMany(
                f"the workspace has more than {self._bounds.max_listed:,} files, of which the "
                "others were not looked at"
            )
        if is_wanted(path, self._is_secret):
            self._paths.append((not defines(language_of_name(path)), path.count("/"), path))

    def chosen(self) -> tuple[list[str], str]:
        """Return the paths within the bounds, and what was left out as a sentence."""
        self._paths.sort()
        paths = list(dict.fromkeys(path for _, _, path in self._paths))
        n_more = len(paths) - self._bounds.max_files
        if n_more <= 0:
            return paths, ""
        return paths[: self._bounds.max_files], (
            f"{n_more:,} of {len(paths):,} files are left out: the limit is "
            f"{self._bounds.max_files:,}"
        )


def _list_by_git(
    workspace: Path,
    names: _Names,
    bounds: IndexBounds,
    *before: str,
    and_after: tuple[str, ...] = (),
) -> str:
    result = asyncio.run(
        run_git(
            workspace,
            *before,
            "ls-files",
            *(("-o",) if before else ("-c", "-o")),
            "--exclude-standard",
            *and_after,
            "-z",
            on_output=names.feed,
            timeout_s=bounds.list_s,
        )
    )
    return "" if result.succeeded else f"git cannot list all files: {result.complaint}"


def _list_by_empty_repository(workspace: Path, names: _Names, bounds: IndexBounds) -> str:
    with tempfile.TemporaryDirectory(prefix="hotseat-") as folder:
        made = git_result(Path(folder), "init", "--quiet", "--bare", folder)
        if not made.succeeded:
            for name in _walk(workspace, bounds):
                names.add(name)
            return ""
        places = (f"--git-dir={folder}", f"--work-tree={workspace.absolute()}")
        tools = tuple(f"--exclude={name}/" for name in sorted(TOOL_FOLDERS))
        return _list_by_git(workspace, names, bounds, *places, and_after=tools)


def _walk(workspace: Path, bounds: IndexBounds) -> Iterator[str]:
    """Yield the regular files, level by level. Links are not followed."""
    ends_s = time.monotonic() + bounds.list_s
    level = [""]
    while level:
        below: list[str] = []
        for folder in level:
            if time.monotonic() > ends_s:
                raise _TooMany(f"not all folders were read within {bounds.list_s:g} s")
            try:
                entries = os.scandir(workspace / folder)
            except OSError:
                continue  # gone, or not readable
            with entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if not left_out(entry.name, False):
                            below.append(path)
                    elif entry.is_file(follow_symlinks=False):
                        yield path
        level = sorted(below)
