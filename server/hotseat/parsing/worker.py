"""The program of the process that parses, for one language server.

Reads requests from standard input and writes answers to standard output, in order, until its input
ends. Bounds its own memory and, for each request, its processor time: the system ends it, even in
the middle of a parse. It never cleans up. Where the system has no such limits, the language server
alone watches (`process.py`).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from hotseat.machine.platforms import die_with_parent, use_binary_pipes
from hotseat.parsing.wire import Answer, Frames, decode_request, encode_answer
from hotseat.syntax.service import SyntaxService

MAX_DATA_BYTES = 80_000_000
"""More than the process has at its start. 150 kB of source code take 3 to 10 MB, of brackets 30."""
REQUEST_S = 1.0
"""Processor time of one request. A parse of 150 kB takes 0.03 s, a large edit's check 0.3 s."""
_READ_BYTES = 65536
_OUT_OF_MEMORY = 3
"""Exit status. tree-sitter itself ends with SIGABRT."""

Method = Callable[..., object]


def main() -> NoReturn:
    """Answer until the language server ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the language server
    if not die_with_parent(int(sys.argv[1])):
        os._exit(0)
    out = os.dup(1)
    os.dup2(2, 1)  # whatever prints must not write into an answer
    use_binary_pipes(0, out)
    _limit_memory()
    service = SyntaxService(time.thread_time)
    methods: dict[str, Method] = {
        method.__name__: method
        for method in (
            service.look,
            service.definitions,
            service.outline,
            service.uses,
            service.close,
            service.fragment,
            service.errors,
        )
    }
    frames = Frames()
    while data := os.read(0, _READ_BYTES):
        for content in frames.feed(data):
            _write(out, encode_answer(_answer(content, methods)))
    os._exit(0)


def _answer(content: bytes, methods: dict[str, Method]) -> Answer:
    number, method, arguments = decode_request(content)
    began_s = time.thread_time()
    _limit_time(REQUEST_S)
    value, error = None, None
    try:
        value = methods[method](*arguments)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except Exception as failure:  # a mistake of ours must not cost all trees
        error = f"{type(failure).__name__}: {failure}"
    _limit_time(0)
    return Answer(number, value, time.thread_time() - began_s, error)


def _write(out: int, data: bytes) -> None:
    try:
        while data:
            data = data[os.write(out, data) :]
    except OSError:  # the language server has ended
        os._exit(0)


def _limit_time(seconds: float) -> None:
    """Have the system end this process after so much processor time; 0: no more."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    limit_memory(resource, _data_bytes())


def limit_memory(limits: Any, data_bytes: int) -> None:
    """Have the system refuse private memory beyond MAX_DATA_BYTES above `data_bytes`.

    `limits` is the module `resource`. A limit that the system does not have or refuses is left out:
    macOS refuses some values, and does not enforce this limit. The language server watches the
    worker's memory in any case.
    """
    with suppress(AttributeError, OSError, ValueError):
        limits.setrlimit(limits.RLIMIT_CORE, (0, 0))  # a core holds the user's text
    with suppress(AttributeError, OSError, ValueError):
        limit = data_bytes + MAX_DATA_BYTES
        _, hard = limits.getrlimit(limits.RLIMIT_DATA)
        if hard != limits.RLIM_INFINITY:
            limit = min(limit, hard)
        limits.setrlimit(limits.RLIMIT_DATA, (limit, limit))


def _data_bytes() -> int:
    """Return the private memory of this process that is writable."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmData"))
        return int(line.split()[1]) * 1024
    except (OSError, StopIteration, ValueError):
        return 64_000_000


if __name__ == "__main__":
    main()
