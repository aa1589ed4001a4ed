"""No place in the code fills the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from hotseat.embedded.log_limit import MAX_CHARS, LogLimit


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.texts: list[str] = []
        self.addFilter(
            LogLimit(max_lines=3, max_tracebacks=1, period_s=60.0, clock=lambda: self.now_s)
        )

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[Lines]:
    lines = Lines()
    log = logging.getLogger("test.log_limit")
    log.addHandler(lines)
    log.propagate = False
    yield lines
    log.removeHandler(lines)


def write(n: int, text: str = "line %d") -> None:
    for i in range(n):
        logging.getLogger("test.log_limit").error(text, i)


def test_lines_from_one_place_are_dropped_and_counted(lines: Lines) -> None:
    write(100)
    logging.getLogger("test.log_limit").error("another place")
    assert lines.texts == ["line 0", "line 1", "line 2", "another place"]
    lines.now_s = 61.0
    write(1)
    assert lines.texts[4:] == ["line 0 (97 more lines like this were left out)"]


def test_tracebacks_are_dropped_earlier(lines: Lines) -> None:
    for _ in range(3):
        try:
            raise OSError("Too many open files")
        except OSError:
            logging.getLogger("test.log_limit").exception("accept")
    assert len(lines.texts) == 1


def test_a_long_message_is_cut(lines: Lines) -> None:
    logging.getLogger("test.log_limit").error("%s", "x" * 1_000_000)
    assert len(lines.texts[0]) <= MAX_CHARS + 1
