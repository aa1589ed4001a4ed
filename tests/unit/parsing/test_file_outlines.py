"""Definitions of files that are not open: a text that ends the worker costs only itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from hotseat.domain.syntax import Kind
from hotseat.parsing.file_outlines import FileOutlines, definitions_from

TEXT = b"class Shop:\n    def add(self, n: int) -> int:\n        return n\n"


@pytest.fixture
def outlines() -> Iterator[FileOutlines]:
    found = FileOutlines()
    yield found
    found.close()


def test_definitions_with_lines_and_heads(outlines: FileOutlines) -> None:
    found = outlines.of(TEXT, "python")
    assert found is not None
    assert [(one.name, one.kind, one.first_line, one.last_line) for one in found] == [
        ("Shop", Kind.TYPE, 0, 2),
        ("add", Kind.FUNCTION, 1, 2),
    ]
    assert found[1].signature == "def add(self, n: int) -> int:"
    assert outlines.of(b"text", "plaintext") == []


def test_a_worker_that_ended_is_replaced(outlines: FileOutlines) -> None:
    assert outlines.of(TEXT, "python")
    assert outlines.pid is not None
    os.kill(outlines.pid, signal.SIGTERM)
    results = [outlines.of(TEXT, "python") for _ in range(2)]
    assert results[-1], "the first one may have met the end"


@pytest.mark.skipif(os.name != "posix", reason="a process that can be stopped")
def test_a_silent_worker_is_ended() -> None:
    outlines = FileOutlines(answer_s=0.2)
    first = FileOutlines()
    first.close()
    outlines.of(TEXT, "python")  # may be too slow to start in time
    if (pid := outlines.pid) is not None:
        os.kill(pid, signal.SIGSTOP)
        assert outlines.of(TEXT, "python") is None
        assert outlines.pid is None
    outlines.close()


def test_answers_of_another_shape_are_left_out() -> None:
    good = ["a", "function", 1, 2, "def a()", False, "def a()"]
    assert [one.name for one in definitions_from([good, ["b"], None, 3])] == ["a"]
    assert definitions_from([["a", "no kind", 1, 2, "", False, ""]]) == []
    assert definitions_from("junk") == []
