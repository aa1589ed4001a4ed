"""The answer to one HTTP/1.1 request, from bytes as they come.

Owns the framing of one answer: its status, its headers, and where its body ends. No I/O. An engine
of this machine is the only one that it reads, and a keystroke waits for it: h11 takes six times as
long, most of it for checks of what a client sends itself. What is no answer, or could be framed in
two ways, is refused.
"""

from __future__ import annotations

import re
from enum import Enum

MAX_HEAD_BYTES = 64 * 1024
_MAX_LINE_BYTES = 256
"""Of the line with a chunk's size, and of a trailer."""
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-5]\d\d)(?: [^\r\n]*)?")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?")
_SWITCHING = 101
_BODILESS = (204, 304)


class BrokenAnswer(Exception):
    """What came is no HTTP/1.1 answer, or it broke off; the text says how."""


class _State(Enum):
    HEAD = "head"
    LENGTH = "length"
    CHUNK_SIZE = "chunk size"
    CHUNK = "chunk"
    CHUNK_END = "chunk end"
    TRAILERS = "trailers"
    UNTIL_CLOSED = "until closed"
    DONE = "done"


class HttpAnswer:
    """Use `receive` for what comes, and take `status` and `body` out of it.

    `status` is None until the head is there; answers below 200 (such as 100 Continue) are skipped.
    """

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        """By their names in lower case; of a repeated one the last."""
        self.can_go_on = False
        """The connection serves another request after this answer."""
        self._received = b""
        self._state = _State.HEAD
        self._n_left = 0

    @property
    def is_done(self) -> bool:
        """Whether the answer has come to its end."""
        return self._state is _State.DONE

    @property
    def has_surplus(self) -> bool:
        """Whether something came after the answer's end."""
        return self.is_done and bool(self._received)

    def receive(self, data: bytes) -> None:
        """Take what came; empty for the end of the connection. Raises BrokenAnswer."""
        if not data:
            if self._state is _State.UNTIL_CLOSED:
                self._state = _State.DONE
            elif self._state is not _State.DONE:
                raise BrokenAnswer("unexpected EOF")
            return
        self._received = self._received + data if self._received else data
        while self._state is _State.HEAD and self._take_head():
            pass

    def body(self) -> bytes:
        """Return what has come of the body and was not returned before. Raises BrokenAnswer."""
        parts: list[bytes] = []
        while (part := self._take_part()) is not None:
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    # --- the head --------------------------------------------------------------------------------

    def _take_head(self) -> bool:
        """Read a head if it is complete. Return whether another one follows it."""
        received = self._received
        end = _HEAD_END.search(received)
        if end is None or end.start() > MAX_HEAD_BYTES:
            if len(received) > MAX_HEAD_BYTES:
                raise BrokenAnswer("a head without an end")
            if not b"HTTP/1.".startswith(received[:7]):
                raise BrokenAnswer("not HTTP/1.1")
            return False
        first, *lines = received[: end.start()].split(b"\n")
        self._received = received[end.end() :]
        found = _STATUS.fullmatch(first.rstrip(b"\r"))
        if found is None:
            raise BrokenAnswer("not HTTP/1.1")
        status = int(found[2])
        if status == _SWITCHING:
            raise BrokenAnswer("another protocol")
        if status < 200:
            return True
        self._read_headers(lines)
        self.status = status
        self._frame(is_old=found[1] == b"0")
        return False

    def _read_headers(self, lines: list[bytes]) -> None:
        for line in lines:
            found = _HEADER.fullmatch(line.rstrip(b"\r"))
            if found is None:
                raise BrokenAnswer("a header that is none")
            name, value = found[1].decode("ascii").lower(), found[2].decode("latin-1")
            if name == "content-length" and self.headers.get(name, value) != value:
                raise BrokenAnswer("two lengths")
            self.headers[name] = value

    def _frame(self, *, is_old: bool) -> None:
        """Find out where the body ends."""
        headers = self.headers
        tokens = headers.get("connection", "").lower()
        self.can_go_on = "keep-alive" in tokens if is_old else "close" not in tokens
        coding, length = headers.get("transfer-encoding"), headers.get("content-length")
        if self.status in _BODILESS:
            self._state = _State.DONE
        elif coding is not None:
            if coding.lower() != "chunked":
                raise BrokenAnswer("an unknown transfer encoding")
            self._state = _State.CHUNK_SIZE
        elif length is not None:
            if not (length.isascii() and length.isdigit() and len(length) <= 15):
                raise BrokenAnswer("a length that is none")
            self._n_left = int(length)
            self._state = _State.LENGTH if self._n_left else _State.DONE
        else:
            self._state, self.can_go_on = _State.UNTIL_CLOSED, False

    # --- the body --------------------------------------------------------------------------------

    def _take_part(self) -> bytes | None:
        """Return the next part of the body, which may be empty; None if more must come first."""
        match self._state:
            case _State.LENGTH | _State.CHUNK if self._received:
                part, self._received = (
                    self._received[: self._n_left],
                    self._received[self._n_left :],
                )
                self._n_left -= len(part)
                if not self._n_left:
                    is_chunk = self._state is _State.CHUNK
                    self._state = _State.CHUNK_END if is_chunk else _State.DONE
                return part
            case _State.UNTIL_CLOSED if self._received:
                part, self._received = self._received, b""
                return part
            case _State.CHUNK_SIZE | _State.CHUNK_END | _State.TRAILERS:
                line = self._take_line()
                if line is None:
                    return None
                self._next_chunk(line)
                return b""
        return None

    def _take_line(self) -> bytes | None:
        end = self._received.find(b"\n")
        if end > _MAX_LINE_BYTES or (end < 0 and len(self._received) > _MAX_LINE_BYTES):
            raise BrokenAnswer("a chunk's line without an end")
        if end < 0:
            return None
        line, self._received = self._received[:end], self._received[end + 1 :]
        return line.rstrip(b"\r")

    def _next_chunk(self, line: bytes) -> None:
        """Take a line between two chunks, or after the last one."""
        if self._state is _State.TRAILERS:
            if not line:
                self._state = _State.DONE
        elif self._state is _State.CHUNK_END:
            if line:
                raise BrokenAnswer("a chunk that is too long")
            self._state = _State.CHUNK_SIZE
        else:
            found = _SIZE.fullmatch(line)
            if found is None:
                raise BrokenAnswer("a chunk without a size")
            self._n_left = int(found[1], 16)
            self._state = _State.CHUNK if self._n_left else _State.TRAILERS
