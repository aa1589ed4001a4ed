"""The places where a text does not fit its grammar.

Owns the counting of ERROR and MISSING nodes, and of the bytes in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


def n_errors(root: Node) -> int:
    """Return the number of ERROR and MISSING nodes. A tree without errors costs nothing."""
    if not root.has_error:
        return 0
    found, waiting = 0, [root]
    while waiting:
        node = waiting.pop()
        found += node.is_error or node.is_missing
        waiting.extend(child for child in node.children if child.has_error)
    return found


def error_bytes(root: Node) -> int:
    """Return the number of bytes in ERROR nodes."""
    if not root.has_error:
        return 0
    found, waiting = 0, [root]
    while waiting:
        node = waiting.pop()
        if node.is_error:
            found += node.end_byte - node.start_byte
        else:
            waiting.extend(child for child in node.children if child.has_error)
    return found


def first_error_row(root: Node) -> int | None:
    """Return the row of the first ERROR or MISSING node; None without any."""
    if not root.has_error:
        return None
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            return node.start_point[0]
        waiting.extend(child for child in reversed(node.children) if child.has_error)
    return None
