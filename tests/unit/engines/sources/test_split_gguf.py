"""A model in several files becomes one that is the same model."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import pytest

from hotseat.domain.errors import SourceError
from hotseat.embedded.models.gguf import read_gguf
from hotseat.engines.sources import Progress
from hotseat.engines.sources.split_gguf import join_split
from support.tiny_gguf import split_model, write_model


def ignore(step: Progress) -> None:
    pass


async def test_the_joined_file_is_the_model_that_was_split(tmp_path: Path) -> None:
    whole = write_model(tmp_path / "whole.gguf")
    parts = split_model(whole, 3)
    joined = tmp_path / "joined.gguf"
    digest = await join_split(parts, joined, progress=ignore)
    assert digest == hashlib.sha256(joined.read_bytes()).hexdigest()
    before, after = read_gguf(whole, with_arrays=True), read_gguf(joined, with_arrays=True)
    assert after.tensors == before.tensors
    assert after.metadata == before.metadata
    assert after.arrays == before.arrays
    n_bytes = before.tensors[-1].offset + before.tensors[-1].size_bytes
    assert joined.read_bytes()[-n_bytes:] == whole.read_bytes()[-n_bytes:]


async def test_files_in_the_wrong_order(tmp_path: Path) -> None:
    parts = split_model(write_model(tmp_path / "whole.gguf"), 3)
    for wrong in (parts[::-1], parts[:2], [parts[0], parts[0], parts[2]]):
        with pytest.raises(SourceError, match="says that it is number"):
            await join_split(wrong, tmp_path / "joined.gguf", progress=ignore)
    assert not (tmp_path / "joined.gguf").exists()


async def test_files_that_are_not_gguf(tmp_path: Path) -> None:
    (good, cut) = split_model(write_model(tmp_path / "whole.gguf"), 2)
    content = cut.read_bytes()
    for damaged in (
        content[:20],
        b"GGUF" + struct.pack("<IQQ", 3, 1 << 40, 0),
        b"<html>" + content,
        content[:24] + struct.pack("<Q", 1 << 62) + content[32:],
    ):
        cut.write_bytes(damaged)
        with pytest.raises(SourceError, match="is not a GGUF file"):
            await join_split([good, cut], tmp_path / "joined.gguf", progress=ignore)
