"""One parse of a piece of text at once, under the same guard as a document's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hotseat.syntax.depth_watch import DepthWatch
from hotseat.syntax.parse_guard import Verdict, count, has_levels
from hotseat.syntax.read_buffer import lent

if TYPE_CHECKING:
    from tree_sitter import Language, Tree


def parse_once(
    data: bytes,
    grammar: Language,
    *,
    old: Tree | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> Tree | None:
    """The tree of `data`, which is utf-8; None where it is not to be parsed or `is_over()`.

    `old` is an earlier tree, edited to fit. `is_over` is asked every 100 operations of the parser.
    """
    from tree_sitter import Parser  # here, because it costs 17 ms of every start

    verdict = count(data.decode("utf-8", "replace"), levels=has_levels(grammar)).verdict
    if verdict is Verdict.REFUSED:
        return None
    parser = Parser(grammar)
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


_READ_BYTES = 8192
