"""Texts that are parsed once, as a whole: their errors, and the spans of their syntax.

All of them pass the guard (`parse_guard.py`). Offsets are in bytes of utf-8, ends exclusive.
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


def syntax_errors(
    text: str, language: str | None, *, is_over: Callable[[], bool] = lambda: False
) -> SyntaxErrors | None:
    """Return the errors of a text.

    None without a grammar, for a text that must not be parsed, and when `is_over()` became true.
    """
    root = _parsed(encode_utf8(text), language, is_over=is_over)
    if root is None:
        return None
    return SyntaxErrors(
        n=n_errors(root), first_line=first_error_row(root), n_bytes=error_bytes(root)
    )


def _parsed(
    data: bytes, language: str | None, *, is_over: Callable[[], bool] = lambda: False
) -> Node | None:
    found = grammar(language)
    tree = None if found is None else parse_once(data, found, is_over=is_over)
    return None if tree is None else tree.root_node
