"""Files in memory alone."""

from __future__ import annotations

import os
import sys

import pytest

from hotseat.embedded.kept.memory_file import MemoryFile, shared_folder

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="not applicable: only Linux has memory files"
)


def test_another_process_finds_it_by_its_name_and_cannot_change_it_after_the_seal() -> None:
    file = MemoryFile()
    folder = shared_folder()
    assert folder is not None
    path = folder / file.name
    path.write_bytes(b"state")
    file.seal()
    assert path.read_bytes() == b"state"
    assert file.size_bytes == 5
    with pytest.raises(PermissionError):
        path.write_bytes(b"other")
    with pytest.raises(OSError, match="Operation not permitted"):
        os.truncate(path, 1)
    file.close()
    assert not path.exists()


def test_a_closed_file_is_empty_and_a_second_close_harmless() -> None:
    file = MemoryFile()
    file.close()
    file.close()
    assert file.size_bytes == 0
    assert file.read(10) == b""


def test_its_number_is_not_used_again_while_a_child_may_open_it() -> None:
    file = MemoryFile()
    file.hold()
    file.close()
    other = MemoryFile()
    assert other.name != file.name
    file.release()
    third = MemoryFile()
    assert third.name == file.name, "now it is free"
    other.close()
    third.close()
