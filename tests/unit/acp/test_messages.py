"""What an editor may write to the agent."""

from __future__ import annotations

import asyncio

import pytest

from hotseat.acp.messages import MessageLines


def lines_of(data: bytes, *, limit: int = 2**16) -> MessageLines:
    reader = asyncio.StreamReader(limit=limit)
    reader.feed_data(data)
    reader.feed_eof()
    return MessageLines(reader)


async def test_only_objects_are_messages(caplog: pytest.LogCaptureFixture) -> None:
    lines = lines_of(b'[]\n[{"id": 1}]\nnull\n5\n"{"\n\nxxx\n {"id": 2}\r\n{"id": 3}\n[1')
    assert [await lines.readuntil(), await lines.readuntil()] == [b' {"id": 2}\r\n', b'{"id": 3}\n']
    with pytest.raises(asyncio.IncompleteReadError) as end:
        await lines.readuntil()
    assert end.value.partial == b""
    assert len(caplog.records) == 6


async def test_the_rest_of_a_long_line_belongs_to_it() -> None:
    lines = lines_of(b'{"a": "' + b"x" * 100 + b'"}\n[]\n{"id": 2}\n', limit=32)
    with pytest.raises(asyncio.LimitOverrunError) as overrun:
        await lines.readuntil()
    first = await lines.readexactly(overrun.value.consumed)
    assert first + await lines.readuntil() == b'{"a": "' + b"x" * 100 + b'"}\n'
    assert await lines.readuntil() == b'{"id": 2}\n'


async def test_a_message_without_an_end_of_line_is_the_last_one() -> None:
    with pytest.raises(asyncio.IncompleteReadError) as end:
        await lines_of(b'{"id": 1}').readuntil()
    assert end.value.partial == b'{"id": 1}'
