"""The samples' own tests, on what an arm wrote: in an empty folder, without network, with limits.

The code that runs was written by a model, so nothing here runs unless the user asked for it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.lab.bench.task.samples import SampleChange, own_test

TIMEOUT_S = 20.0
MEMORY_BYTES = 512_000_000
FILE_BYTES = 1_000_000
_NOBODY = "nobody"
_ISOLATED = ("-I", "-S")
"""Without variables, packages, and folders of the user's."""


def check_possible() -> None:
    """Raise HotseatError where the tests cannot be confined."""
    if sys.platform != "linux":
        raise HotseatError(
            "The samples' tests are run on Linux only, where their network can be taken away",
            hint="Leave out --run-tests",
        )
    if not all(shutil.which(name) for name in ("unshare", "prlimit")):
        raise HotseatError(
            "`unshare` and `prlimit` are not installed, which confine the samples' tests",
            hint="Install util-linux, or leave out --run-tests",
        )
    if not _works([*_limited(), *_without_network(_user()), "true"]):
        raise HotseatError(
            "This machine does not let a process give up its network",
            hint="Allow user namespaces, or leave out --run-tests",
        )
    python()


@cache
def python() -> str:
    """Return a Python that the tests can run. As root, the own one may be where no other user may
    go. Raises HotseatError."""
    places = (os.path.realpath(sys.executable), shutil.which("python3", path=os.defpath))
    confined = [*_limited(), *_without_network(_user())]
    for place in filter(None, places):
        if _works([*confined, place, *_ISOLATED, "-c", "import sqlite3, dataclasses"]):
            return place
    raise HotseatError(
        f"The user {_NOBODY} may run no Python of this machine, and the samples' tests do not run"
        " as root",
        hint="Install your system's python3, or run as another user",
    )


def _works(command: list[str]) -> bool:
    done = subprocess.run(command, cwd="/", capture_output=True, timeout=TIMEOUT_S, check=False)
    return done.returncode == 0


def passes(change: SampleChange, texts: Mapping[str, str]) -> bool:
    """Return whether the project's test passes with these texts by path. Blocks."""
    with tempfile.TemporaryDirectory(prefix="hotseat-sample-") as name:
        folder = Path(name)
        for path, text in texts.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        (folder / "own_test.py").write_text(own_test(change), encoding="utf-8")
        if (user := _user()) is not None:
            _hand_over(folder, user)
        try:
            done = subprocess.run(
                [*_limited(), *_without_network(user), python(), *_ISOLATED, "own_test.py"],
                cwd=folder,
                env={"PATH": os.defpath, "HOME": name, "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT_S,
                extra_groups=None if user is None else [],
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def _limited() -> list[str]:
    """Return the words before a command that runs it with limits."""
    return [
        "prlimit",
        f"--cpu={int(TIMEOUT_S)}",
        f"--as={MEMORY_BYTES}",
        f"--fsize={FILE_BYTES}",
        "--core=0",
        "--",
    ]


def _without_network(user: pwd.struct_passwd | None) -> list[str]:
    """Return the words before a command that runs it in a network of its own, with nothing in it.

    As `user`, if this process is root's; else a user namespace makes that possible.
    """
    words = ["unshare", "--net", "--ipc"]
    if user is None:
        return [*words, "--user", "--map-current-user", "--"]
    return [*words, f"--setgid={user.pw_gid}", f"--setuid={user.pw_uid}", "--"]


def _user() -> pwd.struct_passwd | None:
    """Return the user that a test runs as if this process is root's."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_NOBODY)
    except KeyError:
        raise HotseatError(
            f"There is no user {_NOBODY}, and the samples' tests do not run as root",
            hint="Run as another user, or leave out --run-tests",
        ) from None


def _hand_over(folder: Path, user: pwd.struct_passwd) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid)
