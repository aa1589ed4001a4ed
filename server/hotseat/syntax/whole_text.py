"""The errors of a whole text, parsed once.

The text passes the guard (`parse_guard.py`). A `part` is a range in bytes of utf-8, its end
exclusive; what is outside of it is not parsed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hotseat.documents.columns import encode_utf8
from hotseat.domain.syntax import SyntaxErrors
from hotseat.syntax.errors import error_bytes, first_error_row, n_errors
from hotseat.syntax.grammars import grammar
from hotseat.syntax.parse_once import parse_once

if TYPE_CHECKING:
    from tree_sitter import Node

Part = tuple[int, int]


def syntax_errors(
    text: str,
    language: str | None,
    *,
    part: Part | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> SyntaxErrors | None:
    """Return the errors of a text.

    None without a grammar, for a text that must not be parsed, and when `is_over()` became true.
    """
    root = root_of(encode_utf8(text), language, part=part, is_over=is_over)
    if root is None:
        return None
    return SyntaxErrors(
        n=n_errors(root), first_line=first_error_row(root), n_bytes=error_bytes(root)
    )


def root_of(
    data: bytes,
    language: str | None,
    *,
    part: Part | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> Node | None:
    """Return the root of a text's tree, for this room only; None if it is not parsed."""
    found = grammar(language)
    if found is None:
        return None
    tree = parse_once(data, found, part=part, is_over=is_over)
    return None if tree is None else tree.root_node
