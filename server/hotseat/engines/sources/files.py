"""Moving many bytes between files, in a thread: hashed, counted, cancellable, never half there.

A file appears under its name only when it is complete. Owns no network and no grammar.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, TypeVar

from hotseat.domain.errors import SourceError
from hotseat.engines.sources.progress import Progress, ProgressSink

CHUNK_BYTES = 1 << 20
Opener = Callable[[], AbstractContextManager[IO[bytes]]]

_T = TypeVar("_T")


class _Stopped(Exception):
    """The task that waits for the thread was cancelled."""


async def write_joined(
    openers: Iterable[Opener],
    dest: Path,
    *,
    total_bytes: int,
    status: str,
    progress: ProgressSink,
    sha256: str | None = None,
) -> str:
    """Write the streams one after the other to `dest`; returns the sha256 of what was written.

    Raises SourceError when the disk is full, or when `sha256` is given and differs: then `dest`
    is not there.
    """
    check_space(dest.parent, total_bytes)
    temporary = dest.with_name(dest.name + ".tmp")

    def work(report: Callable[[int], None]) -> str:
        digest = hashlib.sha256()
        try:
            with temporary.open("wb") as out:
                n_bytes = 0
                for opener in openers:
                    with opener() as stream:
                        while chunk := stream.read(CHUNK_BYTES):
                            out.write(chunk)
                            digest.update(chunk)
                            n_bytes += len(chunk)
                            report(n_bytes)
                out.flush()
                os.fsync(out.fileno())
            if sha256 is not None and digest.hexdigest() != sha256:
                raise SourceError(
                    f"{dest.name} is not what the roster says: its sha256 is {digest.hexdigest()}",
                    hint="It was changed at its source, or the roster's sha256 is wrong",
                )
            temporary.replace(dest)
        finally:
            temporary.unlink(missing_ok=True)
        return digest.hexdigest()

    return await _in_thread(work, total_bytes, status, progress, dest)


async def sha256_of(path: Path, *, status: str, progress: ProgressSink) -> str:
    """Lower-case hex. Raises SourceError when the file cannot be read."""

    def work(report: Callable[[int], None]) -> str:
        digest = hashlib.sha256()
        n_bytes = 0
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
                n_bytes += len(chunk)
                report(n_bytes)
        return digest.hexdigest()

    return await _in_thread(work, size_of(path), status, progress, path)


def size_of(path: Path) -> int:
    """Raises SourceError when it is not a file that can be read."""
    try:
        if not path.is_file():
            raise SourceError(f"there is no file {path}", hint="Check the path in experts.yaml")
        return path.stat().st_size
    except OSError as error:
        raise as_source_error(error, path) from None


def check_space(folder: Path, n_bytes: int) -> None:
    """Raises SourceError when the disk has no room: better now than in the middle."""
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < n_bytes:
        raise SourceError(
            f"no room for {n_bytes / 1e6:.0f} MB in {folder}: {free_bytes / 1e6:.0f} MB are free",
            hint="Free some space, or set XDG_CACHE_HOME to a folder on another disk",
        )


def as_source_error(error: OSError, path: Path) -> SourceError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SourceError(f"the disk is full at {path}", hint="Free some space and pull again")
    return SourceError(f"{path}: {error.strerror or error}", hint="Check the folder's permissions")


async def _in_thread(
    work: Callable[[Callable[[int], None]], _T],
    total_bytes: int,
    status: str,
    progress: ProgressSink,
    path: Path,
) -> _T:
    """Run `work`; when cancelled, wait until the thread has seen it, so that nothing goes on."""
    loop = asyncio.get_running_loop()
    stopped = threading.Event()
    reported_bytes = 0

    def report(n_bytes: int) -> None:
        nonlocal reported_bytes
        if stopped.is_set():
            raise _Stopped
        # About a hundred steps a file: a bar needs no more.
        if (
            n_bytes - reported_bytes >= max(total_bytes // 100, CHUNK_BYTES)
            or n_bytes == total_bytes
        ):
            reported_bytes = n_bytes
            step = Progress(status=status, completed_bytes=n_bytes, total_bytes=total_bytes)
            loop.call_soon_threadsafe(progress, step)

    running = loop.run_in_executor(None, work, report)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stopped.set()
        await asyncio.wait([running])
        running.exception()  # taken, so that asyncio does not complain about it
        raise
    except OSError as error:
        raise as_source_error(error, path) from None
