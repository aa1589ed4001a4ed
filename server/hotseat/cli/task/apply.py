"""Writing a reviewed change to the disk: only here does Hotseat write files of a workspace.

The diff is shown first, and the user asked. Without git, or where a file has changes that are not
committed, `--force` is needed: then nothing else could bring the old text back but `undo`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.cli.interrupts import says_yes
from hotseat.cli.task.view import plural, say
from hotseat.domain.errors import HotseatError


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """`new` for a file that holds `old`; None for no file."""

    path: str
    old: str | None
    new: str | None


def replacements(files: Sequence[dict[str, Any]]) -> list[Replacement]:
    """Return what applies the proposed changes."""
    return [
        Replacement(path=file["path"], old=file["oldText"], new=file["newText"])
        for file in files
        if file["state"] == "proposed" and file["diff"]
    ]


def write(
    root: Path, changes: Sequence[Replacement], *, yes: bool, force: bool
) -> tuple[list[str], list[HotseatError]]:
    """Write the files after asking; return the paths that were written, and the errors of others.

    Raises HotseatError before anything is written, if it may not or nobody can be asked.
    """
    if not force and (reason := _unprotected(root, [change.path for change in changes])):
        raise HotseatError(
            f"Nothing was written: {reason}", hint="Commit first, or add --force to write anyway"
        )
    if not yes:
        if not sys.stdin.isatty():
            raise HotseatError("Nothing was written: no terminal to ask on", hint="Add --yes")
        if not says_yes(f"Write {plural(len(changes), 'file')}?"):
            raise HotseatError("Nothing was written", hint="`hotseat task show` shows it again")
    from hotseat.workspace.tasks.writing import replace_text

    written: list[str] = []
    errors: list[HotseatError] = []
    for change in changes:
        try:
            replace_text(root, change.path, change.new, expected=change.old)
        except HotseatError as error:
            errors.append(error)
        else:
            written.append(change.path)
    for one in errors:
        say(str(one))
    return written, errors


def _unprotected(root: Path, paths: Sequence[str]) -> str:
    """Return why the old texts would be lost; "" if git has them all."""
    from hotseat.workspace.git import git_result
    from hotseat.workspace.symbols.listing import is_in_git

    if not is_in_git(root):
        return f"{root} is not in a git repository"
    result = git_result(root, "status", "--porcelain", "-z", "--", *paths)
    if not result.succeeded:
        return f"git cannot say what is committed: {result.complaint}"
    if dirty := [os.fsdecode(line[3:]) for line in result.output.split(b"\0") if line]:
        return f"{', '.join(dirty[:3])} has changes that are not committed"
    return ""
