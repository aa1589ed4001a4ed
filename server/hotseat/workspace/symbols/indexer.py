"""Keeps the symbol index in step with the files: the first build, later scans, single changes.

Owns what is read again and what leaves the index. Runs in a process of its own (a window's) or in
that of a command; every method blocks. Reads regular files below the workspace only.
"""

from __future__ import annotations

import asyncio
import os
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hotseat.domain.syntax import Definition
from hotseat.roster.regular_file import read_regular
from hotseat.storage.symbols import IndexedFile, SymbolStore
from hotseat.workspace.ignored import not_ignored
from hotseat.workspace.symbols.bounds import DEFAULT_BOUNDS, IndexBounds
from hotseat.workspace.symbols.extract import symbols_of, why_not
from hotseat.workspace.symbols.listing import (
    IsSecret,
    defines,
    is_in_git,
    is_wanted,
    language_of_name,
    list_files,
)

FORM = "1"
"""Of what is kept of a file. With another one all files are read again."""
BATCH_FILES = 100
BATCH_S = 1.0
"""A batch is written when it has so many files, or is so old: a search then finds them."""

Outline = Callable[[bytes, str], "list[Definition] | None"]
"""From a text in utf-8 and its language to its definitions; None if it is not parsed."""
_BOM = b"\xef\xbb\xbf"
_State = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What a scan did."""

    n_files: int
    """In the index now."""
    n_read: int
    n_gone: int
    problem: str = ""
    """What was left out, and why; empty if nothing was."""
    skipped: dict[str, int] = field(default_factory=dict)
    """Number of files that were looked at and not indexed, by reason."""


class SymbolIndexer:
    """Use `scan`, then `update`. `outline` parses; `is_secret` takes a path in the workspace."""

    def __init__(
        self,
        workspace: Path,
        store: SymbolStore,
        outline: Outline,
        is_secret: IsSecret,
        *,
        bounds: IndexBounds = DEFAULT_BOUNDS,
    ) -> None:
        self._workspace = workspace
        self._store = store
        self._outline = outline
        self.is_secret = is_secret
        self._bounds = bounds
        self._known: dict[str, _State] = {}
        self._in_git: bool | None = None
        self._skipped: Counter[str] = Counter()

    def scan(
        self,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
        between: Callable[[], None] = lambda: None,
    ) -> ScanResult:
        """Look at all files, and read those that have changed since they were last read.

        `on_progress` gets the files read so far and their number; `between` is called after each.
        Raises HotseatError where the index cannot be written.
        """
        if self._store.facts().get("form") != FORM:
            self._store.clear()
            self._store.note({"form": FORM})
        self._skipped.clear()
        listing = list_files(self._workspace, self.is_secret, self._bounds)
        self._known = self._store.states()
        there, due, problem = self._compare(listing.paths)
        gone = [path for path in self._known if path not in there]
        if not listing.is_complete:
            gone = [path for path in gone if self._state(path) is None]
        if gone:
            self._put([], gone)
        self._read_all(due, on_progress, between)
        problem = "; ".join(filter(None, (listing.problem, problem)))
        self._store.note({"built": "yes", "problem": problem})
        return ScanResult(
            n_files=len(self._known),
            n_read=len(due),
            n_gone=len(gone),
            problem=problem,
            skipped=dict(self._skipped),
        )

    def update(self, paths: Iterable[str]) -> bool:
        """Read files (absolute paths) that were written, and forget those that are gone.

        Return whether a scan is needed: a folder came, or a rule of what is ignored has changed.
        Raises HotseatError.
        """
        root = str(self._workspace)
        changed: list[str] = []
        gone: list[str] = []
        needs_scan = False
        for whole in dict.fromkeys(paths):
            path = os.path.relpath(whole, root).replace(os.sep, "/")
            if path.startswith("../") or path in ("..", "."):
                continue
            if path.rpartition("/")[2] == ".gitignore":
                needs_scan = True
            mode = self._mode(path)
            if mode is None or not stat.S_ISREG(mode):
                gone += [known for known in self._known if _is_below(known, path)]
                needs_scan |= mode is not None and stat.S_ISDIR(mode)
            elif is_wanted(path, self.is_secret) and not self._is_beyond_a_link(path):
                changed.append(path)
            elif path in self._known:
                gone.append(path)
        changed = self._not_ignored(changed)
        files = [file for path in changed if (file := self._read(path)) is not None]
        if files or gone:
            self._put(files, gone)
        return needs_scan

    # --- one scan ---

    def _compare(self, paths: Sequence[str]) -> tuple[set[str], list[str], str]:
        """Return the paths that are there, those to be read, and what exceeds the bounds."""
        there: set[str] = set()
        due: list[str] = []
        n_bytes, problem = 0, ""
        for path in paths:
            state = self._state(path)
            if state is None:
                continue
            if defines(language_of_name(path)) and state[1] <= self._bounds.max_file_bytes:
                n_bytes += state[1]
                if n_bytes > self._bounds.max_total_bytes:
                    n_megabytes = self._bounds.max_total_bytes // 1_000_000
                    problem = f"files beyond {n_megabytes} MB of code in all are left out"
                    continue
            there.add(path)
            if self._known.get(path) != state:
                due.append(path)
        return there, due, problem

    def _read_all(
        self,
        due: Sequence[str],
        on_progress: Callable[[int, int], None],
        between: Callable[[], None],
    ) -> None:
        batch: list[IndexedFile] = []
        gone: list[str] = []
        began_s = time.monotonic()
        for n, path in enumerate(due):
            on_progress(n, len(due))
            file = self._read(path)
            if file is not None:
                batch.append(file)
            elif path in self._known:  # it was a file until now
                gone.append(path)
            if len(batch) >= BATCH_FILES or time.monotonic() - began_s > BATCH_S:
                self._put(batch, gone)
                batch, gone, began_s = [], [], time.monotonic()
            between()
        if batch or gone:
            self._put(batch, gone)
        on_progress(len(due), len(due))

    # --- one file ---

    def _read(self, path: str) -> IndexedFile | None:
        """Return the file as it is now; None if it is gone or cannot be read."""
        language = language_of_name(path) or ""
        state = self._state(path)
        if state is None:
            return None
        if not defines(language) or state[1] > self._bounds.max_file_bytes:
            if defines(language):
                self._skipped["large"] += 1
            return self._file(path, state, language)
        try:
            data = read_regular(
                self._workspace / path,
                max_bytes=self._bounds.max_file_bytes,
                inside=self._workspace,
            ).removeprefix(_BOM)
        except OSError:
            self._skipped["unreadable"] += 1
            return None
        if reason := why_not(data):
            self._skipped[reason] += 1
            return self._file(path, state, language, is_shown=False)
        definitions = self._outline(data, language)
        if definitions is None:
            self._skipped["not parsed"] += 1
        return IndexedFile(
            path=path,
            mtime_ns=state[0],
            size_bytes=state[1],
            language=language,
            symbols=symbols_of(path, language, definitions or ()),
        )

    @staticmethod
    def _file(path: str, state: _State, language: str, *, is_shown: bool = True) -> IndexedFile:
        return IndexedFile(
            path=path,
            mtime_ns=state[0],
            size_bytes=state[1],
            language=language,
            is_shown=is_shown,
        )

    def _put(self, files: Sequence[IndexedFile], gone: Sequence[str]) -> None:
        self._store.put(files, gone=gone)
        for path in gone:
            self._known.pop(path, None)
        self._known.update({file.path: (file.mtime_ns, file.size_bytes) for file in files})

    def _mode(self, path: str) -> int | None:
        try:
            return os.lstat(self._workspace / path).st_mode
        except (OSError, ValueError):
            return None

    def _is_beyond_a_link(self, path: str) -> bool:
        """Return whether a folder on the way to it is a link, which a scan does not follow."""
        folder = os.path.dirname(path)
        root = os.path.realpath(self._workspace)
        return os.path.realpath(self._workspace / folder) != os.path.normpath(f"{root}/{folder}")

    def _state(self, path: str) -> _State | None:
        """Return modification time and size of a regular file; None for anything else."""
        try:
            found = os.lstat(self._workspace / path)
        except (OSError, ValueError):
            return None
        return (found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else None

    def _not_ignored(self, paths: Sequence[str]) -> list[str]:
        """Return the paths that git does not ignore. What is in the index was not, at the last
        scan, and a change of .gitignore is followed by one."""
        new = [path for path in paths if path not in self._known]
        if not new:
            return list(paths)
        if self._in_git is None:
            self._in_git = is_in_git(self._workspace)
        if not self._in_git:
            return list(paths)
        whole = [str(self._workspace / path) for path in new]
        kept = set(asyncio.run(not_ignored(self._workspace, whole)))
        return [
            path for path in paths if path in self._known or str(self._workspace / path) in kept
        ]


def _is_below(known: str, path: str) -> bool:
    return known == path or known.startswith(f"{path}/")
