"""Writing the user's own experts.yaml: a difference to show, all or nothing, with a backup."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.roster.regular_file import read_regular
from hotseat.roster.tree import MAX_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The file's text, before and after; None where there is no file yet."""

    path: Path
    old: str | None
    new: str

    @property
    def difference(self) -> str:
        """As `diff -u` shows it."""
        lines = difflib.unified_diff(
            (self.old or "").splitlines(),
            self.new.splitlines(),
            str(self.path),
            f"{self.path} (proposed)",
            lineterm="",
        )
        return "\n".join(lines)


def change_of(path: Path, edit: Callable[[str], str]) -> Change:
    """`edit` gets the text that is there, empty where there is none. Raises HotseatError."""
    try:
        old = read_regular(path, max_bytes=MAX_BYTES).decode("utf-8")
    except FileNotFoundError:
        old = None
    except (OSError, UnicodeDecodeError) as error:
        raise HotseatError(f"Cannot read {path}: {error}") from error
    return Change(path=path, old=old, new=edit(old or ""))


def write(change: Change) -> Path | None:
    """Write it whole or not at all; returns the backup. Raises HotseatError."""
    path = change.path.resolve()  # a link stays one
    backup = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if change.old is not None:
            backup = _free(path)
            backup.write_text(change.old, encoding="utf-8")
            os.chmod(backup, path.stat().st_mode & 0o777)
        handle, partial = tempfile.mkstemp(prefix=".experts-", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(change.new)
            os.chmod(partial, path.stat().st_mode & 0o777 if backup else 0o644)
            Path(partial).replace(path)
        finally:
            Path(partial).unlink(missing_ok=True)
    except OSError as error:
        raise HotseatError(f"Cannot write {path}: {error.strerror or error}") from error
    return backup


def _free(path: Path) -> Path:
    """`experts.yaml.before-20261123-181500`, or with a number where that is taken."""
    stamp = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    names = [f"{path.name}.before-{stamp}{more}" for more in ("", *(f"-{n}" for n in range(2, 99)))]
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())
