"""The errors in a piece of text with a suggestion in it.

Owns parsing only the part that a suggestion changes. Where the piece begins and ends is for the
caller to choose (`completion/postprocess/fragment_parser.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from hotseat.documents.columns import encode_utf8
from hotseat.syntax.errors import n_errors
from hotseat.syntax.grammars import grammar
from hotseat.syntax.parse_guard import Counts, Verdict, count, has_levels
from hotseat.syntax.parse_once import parse_once, point_after

if TYPE_CHECKING:
    from tree_sitter import Tree


class Fragment:
    """The text `before` and `after` a cursor, in one language.

    The first text inserted is parsed with all of the piece, later ones only where they differ.
    Parsing ends when `is_over()` becomes true.
    """

    def __init__(
        self, before: str, after: str, language: str | None, is_over: Callable[[], bool]
    ) -> None:
        self._before, self._after = encode_utf8(before), encode_utf8(after)
        self._grammar = grammar(language)
        self._around = before, after
        self._is_over = is_over
        self._start_point = point_after(self._before)
        self._first: tuple[Tree, int, tuple[int, int]] | None = None
        """A tree, and where the text inserted in it ends."""

    def n_errors_with(self, text: str) -> int | None:
        """Return the number of errors with `text` at the cursor.

        None when the time is used up, for a text that must not be parsed, and without a grammar.
        """
        before = self._before + encode_utf8(text)
        end, end_point = len(before), point_after(before)
        tree = self._parsed(before + self._after, end, end_point, self._verdict_with(text))
        if tree is None:
            return None
        if self._first is None:
            self._first = tree, end, end_point
        return n_errors(tree.root_node)

    def _verdict_with(self, text: str) -> Verdict:
        """Return the guard's verdict. What is around the cursor is counted once."""
        if has_levels(self._grammar):  # they count by lines, which the text may join
            before, after = self._around
            return count(before + text + after, levels=True).verdict
        before_counts, after_counts = self._counts_around
        return (before_counts + count(text) + after_counts).verdict

    @cached_property
    def _counts_around(self) -> tuple[Counts, Counts]:
        before, after = self._around
        return count(before), count(after)

    def _parsed(
        self, data: bytes, end: int, end_point: tuple[int, int], verdict: Verdict
    ) -> Tree | None:
        if self._grammar is None:
            return None
        if self._first is None:
            return parse_once(data, self._grammar, verdict=verdict, is_over=self._is_over)
        first, old_end, old_end_point = self._first
        old = first.copy()
        old.edit(len(self._before), old_end, end, self._start_point, old_end_point, end_point)
        return parse_once(data, self._grammar, old=old, verdict=verdict, is_over=self._is_over)


NewFragment = Callable[[str, str, "str | None", Callable[[], bool]], Fragment]
"""Makes a `Fragment` of the same arguments."""
