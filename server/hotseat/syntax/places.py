"""The kind of text at a place in a syntax tree: code, a comment, a string.

Owns the node types that decide it. Where the tree has an error there is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from hotseat.domain.syntax import Place

if TYPE_CHECKING:
    from tree_sitter import Node, Tree


INSERTED = re.compile(r"interpolation|template_substitution|command_substitution|^expansion$")
"""Code inside a string."""
STRING = re.compile(r"string|char_literal|character_literal|heredoc|^regex$")
_MAX_DEPTH = 500


def place_at(tree: Tree | None, byte: int, slice_bytes: Callable[[int, int], str]) -> Place | None:
    """Return the place of a cursor at offset `byte`; None when the tree does not show it.

    `slice_bytes(start, end)` is the text between two offsets. `Node.text` must not be used: it
    calls the read callback again, and crashes on its buffer (`read_buffer.py`).
    """
    if tree is None:
        return None
    node: Node | None = tree.root_node.descendant_for_byte_range(max(0, byte - 1), byte)
    for _ in range(_MAX_DEPTH):
        if node is None:
            return Place.CODE
        if node.is_error:
            return None
        if node.is_named and INSERTED.search(node.type) and _holds(node, byte):
            return Place.CODE
        if "comment" in node.type and _is_in_comment(node, byte, slice_bytes):
            return Place.COMMENT
        if node.is_named and STRING.search(node.type) and _holds(node, byte):
            return Place.STRING
        node = node.parent
    return None


def _holds(node: Node, byte: int) -> bool:
    return node.start_byte < byte < node.end_byte


def _is_in_comment(node: Node, byte: int, slice_bytes: Callable[[int, int], str]) -> bool:
    """Return whether a cursor is in a comment: at the end of `// a` it is, after `*/` not."""
    if _holds(node, byte):
        return True
    one_line = node.start_point.row == node.end_point.row
    if byte != node.end_byte or not one_line:
        return False
    return not slice_bytes(max(node.start_byte, byte - 3), byte).endswith(("*/", "-->"))
