"""Files of a workspace that are not what they seem: each is refused at once, with the reason."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.roster.load import load_paths, workspace_path
from hotseat.roster.regular_file import read_regular
from hotseat.roster.tree import MAX_BYTES
from hotseat.session.trusted import TrustedWorkspaces

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are POSIX's")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    (folder / ".hotseat").mkdir(parents=True)
    return folder


def make(kind: str, path: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "pipe behind a link":
            os.mkfifo(path.parent / "pipe")
            path.symlink_to("pipe")
        case "stdin" | "zero" | "tty" | "null":
            path.symlink_to(f"/dev/{kind}")
        case "proc":
            path.symlink_to("/proc/self/environ")
        case "outside":
            outside.write_text("budget: 1GB\n")
            path.symlink_to(outside)
        case "outside by steps":
            outside.write_text("budget: 1GB\n")
            path.symlink_to("../../w/../outside.yaml")
        case "folder outside":
            (tmp_path / "elsewhere").mkdir()
            (tmp_path / "elsewhere" / path.name).write_text("budget: 1GB\n")
            path.parent.rmdir()
            path.parent.symlink_to(tmp_path / "elsewhere")
        case "loop":
            path.symlink_to(path)
        case "folder":
            path.mkdir()
        case "large":
            path.write_text("x " * (MAX_BYTES // 2 + 1))
        case "sparse":
            with path.open("wb") as file:
                file.truncate(1 << 40)
        case "unreadable":
            path.write_text("budget: 1GB\n")
            path.chmod(0)


KINDS = {
    "pipe": "not a regular file",
    "pipe behind a link": "not a regular file",
    "stdin": "outside",
    "zero": "outside",
    "tty": "outside",
    "null": "outside",
    "proc": "outside",
    "outside": "outside",
    "outside by steps": "outside",
    "folder outside": "outside",
    "loop": "link",
    "folder": "folder",
    "large": "larger than 256 kB",
    "sparse": "larger than 256 kB",
}


@pytest.mark.parametrize(("kind", "reason"), KINDS.items())
@pytest.mark.parametrize("trusted", [False, True])
def test_a_roster_that_is_not_a_regular_file_in_its_workspace_is_refused_with_the_reason(
    workspace: Path, tmp_path: Path, kind: str, reason: str, trusted: bool
) -> None:
    make(kind, workspace_path(workspace), tmp_path)
    result = load_paths(None, workspace, trusted=trusted)
    (problem,) = result.diagnostics
    assert reason in problem.message
    assert result.roster == load_paths(None, None).roster


@pytest.mark.parametrize("kind", KINDS)
def test_such_a_roster_cannot_be_trusted_either(workspace: Path, tmp_path: Path, kind: str) -> None:
    make(kind, workspace_path(workspace), tmp_path)
    store = TrustedWorkspaces(tmp_path / "trusted.json")
    with pytest.raises(HotseatError, match="cannot be read"):
        store.add(workspace)
    assert not store.trusts(workspace)


def test_a_roster_that_turns_into_a_link_is_no_longer_trusted(
    workspace: Path, tmp_path: Path
) -> None:
    path = workspace_path(workspace)
    path.write_text("budget: 1GB\n")
    store = TrustedWorkspaces(tmp_path / "trusted.json")
    store.add(workspace)
    assert store.trusts(workspace)
    path.rename(tmp_path / "same.yaml")
    path.symlink_to(tmp_path / "same.yaml")
    assert not store.trusts(workspace)


def test_links_inside_the_workspace_count_also_where_it_is_reached_by_a_link(
    workspace: Path, tmp_path: Path
) -> None:
    (workspace / "team.yaml").write_text("secrets: [a.txt]\n")
    workspace_path(workspace).symlink_to("../team.yaml")
    link = tmp_path / "link"
    link.symlink_to(workspace)
    for folder in (workspace, link):
        result = load_paths(None, folder)
        assert (result.roster.secrets, result.diagnostics) == (("a.txt",), ())


def test_the_users_own_roster_may_be_a_link_but_no_pipe(tmp_path: Path) -> None:
    (tmp_path / "dotfiles.yaml").write_text("secrets: [a.txt]\n")
    user = tmp_path / "experts.yaml"
    user.symlink_to("dotfiles.yaml")
    assert load_paths(user, None).roster.secrets == ("a.txt",)
    user.unlink()
    os.mkfifo(user)
    (problem,) = load_paths(user, None).diagnostics
    assert "not a regular file" in problem.message


def test_a_list_of_trusted_workspaces_that_is_a_pipe_is_an_empty_one(
    workspace: Path, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "trusted.json")
    assert TrustedWorkspaces(tmp_path / "trusted.json").all() == {}


def test_a_file_of_the_largest_size_is_read_whole_and_files_of_proc_up_to_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 1000)
    assert read_regular(path, max_bytes=1000) == b"x" * 1000
    with pytest.raises(OSError, match="larger than 0 kB"):
        read_regular(path, max_bytes=999)
    if sys.platform == "linux":
        assert b"Name:" in read_regular(Path("/proc/self/status"), max_bytes=100_000)
        with pytest.raises(OSError, match="larger"):
            read_regular(Path("/proc/self/status"), max_bytes=10)
