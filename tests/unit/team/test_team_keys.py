"""Developers' keys: only hashes are stored, and only a right key names a developer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.team.keys import add_key, read_keys, remove_keys


def test_a_key_names_its_developer_and_is_not_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "team.keys"
    anna, ben, second = add_key(path, "anna"), add_key(path, "ben"), add_key(path, "anna")
    ring = read_keys(path)
    assert [ring.developer_of(key) for key in (anna, ben, second)] == ["anna", "ben", "anna"]
    assert ring.developer_of(anna[:-1]) is None
    assert ring.developer_of("") is None
    assert anna not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_removed_keys_open_nothing(tmp_path: Path) -> None:
    path = tmp_path / "team.keys"
    anna, ben = add_key(path, "anna"), add_key(path, "ben")
    assert remove_keys(path, "anna") == 1
    assert remove_keys(path, "anna") == 0
    ring = read_keys(path)
    assert (ring.developer_of(anna), ring.developer_of(ben)) == (None, "ben")


def test_no_file_lets_no_one_in(tmp_path: Path) -> None:
    assert read_keys(tmp_path / "none").developer_of("x") is None


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "team.keys"
    path.write_text("# comment\n\nanna md5:12\n")
    path.chmod(0o600)
    with pytest.raises(HotseatError, match=r"team\.keys:3:1"):
        read_keys(path)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_file_that_others_can_write_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "team.keys"
    add_key(path, "anna")
    path.chmod(0o666)
    with pytest.raises(HotseatError, match="Other users can write"):
        read_keys(path)
