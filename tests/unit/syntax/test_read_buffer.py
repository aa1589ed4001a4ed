"""Typing leaks no memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hotseat.syntax.read_buffer import lent

TYPING = """
import sys
import textwrap
from pathlib import Path
from hotseat.documents.buffer import TextBuffer
from hotseat.syntax.document_syntax import Syntax
from hotseat.domain.text import Position, PositionEncoding, Range

N_KEYS = int(sys.argv[1])
text = Path(textwrap.__file__).read_text()
assert len(text) > 16_000
buffer = TextBuffer(text)
syntax = Syntax(buffer, "python")

def rss_kb():
    # VmRSS and not the peak: what is given back is not leaked.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

def type_keys(n):
    for i in range(n):
        row = i // 2 % 300
        start = Position(row, 0)
        end = start if i % 2 == 0 else Position(row, 1)
        syntax.edited(buffer.apply(Range(start, end), " " * (i % 2 == 0), PositionEncoding.UTF16))
        syntax.languages_at(row, 0, "python", uri="")

type_keys(500)
before_kb = rss_kb()
type_keys(N_KEYS)
print(rss_kb() - before_kb)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("n_keys", "most_kb"),
    [(1500, 5000), pytest.param(20_000, 10_000, marks=pytest.mark.slow)],
)
def test_typing_leaks_no_memory(n_keys: int, most_kb: int) -> None:
    """With `bytes` from a read callback, 1,500 keys in this file leaked 25 MB."""
    command = [sys.executable, "-c", TYPING, str(n_keys)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < most_kb


def test_what_is_read_arrives_in_a_buffer_that_serves_again() -> None:
    with lent(lambda offset, _point: b"abc"[offset:]) as read:
        first = read(0, None)
        assert first == b"abc"
        second = read(1, None)
        assert second is first
        assert second == b"bc"
    with lent(lambda _offset, _point: b"x") as read:
        assert read(0, None) is first


def test_two_parses_at_once_do_not_share_a_buffer() -> None:
    with (
        lent(lambda _offset, _point: b"a") as one,
        lent(lambda _offset, _point: b"b") as other,
    ):
        a, b = one(0, None), other(0, None)
        assert (a, b) == (b"a", b"b")


def test_a_binding_that_keeps_looking_at_a_result_gets_another_object() -> None:
    texts = iter([b"abc", b"longer than that"])
    with lent(lambda _offset, _point: next(texts)) as read:
        view = memoryview(read(0, None))
        assert read(3, None) == b"longer than that"
        assert view.tobytes() == b"abc"
