"""Each platform's branch, on whatever system the tests run."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hotseat.machine import platforms
from hotseat.machine.platforms import HERE, Platform
from support.repository import REPOSITORY

LINUX, MACOS, WINDOWS = (Platform(name=name) for name in ("linux", "darwin", "win32"))
ALL = pytest.mark.parametrize("platform", [LINUX, MACOS, WINDOWS], ids=lambda p: p.name)


def test_this_system_is_one_of_them() -> None:
    assert HERE.name == sys.platform
    assert HERE.has_owners_and_modes == (os.name == "posix")


@pytest.mark.parametrize(("platform", "expected"), [(LINUX, True), (MACOS, True), (WINDOWS, False)])
def test_unix_sockets_where_there_are_some_and_the_path_fits(
    platform: Platform, expected: bool
) -> None:
    assert platforms.uses_unix_socket(Path("/tmp/a.sock"), platform) is expected
    assert not platforms.uses_unix_socket(Path("/" + "é" * 51), platform)


@ALL
def test_a_child_is_out_of_reach_of_the_terminal(platform: Platform) -> None:
    arguments = platforms.own_group(platform)
    if platform is WINDOWS:
        flags = arguments["creationflags"]
        assert flags & getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0x200)
        assert flags & getattr(subprocess, "CREATE_NO_WINDOW", 0x08000000)
    else:
        assert arguments == {"start_new_session": True}


@ALL
def test_a_child_is_killed_with_its_group_or_alone(platform: Platform) -> None:
    killed: list[object] = []
    platforms.kill_with_children(7, lambda: killed.append("alone"), platform, killed.append)
    assert killed == (["alone"] if platform is WINDOWS else [7])


def test_a_group_that_has_ended_is_no_error() -> None:
    def gone(_pid: int) -> None:
        raise ProcessLookupError

    platforms.kill_with_children(7, pytest.fail, LINUX, gone)


@ALL
def test_only_linux_ends_a_child_with_its_parent(platform: Platform) -> None:
    calls: list[tuple[int, int]] = []

    def prctl(option: int, argument: int) -> None:
        calls.append((option, argument))

    assert platforms.die_with_parent(os.getppid(), platform, prctl)
    assert calls == ([(1, int(signal.SIGKILL))] if platform is LINUX else [])
    is_orphan = platform is LINUX
    assert platforms.die_with_parent(-1, platform, prctl) is not is_orphan


@pytest.mark.parametrize(
    ("platform", "is_writable", "expected"),
    [
        (LINUX, True, Path("/run/user/1000/hotseat")),
        (LINUX, False, Path("/tmp/hotseat-1000")),
        (MACOS, True, None),
        (WINDOWS, True, None),
    ],
)
def test_the_runtime_directory(
    platform: Platform, is_writable: bool, expected: Path | None
) -> None:
    assert platforms.runtime_folder(1000, lambda _path: is_writable, platform) == expected


def test_where_editors_keep_their_folders() -> None:
    home = Path("/h")
    assert platforms.editors_folder(home, {}, LINUX) == home / ".config"
    assert platforms.editors_folder(home, {"XDG_CONFIG_HOME": "/c"}, LINUX) == Path("/c")
    assert platforms.editors_folder(home, {}, MACOS) == home / "Library" / "Application Support"
    assert platforms.editors_folder(home, {"APPDATA": "/roaming"}, WINDOWS) == Path("/roaming")
    assert platforms.editors_folder(home, {}, WINDOWS) == home


@ALL
def test_a_port_is_not_shared(platform: Platform) -> None:
    expected = "SO_EXCLUSIVEADDRUSE" if platform is WINDOWS else "SO_REUSEADDR"
    assert platforms.address_option(platform) == expected


@ALL
def test_a_crash_by_its_exit_status(platform: Platform) -> None:
    access_violation = 0xC0000005
    assert platforms.is_crash_status(access_violation, platform) is (platform is WINDOWS)
    assert not platforms.is_crash_status(1, platform)


@ALL
def test_line_ends_are_kept(platform: Platform) -> None:
    modes: list[int] = []
    platforms.use_binary_pipes(0, 1, platform=platform, setmode=lambda fd, _mode: modes.append(fd))
    assert modes == ([0, 1] if platform is WINDOWS else [])


@ALL
def test_waiting_for_pipes_and_killing(platform: Platform) -> None:
    assert platform.selects_pipes is (platform is not WINDOWS)
    assert platform.kills_by_signal is (platform is not WINDOWS)


def test_no_other_module_asks_for_the_name_of_the_system() -> None:
    asked = re.compile(r"\bsys\.platform\b|\bos\.name\b|\bplatform\.system\(|\bAF_UNIX\"\)")
    found = set()
    for path in (REPOSITORY / "server" / "hotseat").rglob("*.py"):
        name = path.relative_to(REPOSITORY / "server" / "hotseat").as_posix()
        if name.startswith("lab/") or name == "machine/platforms.py":
            continue
        if asked.search(path.read_text("utf-8")):
            found.add(name)
    # Hints for the user's system, and its name in a report.
    assert found == {"cli/doctor_report.py", "session/doctor/ollama.py"}
