"""Which folders of a workspace are worth watching: those with files that git does not ignore.

Owns what is left out and the bounds. Reads folders and asks git; watches nothing.
"""

from __future__ import annotations

import itertools
import os
import time
from dataclasses import dataclass
from pathlib import Path

from hotseat.workspace.git import run_git
from hotseat.workspace.vendored import BUILT_FOLDERS, TOOL_FOLDERS

MAX_FOLDERS = 2000
LIST_TIMEOUT_S = 30.0
WALK_TIMEOUT_S = 5.0
MAX_ENTRIES = 50_000
"""Most entries read of one folder, and of a walk outside git."""

PRUNE_AT = 4 * MAX_FOLDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderBounds:
    """How much of a workspace is watched, and read for that."""

    max_folders: int = MAX_FOLDERS
    max_entries: int = MAX_ENTRIES
    """Of one folder, and of a walk outside git."""
    prune_at: int = PRUNE_AT
    """With more folders than this, a listing drops all but the shallowest."""


DEFAULT_BOUNDS = FolderBounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Absolute paths, the shallowest first. Not `complete`: there are more than the bounds allow,
    or time was up."""

    paths: tuple[str, ...]
    complete: bool


def why_not(workspace: Path) -> str | None:
    """Return why that folder is not watched at all; None when it may be. Touches the disk."""
    try:
        resolved, home = workspace.resolve(), Path.home().resolve()
    except (OSError, RuntimeError) as error:
        return str(error)
    if home.is_relative_to(resolved):
        return "it is the home directory, or holds it"
    if not resolved.is_dir():
        return "it is not a folder"
    return None


async def git_folders(workspace: Path, bounds: FolderBounds = DEFAULT_BOUNDS) -> Folders:
    """Return the folders of all files in a git work tree that git tracks or would offer to add."""
    listing, root = Listing(bounds), str(workspace)
    result = await run_git(
        workspace,
        "ls-files",
        "-co",
        "--exclude-standard",
        "-z",
        on_output=listing.feed,
        timeout_s=LIST_TIMEOUT_S,
    )
    return Folders(
        paths=tuple(_under(root, name) for name in listing.shallowest()),
        complete=result.succeeded and listing.complete,
    )


def _under(root: str, name: bytes) -> str:
    """As this system writes it; git always has "/"."""
    return os.path.join(root, os.fsdecode(name).replace("/", os.sep)) if name else root


class Listing:
    """Collects the folders of NUL-terminated names as they come: there may be a million files."""

    def __init__(self, bounds: FolderBounds = DEFAULT_BOUNDS) -> None:
        self._bounds = bounds
        self._folders: set[bytes] = {b""}
        self._pruned = False
        self._rest = b""

    @property
    def complete(self) -> bool:
        """Whether all folders are among the shallowest."""
        return not self._pruned and len(self._folders) <= self._bounds.max_folders

    def feed(self, chunk: bytes) -> None:
        *names, self._rest = (self._rest + chunk).split(b"\0")
        for folder in {name.rpartition(b"/")[0] for name in names}:
            self._add(folder)
        if len(self._folders) > self._bounds.prune_at:
            # A folder that is deeper than so many others is never chosen.
            self._folders = {*self.shallowest()}
            self._pruned = True

    def shallowest(self) -> list[bytes]:
        """Return at most `max_folders`, the workspace itself (an empty name) first."""
        by_depth = sorted(self._folders, key=lambda name: (bool(name), name.count(b"/"), name))
        return by_depth[: self._bounds.max_folders]

    def _add(self, folder: bytes) -> None:
        """Add a folder and those above it, where new folders beside it are noticed."""
        if folder in self._folders or not TOOL_FOLDERS.isdisjoint(os.fsdecode(folder).split("/")):
            return
        while folder not in self._folders:
            self._folders.add(folder)
            folder = folder.rpartition(b"/")[0]


def walked_folders(workspace: Path, bounds: FolderBounds = DEFAULT_BOUNDS) -> Folders:
    """Return the folders without asking git. Takes up to WALK_TIMEOUT_S: not for the event loop."""
    deadline_s = time.monotonic() + WALK_TIMEOUT_S
    paths = [str(workspace)]
    n_entries = 0
    for path in paths:  # which grows meanwhile: level by level
        files, below = contents(path, in_git=False, max_entries=bounds.max_entries)
        n_entries += len(files) + len(below)
        paths += below
        too_many = len(paths) > bounds.max_folders or n_entries > bounds.max_entries
        if too_many or time.monotonic() > deadline_s:
            return Folders(paths=tuple(paths[: bounds.max_folders]), complete=False)
    return Folders(paths=tuple(paths), complete=True)


def contents(
    folder: str, *, in_git: bool, max_entries: int = MAX_ENTRIES
) -> tuple[list[str], list[str]]:
    """Return the paths of the files and of the folders in it that may matter. Follows no links."""
    files, folders = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in itertools.islice(entries, max_entries):
                if entry.is_file(follow_symlinks=False):
                    files.append(entry.path)
                elif entry.is_dir(follow_symlinks=False) and not left_out(entry.name, in_git):
                    folders.append(entry.path)
    except OSError:
        pass  # gone already, or not readable: there is nothing to watch
    return files, sorted(folders)


def left_out(name: str, in_git: bool) -> bool:
    """Return whether a folder of that name is never watched. In git .gitignore excludes others."""
    return name in TOOL_FOLDERS or (not in_git and (name.startswith(".") or name in BUILT_FOLDERS))
