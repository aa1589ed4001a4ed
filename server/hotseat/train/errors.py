"""Errors of training that several modules have: the disk, and a person who stops it."""

from __future__ import annotations

import errno
from pathlib import Path

from hotseat.domain.errors import HotseatError


class Stopped(HotseatError):
    """Somebody stopped the training; what there is of it is on disk, whole."""

    @classmethod
    def after(cls, step: int, steps: int) -> Stopped:
        return cls(
            f"Stopped after step {step} of {steps}", hint="The same command goes on from there"
        )


def disk_error(path: Path, error: OSError) -> HotseatError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return HotseatError(
            f"The disk is full: {path} could not be written",
            hint="Make room and run the same command again: it goes on from its last checkpoint",
        )
    return HotseatError(
        f"Cannot write {path}: {error.strerror or error}",
        hint="Say --out FOLDER: a folder that you may write to",
    )
