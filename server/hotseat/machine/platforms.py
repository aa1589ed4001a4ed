"""What differs between Linux, macOS and Windows: sockets, paths, process groups, signals, watching.

Other modules ask `HERE` and the functions of this one, and never the names of systems; a test
checks that. Each function takes the platform as an argument, so that every branch is tested on one
system. File locks are the library filelock's, on all three.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_UNIX_PATH_BYTES = 100
"""sockaddr_un holds 108 bytes on Linux, 104 on macOS, with the final zero."""
_PR_SET_PDEATHSIG = 1  # sys/prctl.h
_CREATE_NEW_PROCESS_GROUP, _CREATE_NO_WINDOW = 0x200, 0x08000000  # winbase.h


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One system, by the name that `sys.platform` has for it."""

    name: str

    @property
    def is_linux(self) -> bool:
        """There are /proc, prctl, inotify, memfd, RLIMIT_DATA that is enforced, and /run/user."""
        return self.name == "linux"

    @property
    def is_macos(self) -> bool:
        return self.name == "darwin"

    @property
    def is_windows(self) -> bool:
        return self.name == "win32"

    @property
    def has_unix_sockets(self) -> bool:
        """Elsewhere loopback TCP with a token is used; Python has no AF_UNIX on Windows."""
        return not self.is_windows

    @property
    def has_owners_and_modes(self) -> bool:
        """Files have owners and permission bits. Elsewhere the user's profile keeps others out."""
        return not self.is_windows

    @property
    def selects_pipes(self) -> bool:
        """`select` and the event loop can wait for an inherited pipe; elsewhere a thread reads."""
        return not self.is_windows

    @property
    def kills_by_signal(self) -> bool:
        """Processes and groups are ended by SIGKILL; elsewhere by TerminateProcess, one by one."""
        return not self.is_windows


HERE = Platform(name=sys.platform)


def uses_unix_socket(path: Path, platform: Platform = HERE) -> bool:
    """Return whether a listener at `path` is a Unix socket: there are some, and the path fits."""
    return platform.has_unix_sockets and len(os.fsencode(path)) <= MAX_UNIX_PATH_BYTES


def own_group(platform: Platform = HERE) -> dict[str, Any]:
    """Return subprocess's arguments for a child that Ctrl-C in the terminal does not reach."""
    if platform.is_windows:
        return {"creationflags": _CREATE_NEW_PROCESS_GROUP | _CREATE_NO_WINDOW}
    return {"start_new_session": True}


def kill_with_children(
    pid: int,
    kill: Callable[[], None],
    platform: Platform = HERE,
    kill_group: Callable[[int], None] | None = None,
) -> None:
    """Kill a child that was started with `own_group`, and its children where that is possible.

    `kill` kills the child alone. What has ended already is no error.
    """
    if not platform.kills_by_signal:
        kill()
        return
    with suppress(ProcessLookupError):
        (kill_group or _kill_group)(pid)


def _kill_group(pid: int) -> None:
    os.killpg(pid, signal.SIGKILL)


def die_with_parent(
    parent_pid: int,
    platform: Platform = HERE,
    prctl: Callable[[int, int], object] | None = None,
    *,
    gently: bool = False,
) -> bool:
    """Have the kernel end this process with its parent, even while it is stopped.

    `gently`: by SIGTERM, so that it can end its own children and remove its files.

    Return False if the parent has ended before, and this process should end. On other systems than
    Linux nothing is done: there the child notices that its input has ended.
    """
    if not platform.is_linux:
        return True
    death = signal.SIGTERM if gently else signal.SIGKILL
    (prctl or _prctl)(_PR_SET_PDEATHSIG, int(death))
    return os.getppid() == parent_pid


def _prctl(option: int, argument: int) -> None:
    import ctypes

    ctypes.CDLL(None).prctl(option, argument)


def runtime_folder(
    uid: int, is_writable: Callable[[Path], bool], platform: Platform = HERE
) -> Path | None:
    """Return the runtime directory of a user; None where the platform's usual one serves.

    It is the same for every process of the user, whatever its environment says: an editor started
    over ssh has no XDG_RUNTIME_DIR where one started from the desktop has it.
    """
    if not platform.is_linux:
        return None
    of_user = Path(f"/run/user/{uid}")
    if is_writable(of_user):
        return of_user / "hotseat"
    # Straight in /tmp, whose sticky bit keeps others from swapping it, not in a folder there.
    return Path("/tmp") / f"hotseat-{uid}"


def editors_folder(home: Path, environment: Mapping[str, str], platform: Platform = HERE) -> Path:
    """Return where editors of VS Code's family have their folders."""
    if platform.is_macos:
        return home / "Library" / "Application Support"
    if platform.is_windows:
        return Path(environment.get("APPDATA") or home)
    return Path(environment.get("XDG_CONFIG_HOME") or home / ".config")


def address_option(platform: Platform = HERE) -> str:
    """Return the name of the socket option for a listener that takes a port for itself at once.

    On Windows SO_REUSEADDR would let another process take the port, too.
    """
    return "SO_EXCLUSIVEADDRUSE" if platform.is_windows else "SO_REUSEADDR"


def is_crash_status(status: int, platform: Platform = HERE) -> bool:
    """Return whether an exit status is an NTSTATUS: an access violation, a stack overflow."""
    return platform.is_windows and status > 0xFFFF


def use_binary_pipes(
    *descriptors: int,
    platform: Platform = HERE,
    setmode: Callable[[int, int], object] | None = None,
) -> None:
    """Have no line ends translated on these descriptors."""
    if not platform.is_windows:
        return
    if setmode is None:
        import msvcrt

        setmode = msvcrt.setmode  # type: ignore[attr-defined]
    for descriptor in descriptors:
        setmode(descriptor, getattr(os, "O_BINARY", 0x8000))
