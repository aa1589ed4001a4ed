"""Answers to HTTP requests, from bytes in any pieces."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotseat.engines.connections.http_answer import MAX_HEAD_BYTES, BrokenAnswer, HttpAnswer

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Name:  v \r\n\r\nhello"
CHUNKS = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nhel\r\n2;name=value\r\nlo\r\n0\r\nTrailer: yes\r\n\r\n"
)
CLOSED = b"HTTP/1.0 404 Not Found\r\n\r\nhello"
CONTINUED = b"HTTP/1.1 100 Continue\r\n\r\n" + LENGTH
BARE_LINES = LENGTH.replace(b"\r\n", b"\n")
EMPTY = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


def read(pieces: Iterable[bytes]) -> tuple[HttpAnswer, bytes]:
    answer, body = HttpAnswer(), b""
    for piece in pieces:
        answer.receive(piece)
        body += answer.body()
    return answer, body


def pieces_of(data: bytes, borders: Iterable[int]) -> list[bytes]:
    places = sorted({0, len(data), *(border % len(data) for border in borders)})
    return [data[start:end] for start, end in pairwise(places)]


@settings(deadline=None)
@given(
    st.sampled_from([LENGTH, CHUNKS, CONTINUED, BARE_LINES]),
    st.lists(st.integers(0, 10_000), max_size=12),
)
def test_the_pieces_in_which_an_answer_comes_do_not_matter(data: bytes, borders: list[int]) -> None:
    answer, body = read(pieces_of(data, borders))
    assert (answer.status, body, answer.is_done, answer.can_go_on) == (200, b"hello", True, True)


def test_headers_are_known_by_their_names_in_lower_case() -> None:
    answer, _ = read([LENGTH])
    assert answer.headers == {"content-length": "5", "x-name": "v"}


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    answer, body = read([CLOSED])
    assert (answer.status, body, answer.is_done) == (404, b"hello", False)
    answer.receive(b"")
    assert (answer.is_done, answer.can_go_on) == (True, False)


def test_an_answer_without_a_body_ends_at_once() -> None:
    answer, body = read([EMPTY])
    assert (answer.status, body, answer.is_done, answer.can_go_on) == (204, b"", True, False)


def test_what_comes_after_the_end_belongs_to_no_answer() -> None:
    answer, body = read([LENGTH + b"HTTP/1.1 200 OK\r\n"])
    assert (body, answer.has_surplus) == (b"hello", True)


@pytest.mark.parametrize("n_bytes", [0, 10, 40, len(CHUNKS) - 20, len(CHUNKS) - 2])
def test_an_answer_that_breaks_off_is_broken(n_bytes: int) -> None:
    answer, _ = read(pieces_of(CHUNKS[:n_bytes], []) if n_bytes else [])
    with pytest.raises(BrokenAnswer, match="EOF"):
        answer.receive(b"")


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n : no name\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 1000,
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * (MAX_HEAD_BYTES + 1),
    ],
)
def test_what_is_no_answer_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        read([data])


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read([data] if data else [])
        read([LENGTH[:40] + data])
        read([CHUNKS[:50] + data])
    except BrokenAnswer:
        pass


@settings(deadline=None)
@given(
    st.lists(st.binary(min_size=1, max_size=40), max_size=6),
    st.booleans(),
    st.lists(st.integers(0, 10_000), max_size=8),
)
def test_what_an_http_server_writes_is_read_as_it_was_written(
    parts: list[bytes], is_chunked: bool, borders: list[int]
) -> None:
    server, content = h11.Connection(h11.SERVER), b"".join(parts)
    server.receive_data(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    server.next_event()
    framing = (
        ("Transfer-Encoding", "chunked") if is_chunked else ("Content-Length", str(len(content)))
    )
    events = [h11.Response(status_code=200, headers=[framing]), *(h11.Data(data=p) for p in parts)]
    written = b"".join(server.send(event) or b"" for event in (*events, h11.EndOfMessage()))
    answer, body = read(pieces_of(written, borders))
    assert (answer.status, body, answer.is_done) == (200, content, True)
