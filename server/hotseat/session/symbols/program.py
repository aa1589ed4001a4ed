"""The program of the index process: `python -m hotseat.session.symbols.program WORKSPACE`.

Runs at the lowest priority beside one language server. A file that was saved comes first, also
while the index is built. It ends with the input that it reads its orders from.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from hotseat.domain.errors import HotseatError
from hotseat.privacy.secret_files import SecretFiles
from hotseat.session.symbols.build import IndexBuilder, lower_priority
from hotseat.session.symbols.messages import decode, encode

MAX_DATA_BYTES = 400_000_000
"""Private memory of this process, enforced where the system can. It needs about 40 MB."""
PROGRESS_S = 0.5
SCAN_EVERY_S = 600.0
"""For what no event reported. Nothing is read again that has not changed."""
BUSY_S = 1.0
"""After which the lock that another window holds is tried again."""


class IndexProgram:
    """Carries out the orders of a window, those about single files first."""

    def __init__(self, workspace: Path, orders: queue.SimpleQueue[dict[str, Any]]) -> None:
        self._orders = orders
        self._out = os.dup(1)
        self._secrets = SecretFiles()
        self._builder = IndexBuilder(
            workspace,
            self._is_secret,
            say=lambda sentence: self.send({"say": sentence}),
        )
        self._is_scan_due = True
        self._next_progress_s = 0.0

    def run(self) -> NoReturn:
        """Carry out orders without end."""
        self._take_waiting()
        while True:
            try:
                if self._is_scan_due:
                    self._scan()
                    continue
                self._take(self._orders.get(timeout=SCAN_EVERY_S))
            except queue.Empty:
                self._is_scan_due = True
            except HotseatError as error:
                self.send({"say": str(error)})
                self._wait(SCAN_EVERY_S)

    def send(self, message: dict[str, Any]) -> None:
        """Send a message to the window; end if it does not read any more."""
        data = encode(message)
        try:
            while data:
                data = data[os.write(self._out, data) :]
        except OSError:
            self.close()

    def close(self) -> NoReturn:
        """End this process and that which parses."""
        self._builder.close()
        os._exit(0)

    def _is_secret(self, path: str) -> bool:
        return self._secrets.hold(path)

    def _scan(self) -> None:
        self._is_scan_due = False
        result = self._builder.scan(self._show_progress, self._take_waiting)
        if result is None:
            self._is_scan_due = True
            self._wait(BUSY_S)
            return
        if self._builder.store.is_newer:
            self.close()
        self.send(
            {
                "scanned": {
                    "files": result.n_files,
                    "read": result.n_read,
                    "gone": result.n_gone,
                    "problem": result.problem,
                    "skipped": result.skipped,
                }
            }
        )

    def _wait(self, seconds: float) -> None:
        with suppress(queue.Empty):
            self._take(self._orders.get(timeout=seconds))

    def _take_waiting(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._take(self._orders.get_nowait())

    def _take(self, order: dict[str, Any]) -> None:
        if isinstance(patterns := order.get("secrets"), list):
            self._secrets = SecretFiles([p for p in patterns if isinstance(p, str)])
            self._is_scan_due = True
        if isinstance(paths := order.get("changed"), list):
            needs_scan = self._builder.indexer.update(p for p in paths if isinstance(p, str))
            self._is_scan_due |= needs_scan
            self.send({"updated": len(paths)})
        if order.get("scan"):
            self._is_scan_due = True

    def _show_progress(self, done: int, total: int) -> None:
        now_s = time.monotonic()
        if now_s >= self._next_progress_s or done == total:
            self._next_progress_s = now_s + PROGRESS_S
            self.send({"progress": [done, total]})


def main() -> NoReturn:
    """Carry out the orders on standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the language server
    lower_priority()
    _limit_memory()
    orders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    program = IndexProgram(Path(sys.argv[1]), orders)
    os.dup2(2, 1)  # whatever prints must not write into a message
    is_configured = threading.Event()

    def read() -> None:
        for line in sys.stdin.buffer:
            orders.put(decode(line))
            is_configured.set()
        program.close()

    threading.Thread(target=read, daemon=True).start()
    is_configured.wait()  # what is secret is known before anything is read
    program.run()


def _limit_memory() -> None:
    with suppress(ImportError, AttributeError, OSError, ValueError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (MAX_DATA_BYTES, hard))


if __name__ == "__main__":
    main()
