"""The head of a saved state."""

from __future__ import annotations

import struct

import pytest

from hotseat.embedded.kept.state_file import HEAD_BYTES, head_length, read_head


def head(*, magic: bytes = b"qsgg", version: int = 4, n_tokens: int = 3, extra: int = 1) -> bytes:
    words = [0xFFFFFFFF, 1, n_tokens, *range(n_tokens), *([0] * extra)]
    return struct.pack(f"<4sII{len(words)}I", magic, version, len(words), *words)


def test_a_head_has_the_number_and_the_identity_of_its_tokens() -> None:
    found = read_head(head() + b"the KV cache")
    assert found is not None
    assert found.n_tokens == 3
    assert found == read_head(head())
    assert found != read_head(head(n_tokens=4))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"qsg",
        head()[:-1],
        head(magic=b"nope"),
        head(version=5),
        struct.pack("<4sII", b"qsgg", 4, 0xFFFFFFFF),
        struct.pack("<4sII3I", b"qsgg", 4, 3, 0xFFFFFFFF, 1, 9),
        struct.pack("<4sII3I", b"qsgg", 4, 3, 0, 1, 0),
    ],
)
def test_what_is_truncated_or_of_another_format_has_none(content: bytes) -> None:
    assert read_head(content) is None


def test_the_length_is_known_from_the_first_bytes() -> None:
    whole = head()
    assert head_length(whole[:HEAD_BYTES]) == len(whole)
