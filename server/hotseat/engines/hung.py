"""Ending an embedded engine of this user that hangs, so that another one can take its lock.

A process is only killed if the engine's file names it and it holds the engine's lock: its number
may belong to another program by now. Starts nothing.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import filelock
import psutil

from hotseat.domain.errors import EngineUnavailable
from hotseat.engines.runtime import ENGINE_LOCK, EngineFile, read_engine_file, runtime_dir

log = logging.getLogger(__name__)

_DEATH_PATIENCE_S = 5.0


def lock_holder(noted: EngineFile) -> psutil.Process | None:
    """Return the process of the engine that wrote `noted`, if it holds the lock; else None.

    Raises HotseatError if the runtime directory is unsafe.
    """
    lock = runtime_dir() / ENGINE_LOCK
    try:
        process = psutil.Process(noted.pid)
        if not any(_is_same(Path(file.path), lock) for file in process.open_files()):
            return None
    except psutil.Error:  # It has ended, or it is another user's.
        return None
    return process if is_held(lock) else None


def is_stopped(process: psutil.Process) -> bool:
    """Return whether a signal or a debugger stopped the process."""
    try:
        return process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    except psutil.Error:
        return False


def end_hung_engine(noted: EngineFile) -> bool:
    """Kill the engine that wrote `noted`, and wait for its end; False if it is not ours to kill.

    Raises EngineUnavailable if it does not end.
    """
    process = lock_holder(noted)
    if process is None or read_engine_file() != noted:
        return False
    log.warning("The embedded engine (process %d) does not answer: it is ended", noted.pid)
    try:
        process.kill()  # Not if the number belongs to another process by now.
        process.wait(_DEATH_PATIENCE_S)
    except psutil.NoSuchProcess:
        pass
    except (psutil.TimeoutExpired, psutil.AccessDenied) as error:
        raise EngineUnavailable(
            f"The embedded engine (process {noted.pid}) does not answer and cannot be ended",
            hint="Its disk or memory may not respond. Restart the machine if this stays",
        ) from error
    return True


def _is_same(path: Path, other: Path) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def is_held(lock: Path) -> bool:
    """Return whether a process holds the lock in that file."""
    trial = filelock.FileLock(lock, timeout=0)
    try:
        trial.acquire()
    except filelock.Timeout:
        return True
    trial.release()
    return False
