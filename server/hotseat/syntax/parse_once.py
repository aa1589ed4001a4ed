"""Parsing a text once, without slices, with the same guard as for documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hotseat.syntax.depth_watch import DepthWatch
from hotseat.syntax.parse_guard import Verdict, count, has_levels
from hotseat.syntax.read_buffer import lent

if TYPE_CHECKING:
    from tree_sitter import Language, Tree

_READ_BYTES = 8192


def parse_once(
    data: bytes,
    grammar: Language,
    *,
    part: tuple[int, int] | None = None,
    old: Tree | None = None,
    verdict: Verdict | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> Tree | None:
    """Return the tree of `data`, which is utf-8; None if it must not be parsed or `is_over()`.

    Only the bytes [part) are parsed, or all. `old` is an earlier tree, edited to fit. `verdict` is
    the guard's, if the caller has it. `is_over` is called every 100 operations of the parser.
    """
    from tree_sitter import Parser, Range  # here, because it costs 17 ms of every start

    start, end = part or (0, len(data))
    if verdict is None:
        text = data[start:end].decode("utf-8", "replace")
        verdict = count(text, levels=has_levels(grammar)).verdict
    if verdict is Verdict.REFUSED:
        return None
    parser = Parser(grammar)
    if part is not None:
        points = point_after(data[:start]), point_after(data[:end])
        parser.included_ranges = [Range(*points, start, end)]
    watch = None
    if verdict is Verdict.WATCHED:
        watch = DepthWatch()
        parser.logger = watch

    def stop(_offset: int, _has_error: bool) -> bool:
        return is_over() or (watch is not None and watch.is_over)

    with lent(lambda offset, _point: data[offset : offset + _READ_BYTES]) as read:
        try:
            if old is None:
                return parser.parse(read, progress_callback=stop)
            return parser.parse(read, old, progress_callback=stop)
        except ValueError:  # it was stopped
            return None


def point_after(data: bytes) -> tuple[int, int]:
    """Row and column, in bytes, of the end."""
    return data.count(b"\n"), len(data) - data.rfind(b"\n") - 1
