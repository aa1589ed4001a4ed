"""Which files of a workspace a task may change, and what is at a path. Reads, and writes nothing.

A path is resolved through links when a step is planned; after that the step has the real path, and
a link that appears in it later is a conflict (`unmoved`). Blocks: call it in a thread.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from hotseat.conversation.task.checking import Place
from hotseat.conversation.task.paths import is_named, plain_path, runs_something
from hotseat.domain.errors import HotseatError
from hotseat.roster.regular_file import read_regular
from hotseat.workspace.ignored import not_ignored
from hotseat.workspace.symbols.listing import is_in_git, language_of_name

MAX_FILE_BYTES = 4_000_000
"""Of a file that a task changes."""
_BOM = "\ufeff"
_LONE_RETURN = re.compile(r"\r(?!\n)")


class Places:
    """The paths of one workspace. `is_secret` takes a path in it."""

    def __init__(self, root: Path, is_secret: Callable[[str], bool]) -> None:
        self.root = root
        self._real_root = os.path.realpath(root)
        self._is_secret = is_secret
        self._is_in_git: bool | None = None

    async def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """Return those of the paths that git ignores; none outside of a repository."""
        plain = {path: found for path in paths if (found := _plain(path)) is not None}
        if not plain or not self._in_git():
            return frozenset()
        absolute = {os.path.join(str(self.root), found): path for path, found in plain.items()}
        kept = await not_ignored(self.root, list(absolute))
        return frozenset(path for full, path in absolute.items() if full not in kept)

    def look(
        self, path: str, *, words: str = "", by_user: bool = False, ignored: Collection[str] = ()
    ) -> Place:
        """Return what is at a path. `words` are what the user wrote; `by_user`: the path too."""
        try:
            plain = plain_path(self._relative(path))
            real = self._resolved(plain)
        except ValueError as error:
            return Place(path=path, problem=str(error))
        place = Place(path=real, language=language_of_name(real))
        named = by_user or is_named(plain, words) or is_named(real, words)
        problem, exists = "", os.path.lexists(os.path.join(self._real_root, real))
        if self._is_secret(plain) or self._is_secret(real):
            problem = "it may hold secrets, so models may not see it"
        elif (runs_something(plain) or runs_something(real)) and not named:
            problem = "it makes tools run something; name it in the task to have it changed"
        elif path in ignored or real in ignored:
            problem = "git ignores it"
        elif exists:
            problem = self._why_not(real)
        return Place(path=real, problem=problem, exists=exists, language=place.language)

    def unmoved(self, path: str) -> bool:
        """Return whether a real path in the workspace still is one: no link is on the way."""
        full = os.path.join(self._real_root, path)
        return os.path.realpath(full) == full and self._real_root == os.path.realpath(self.root)

    def read(self, path: str) -> str | None:
        """Return the text at a real path; None if nothing is there. Raises HotseatError."""
        if not self.unmoved(path):
            raise HotseatError(
                f"{path} is a link to another place now", hint="Begin a new task for that place"
            )
        full = Path(self._real_root) / path
        try:
            data = read_regular(full, max_bytes=MAX_FILE_BYTES, inside=Path(self._real_root))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise HotseatError(
                f"{path} cannot be read: {error.strerror or error}", hint="Leave it out of the task"
            ) from None
        try:
            text = data.decode().removeprefix(_BOM)
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text or _LONE_RETURN.search(text):
            raise HotseatError(
                f"{path} is not text in UTF-8 with ordinary line ends",
                hint="Leave it out of the task",
            )
        return text

    def _in_git(self) -> bool:
        if self._is_in_git is None:
            self._is_in_git = is_in_git(self.root)
        return self._is_in_git

    def _relative(self, path: str) -> str:
        """Return an absolute path of the workspace as one in it; any other as it is."""
        for root in (str(self.root), self._real_root):
            if path.startswith(f"{root}{os.sep}"):
                return path[len(root) + 1 :]
        return path

    def _resolved(self, plain: str) -> str:
        """Return the path after following links. Raises ValueError if it lies outside."""
        try:
            full = os.path.realpath(os.path.join(self._real_root, plain))
        except (OSError, ValueError):
            raise ValueError("its path is not one of a file") from None
        if not Path(full).is_relative_to(self._real_root) or full == self._real_root:
            raise ValueError("it leads outside of the workspace")
        return Path(full).relative_to(self._real_root).as_posix()

    def _why_not(self, real: str) -> str:
        full = os.path.join(self._real_root, real)
        if os.path.isdir(full):
            return "it is a folder"
        if not os.path.isfile(full):
            return "it is not a regular file"
        if os.path.getsize(full) > MAX_FILE_BYTES:
            return f"it is larger than {MAX_FILE_BYTES // 1_000_000} MB"
        return ""


def _plain(path: str) -> str | None:
    try:
        return plain_path(path)
    except ValueError:
        return None
