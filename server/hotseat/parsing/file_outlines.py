"""The definitions of files that are not open, parsed by a worker process and waited for.

For a process that only does that (the symbol index): every call blocks. Owns one worker and starts
another one after a text has ended it; the language server's own worker is never asked.
"""

from __future__ import annotations

import os
import select
import subprocess
import time
from contextlib import suppress
from typing import IO, Any

from hotseat.domain.syntax import Definition, Kind
from hotseat.machine.platforms import HERE
from hotseat.parsing.process import COMMAND
from hotseat.parsing.wire import (
    MAX_ANSWER_BYTES,
    Answer,
    BrokenFrame,
    Frames,
    decode_answer,
    encode_request,
)

ANSWER_S = 20.0
"""After which a silent worker is killed. It ends itself after 1 s of processor time, which takes
longer where this process and its children have the lowest priority."""
MAX_STARTS_IN_VAIN = 3
"""So many workers in a row that ended before their first answer: there are no trees here."""
_READ_BYTES = 65536


class FileOutlines:
    """Use `of`, and `close` at the end."""

    def __init__(self, *, answer_s: float = ANSWER_S) -> None:
        self._answer_s = answer_s
        self._process: subprocess.Popen[bytes] | None = None
        self._frames = Frames(MAX_ANSWER_BYTES)
        self._number = 0
        self._n_in_vain = 0

    @property
    def pid(self) -> int | None:
        """Of the running worker."""
        return self._process.pid if self._process is not None else None

    def of(self, data: bytes, language: str) -> list[Definition] | None:
        """Return the definitions of a text in utf-8; None if it is not to be parsed: it ended the
        worker, or there is no worker."""
        process = self._running()
        if process is None:
            return None
        answer = self._ask(process, data, language)
        if answer is None:
            self._end(process)
            return None
        self._n_in_vain = 0
        return None if answer.error is not None else definitions_from(answer.value)

    def close(self) -> None:
        """End the worker."""
        if self._process is not None:
            self._end(self._process)

    def _running(self) -> subprocess.Popen[bytes] | None:
        if self._process is None and self._n_in_vain < MAX_STARTS_IN_VAIN:
            self._n_in_vain += 1
            with suppress(OSError):
                self._process = subprocess.Popen(
                    [*COMMAND, str(os.getpid())],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
                self._frames, self._number = Frames(MAX_ANSWER_BYTES), 0
        return self._process

    def _ask(self, process: subprocess.Popen[bytes], data: bytes, language: str) -> Answer | None:
        """Return the worker's answer; None if it has ended, or what it sent is no answer."""
        assert process.stdin is not None
        assert process.stdout is not None
        self._number += 1
        try:
            process.stdin.write(encode_request(self._number, "outline", (data, language)))
            process.stdin.flush()
            return self._read(process.stdout)
        except (OSError, BrokenFrame):
            return None

    def _read(self, out: IO[bytes]) -> Answer | None:
        """Return the answer; None if there is none in time."""
        ends_s = time.monotonic() + self._answer_s
        while _can_read(out, ends_s - time.monotonic()):
            piece = os.read(out.fileno(), _READ_BYTES)
            if not piece:
                return None
            for content in self._frames.feed(piece):
                answer = decode_answer(content)
                return answer if answer.number == self._number else None
        return None

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        self._process = None
        with suppress(OSError):
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()


def _can_read(out: IO[bytes], within_s: float) -> bool:
    """Wait until a pipe can be read. On Windows, where that cannot be asked, return True: there the
    worker's own limit and the end of its parent are all that ends the wait."""
    if not HERE.selects_pipes:
        return True
    return bool(select.select([out], [], [], max(0.0, within_s))[0])


def definitions_from(value: Any) -> list[Definition]:
    """Return the worker's answer as values; what has another shape is left out."""
    found = []
    for item in value if isinstance(value, list) else ():
        match item:
            case [str(name), str(kind), int(first), int(last), str(text), bool(member), str(head)]:
                if kind in set(Kind):
                    found.append(
                        Definition(
                            name=name,
                            kind=Kind(kind),
                            first_line=first,
                            last_line=last,
                            text=text,
                            is_member=member,
                            signature=head,
                        )
                    )
    return found
