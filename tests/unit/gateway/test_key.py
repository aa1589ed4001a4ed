"""The key's file: made once, the user's alone, and replaced when others could read it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.gateway.key import stored_key

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the modes of files are POSIX's")


def test_it_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "data" / "gateway.key"
    key = stored_key(path)
    assert len(key) >= 32
    assert stored_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_that_others_could_read_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "gateway.key"
    key = stored_key(path)
    path.chmod(0o644)
    assert stored_key(path) != key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "two words", "\n"])
def test_one_that_no_header_can_hold_is_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "gateway.key"
    path.write_text(content)
    path.chmod(0o600)
    assert len(stored_key(path)) >= 32


def test_a_directory_in_its_place_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(HotseatError, match="Remove"):
        stored_key(tmp_path)
