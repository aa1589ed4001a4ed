"""Errors that several modules of training raise: a full disk, and a stop by the user."""

from __future__ import annotations

import errno
from pathlib import Path

from hotseat.domain.errors import HotseatError


class Stopped(HotseatError):
    """The user stopped the training; the checkpoint on disk is complete."""

    @classmethod
    def after(cls, step: int, steps: int) -> Stopped:
        return cls(
            f"Stopped after step {step} of {steps}", hint="Run the same command again to resume"
        )


def disk_error(path: Path, error: OSError) -> HotseatError:
    """Return the error to raise when writing `path` failed."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return HotseatError(
            f"The disk is full: {path} could not be written",
            hint="Free some space; the same command resumes from the last checkpoint",
        )
    return HotseatError(
        f"Cannot write {path}: {error.strerror or error}",
        hint="Name a folder that you can write to with --out",
    )
