"""The errors in a piece of text with a suggestion in it.

Owns parsing only the part that a suggestion changes. Where the piece begins and ends is for the
caller to choose (`completion/postprocess/fragment_parser.py`). The parse cannot be interrupted:
the language server has it done by another process (`parsing/`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotseat.documents.columns import encode_utf8
from hotseat.syntax.errors import n_errors
from hotseat.syntax.grammars import grammar
from hotseat.syntax.parse_guard import has_too_many_levels
from hotseat.syntax.parse_once import point_after

if TYPE_CHECKING:
    from tree_sitter import Tree


class Fragment:
    """The text `before` and `after` a cursor, in one language; see `FragmentSyntax`.

    The first text inserted is parsed with all of the piece, later ones only where they differ.
    """

    def __init__(self, before: str, after: str, language: str | None) -> None:
        self._before, self._after = encode_utf8(before), encode_utf8(after)
        self._grammar = grammar(language)
        self._start_point = point_after(self._before)
        self._first: tuple[Tree, int, tuple[int, int]] | None = None
        """A tree, and where the text inserted in it ends."""

    async def n_errors_with(self, text: str) -> int | None:
        """Return the number of errors with `text` at the cursor; see `count_errors`."""
        return self.count_errors(text)

    def count_errors(self, text: str) -> int | None:
        """Return the number of errors with `text` at the cursor.

        None without a grammar, and for a text that must not be parsed.
        """
        if self._grammar is None:
            return None
        from tree_sitter import Parser  # here, because it costs 17 ms of every start

        before = self._before + encode_utf8(text)
        data = before + self._after
        if has_too_many_levels(data, self._grammar):
            return None
        end, end_point = len(before), point_after(before)
        parser = Parser(self._grammar)
        if self._first is None:
            tree = parser.parse(data)
            self._first = tree, end, end_point
            return n_errors(tree.root_node)
        first, old_end, old_end_point = self._first
        old = first.copy()
        old.edit(len(self._before), old_end, end, self._start_point, old_end_point, end_point)
        return n_errors(parser.parse(data, old).root_node)
