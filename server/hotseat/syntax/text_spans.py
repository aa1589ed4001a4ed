"""Spans of a whole text by its syntax: what can be removed, scripts in HTML, ranges around a place.

For tools (`infill/`, `train/`); the language server does not import it. Offsets are in bytes of
utf-8, ends exclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hotseat.documents.columns import encode_utf8
from hotseat.syntax import removable_spans as spans_of_trees
from hotseat.syntax.regions import region_language
from hotseat.syntax.removable_spans import KINDS, MARKUP, SyntaxSpan
from hotseat.syntax.whole_text import Part, root_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["KINDS", "MARKUP", "SyntaxSpan", "removable_spans", "scripts_in", "sound_ranges"]


def removable_spans(
    text: str, language: str | None, *, part: Part | None = None
) -> list[SyntaxSpan]:
    """Return every expression, statement and block that can be removed from a text.

    Empty for a text with errors, and for one that is not parsed.
    """
    root = root_of(encode_utf8(text), language, part=part)
    if root is None or root.has_error or language is None:
        return []
    return list(spans_of_trees.removable_spans(root, language))


def scripts_in(text: str, language: str) -> list[tuple[str, int, int]]:
    """Return language, first byte and end of the content of each script of an HTML, Vue or Svelte
    file."""
    data = encode_utf8(text)
    root = root_of(data, language)
    found = []
    for node in root.children if root is not None else ():
        for child in node.children if node.type == "script_element" else ():
            if child.type == "raw_text":
                tag = data[node.start_byte : child.start_byte].decode("utf-8", "replace")
                inside = region_language(
                    None,
                    0,
                    language,
                    text_before=lambda _n, tag=tag: tag,  # type: ignore[misc]
                    slice_bytes=lambda _start, _end: "",
                )
                found.append((inside or language, child.start_byte, child.end_byte))
    return found


def sound_ranges(
    text: str, language: str | None, at_bytes: Sequence[int], *, min_bytes: int, max_bytes: int
) -> list[list[tuple[int, int]]]:
    """Return, for each offset, the ranges of the syntax nodes around it, the smallest first.

    Only nodes without errors whose size is within the limits. Empty for a text that is not parsed.
    """
    root = root_of(encode_utf8(text), language)
    if root is None:
        return []
    return [_ranges_around(root, byte, min_bytes, max_bytes) for byte in at_bytes]


def _ranges_around(root: Node, byte: int, min_bytes: int, max_bytes: int) -> list[tuple[int, int]]:
    found = []
    node = root.named_descendant_for_byte_range(byte, byte)
    while node is not None and (n_bytes := node.end_byte - node.start_byte) <= max_bytes:
        if n_bytes >= min_bytes and not node.has_error:
            found.append((node.start_byte, node.end_byte))
        node = node.parent
    return found
