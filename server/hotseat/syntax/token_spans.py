"""The tokens of a text by its syntax tree, words of its comments and strings included.

For tools (`lab/`); the language server does not import it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotseat.documents.columns import encode_utf8
from hotseat.domain.syntax import Place
from hotseat.syntax.places import INSERTED, STRING
from hotseat.syntax.whole_text import root_of

if TYPE_CHECKING:
    from tree_sitter import Node

_WORD = re.compile(r"\"\"\"|'''|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """One token: its first character, its end (exclusive), and what kind of text it is in."""

    start: int
    end: int
    place: Place
    group: int
    """The same for all tokens of one comment or one string; -1 in code."""


def token_spans(text: str, language: str | None) -> list[TokenSpan]:
    """Return the tokens of a text in their order, none empty.

    Empty for a text with errors, and for one that is not parsed.
    """
    data = encode_utf8(text)
    root = root_of(data, language)
    if root is None or root.has_error:
        return []
    offset = _character_offsets(data)
    found = []
    for group, (node, place) in enumerate(_leaves(root)):
        start, end = offset(node.start_byte), offset(node.end_byte)
        if place is Place.CODE:
            if text[start:end].strip():
                found.append(TokenSpan(start, end, place, -1))
        else:
            found += [
                TokenSpan(word.start(), word.end(), place, group)
                for word in _WORD.finditer(text, start, end)
            ]
    return found


def _leaves(root: Node) -> Iterator[tuple[Node, Place]]:
    """Yield comments, strings without code in them, and all other leaves."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if "comment" in node.type:
            yield node, Place.COMMENT
        elif node.is_named and STRING.search(node.type) and not _has_code(node):
            yield node, Place.STRING
        elif node.child_count:
            waiting.extend(reversed(node.children))
        else:
            yield node, Place.CODE


def _has_code(node: Node) -> bool:
    return any(INSERTED.search(child.type) for child in node.named_children)


def _character_offsets(data: bytes) -> Callable[[int], int]:
    """Return the function from a byte's offset to that of its character."""
    if data.isascii():
        return int
    offsets = [0] * (len(data) + 1)
    n = 0
    for i, byte in enumerate(data):
        offsets[i] = n
        n += (byte & 0xC0) != 0x80
    offsets[len(data)] = n
    return offsets.__getitem__
