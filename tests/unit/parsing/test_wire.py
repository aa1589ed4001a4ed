"""Frames: what is written is read, however the stream is cut, and garbage is noticed."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.parsing.wire import (
    Answer,
    BrokenFrame,
    Frames,
    decode_answer,
    decode_request,
    encode_answer,
    encode_request,
)

ANSWERS = [
    Answer(1, ["sql", "python"], 0.0012),
    Answer(2, None, 0.0, "KeyError: 7"),
    Answer(3, [["näme", "type", 4, "\ud800", True]], 1.5),
]


@given(st.lists(st.integers(1, 40), max_size=30))
def test_a_stream_may_be_cut_anywhere(sizes: list[int]) -> None:
    stream = b"".join(map(encode_answer, ANSWERS))
    frames, found = Frames(), []
    for size in [*sizes, len(stream)]:
        found += [decode_answer(content) for content in frames.feed(stream[:size])]
        stream = stream[size:]
    assert found == ANSWERS


def test_requests_carry_texts_and_bytes() -> None:
    arguments = (7, ("python", b"a = 1\n"), None, "é\ud800")
    [content] = Frames().feed(encode_request(5, "look", arguments))
    assert decode_request(content) == (5, "look", arguments)


def test_a_frame_that_is_too_large_is_broken() -> None:
    with pytest.raises(BrokenFrame):
        list(Frames(100).feed(struct.pack("<I", 101)))


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[1]", b'{"a": 1}', b'["x", 1, 0, null]', b"[" * 100_000, b"[1, 2, null, 3]"],
)
def test_what_is_no_answer_is_broken(content: bytes) -> None:
    with pytest.raises(BrokenFrame):
        decode_answer(content)
    assert json.dumps("") == '""'
