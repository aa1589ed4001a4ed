"""Files of a workspace that a task may change; links, secrets and ignored files; writing them."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.privacy.secret_files import SecretFiles
from hotseat.workspace.tasks.places import Places
from hotseat.workspace.tasks.writing import replace_text


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    (root / "src").mkdir(parents=True)
    (root / "src" / "a.go").write_text("package a\n")
    (tmp_path / "outside.go").write_text("package outside\n")
    return root


@pytest.fixture
def places(root: Path) -> Places:
    return Places(root, SecretFiles(()).hold)


def test_links_are_resolved_inside_and_refused_outside(root: Path, places: Places) -> None:
    (root / "link.go").symlink_to("src/a.go")
    (root / "out.go").symlink_to(root.parent / "outside.go")
    (root / "up").symlink_to(root.parent)
    (root / "key.go").symlink_to(".env")
    assert places.look("link.go").path == "src/a.go"
    assert places.look(str(root / "src/a.go")).exists
    for path in ("out.go", "up/outside.go", "../outside.go", "/etc/passwd"):
        assert "outside" in places.look(path).problem, path
    assert "secrets" in places.look("key.go", by_user=True).problem
    assert places.look("src").problem == "it is a folder"
    os.mkfifo(root / "pipe")
    assert places.look("pipe").problem == "it is not a regular file"


def test_files_that_make_tools_run_something_need_to_be_named(places: Places) -> None:
    path = ".github/workflows/ci.yml"
    assert "makes tools run something" in places.look(path).problem
    assert places.look(path, words="Cache pip in ci.yml").problem == ""
    assert places.look(path, by_user=True).problem == ""


def test_ignored_files_are_left_out(root: Path, places: Places) -> None:
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    (root / ".gitignore").write_text("out/\n")
    paths = ["src/a.go", "out/new.go", "../x"]
    assert asyncio.run(places.ignored(paths)) == {"out/new.go"}
    assert places.look("out/new.go", ignored={"out/new.go"}).problem == "git ignores it"


def test_a_link_that_comes_later_is_not_followed(root: Path, places: Places) -> None:
    assert places.read("src/a.go") == "package a\n"
    (root / "src").rename(root / "other")
    (root / "src").symlink_to(root.parent)
    with pytest.raises(HotseatError, match="a link to another place"):
        places.read("src/a.go")
    with pytest.raises(HotseatError, match="cannot be written"):
        replace_text(root, "src/outside.go", "x", expected="package outside\n")
    (root / "a.go").symlink_to("other/a.go")
    with pytest.raises(HotseatError, match="cannot be written"):
        replace_text(root, "a.go", "x", expected="package a\n")
    assert (root / "other/a.go").read_text() == "package a\n"
    assert (root.parent / "outside.go").read_text() == "package outside\n"


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a\0b", b"a\rb\n"])
def test_what_is_not_plain_text_is_refused(root: Path, places: Places, data: bytes) -> None:
    (root / "x.go").write_bytes(data)
    with pytest.raises(HotseatError, match="not text in UTF-8"):
        places.read("x.go")


def test_a_file_is_written_as_a_whole_or_not_at_all(root: Path) -> None:
    path = root / "src" / "a.go"
    path.write_bytes(b"\xef\xbb\xbfpackage a\r\n")
    path.chmod(0o750)
    replace_text(root, "src/a.go", "package b\r\n", expected="package a\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbfpackage b\r\n"
    assert path.stat().st_mode & 0o777 == 0o750
    with pytest.raises(HotseatError, match="changed meanwhile"):
        replace_text(root, "src/a.go", "x", expected="package a\r\n")
    replace_text(root, "new/deep/b.go", "b\n", expected=None)
    assert (root / "new/deep/b.go").read_text() == "b\n"
    with pytest.raises(HotseatError, match="changed meanwhile"):
        replace_text(root, "new/deep/b.go", "c\n", expected=None)
    replace_text(root, "new/deep/b.go", None, expected="b\n")
    assert [p.name for p in root.rglob("*") if p.is_file()] == ["a.go"]
