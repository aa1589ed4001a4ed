"""Which folders of a workspace are worth watching."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.workspace.watched_folders import FolderBounds, Listing, contents, walked_folders

NAMES = st.lists(st.sampled_from(["a", "b", "c", "node_modules"]), min_size=1, max_size=5)


def listed(*names: str) -> list[str]:
    listing = Listing()
    listing.feed(b"".join(name.encode() + b"\0" for name in names))
    return [name.decode() for name in listing.shallowest()]


def test_the_folders_of_files_and_those_above_them_the_shallowest_first() -> None:
    assert listed("x.go", "b/y.go", "a/b/c/z.go") == ["", "a", "b", "a/b", "a/b/c"]


def test_without_any_file_the_workspace_itself_is_watched() -> None:
    assert listed() == [""]


def test_what_tools_fill_is_left_out_though_git_would_add_it() -> None:
    assert listed("a/node_modules/b/c.js", ".venv/x.py", "a/x.js", ".github/x.yml") == [
        "",
        ".github",
        "a",
    ]


@given(st.lists(NAMES, max_size=20), st.integers(1, 9))
def test_a_listing_that_comes_in_pieces_is_the_same(
    paths: list[list[str]], piece_bytes: int
) -> None:
    names = ["/".join([*path, "x.go"]) for path in paths]
    output = b"".join(name.encode() + b"\0" for name in names)
    listing = Listing()
    for i in range(0, len(output), piece_bytes):
        listing.feed(output[i : i + piece_bytes])
    assert [name.decode() for name in listing.shallowest()] == listed(*names)


@given(st.sets(st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map("/".join), max_size=60))
def test_too_many_folders_are_pruned_to_the_shallowest(folders: set[str]) -> None:
    names = [f"{folder}/x" for folder in sorted(folders, reverse=True)]
    every = listed(*names)
    listing = Listing(FolderBounds(max_folders=5, prune_at=8))
    for name in names:
        listing.feed(name.encode() + b"\0")
    assert [name.decode() for name in listing.shallowest()] == every[:5]
    assert listing.complete == (len(every) <= 5)


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).mkdir(parents=True)


def test_a_walk_leaves_out_what_is_hidden_or_built(tmp_path: Path) -> None:
    make(tmp_path, "src/deep", ".git/objects", ".cache", "node_modules/a", "target", "lib/dist")
    (tmp_path / "link").symlink_to(tmp_path / "src")
    found = walked_folders(tmp_path)
    assert [Path(p).relative_to(tmp_path).as_posix() for p in found.paths] == [
        ".",
        "lib",
        "src",
        "src/deep",
    ]
    assert found.complete


@pytest.mark.parametrize("bounds", [FolderBounds(max_folders=3), FolderBounds(max_entries=3)])
def test_a_walk_is_bounded_and_says_so(tmp_path: Path, bounds: FolderBounds) -> None:
    make(tmp_path, *(f"{a}/{b}" for a in "abc" for b in "abc"))
    found = walked_folders(tmp_path, bounds)
    assert not found.complete
    assert found.paths[:3] == tuple(str(tmp_path / name) for name in ("", "a", "b"))
    assert len(found.paths) < 1 + 3 + 9


def test_a_folder_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    assert contents(str(tmp_path / "gone"), in_git=True) == ([], [])
