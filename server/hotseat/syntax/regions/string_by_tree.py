"""The string literal around the cursor, found in the tree: that takes microseconds.

Owns what joins strings, and where their arguments are; profiles state the node types of strings.
What a string holds is `contents`' business.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hotseat.languages.profiles import PROFILES
from hotseat.syntax.regions.contents import (
    BEFORE_CHARS,
    CONTENT_CHARS,
    Literal,
    language_of_literal,
)
from hotseat.syntax.regions.marks import TAG_CHARS
from hotseat.syntax.regions.place import LINE_CHARS, Found, Place
from hotseat.syntax.regions.quoted import heredocs_of

if TYPE_CHECKING:
    from tree_sitter import Node

STRINGS: dict[str, frozenset[str]] = {
    profile.id: profile.strings.node_types
    for profile in PROFILES.values()
    if profile.strings.node_types
}
"""Types of nodes, by language."""

_CODE_INSIDE_WORDS = """
interpolation member_access_expression subscript_expression template_substitution variable_name
"""
_CODE_INSIDE = frozenset(_CODE_INSIDE_WORDS.split())
_COMMENTS = frozenset({"comment", "line_comment", "block_comment"})
_ARGUMENTS = frozenset({"argument_list", "arguments"})
_JOINS_WORDS = """
argument binary binary_expression binary_operator chained_string concatenated_string
parenthesized_expression parenthesized_statements type_conversion_expression
"""
_JOINS = frozenset(_JOINS_WORDS.split())
_COMPARES = frozenset({"=~", "!~", "==", "===", "!=", "!=="})
_RECEIVERS_WORDS = """
attribute call call_expression field_access member_expression method_invocation
selector_expression
"""
_RECEIVERS = frozenset(_RECEIVERS_WORDS.split())
"""A string may be what a method is called on: `"…".format(name)`."""
_INSIDE_STRINGS_WORDS = """
escape_sequence heredoc_content interpolation interpreted_string_literal_content
multiline_string_fragment nowdoc_string raw_string_literal_content string_content string_fragment
template_substitution
"""
_INSIDE_STRINGS = frozenset(_INSIDE_STRINGS_WORDS.split())
_MAX_CLIMB = 16
_MAX_ARGUMENTS_BYTES = 400
_JUNCTION = re.compile(r"[\"'`]\s*(?:\\\n\s*|[+.]\s*)?[rRbBuUfF]{0,2}[\"'`]")


def string_around(root: Node, byte: int, types: frozenset[str]) -> tuple[Node | None, bool]:
    """The innermost string whose content holds `byte`, its ends included.

    Else whether the tree knows that it is code there, or a comment.
    """
    node = root.descendant_for_byte_range(byte, byte)
    if byte and byte >= root.end_byte:  # no node but the root holds the end of a text
        node = root.descendant_for_byte_range(byte - 1, byte - 1)
    for _ in range(_MAX_CLIMB):
        if node is None:
            break
        kind = node.type
        if kind in types:
            start, end = _content_range(node)
            if start <= byte <= end:
                return node, False
        elif kind in _COMMENTS or (kind in _CODE_INSIDE and node.start_byte < byte < node.end_byte):
            return None, True
        node = node.parent
    return None, False


def _content_range(string: Node) -> tuple[int, int]:
    """Without the quotes; with an end before the start if there is no content."""
    if not string.child_count:
        return string.start_byte, string.end_byte
    first, last = string.child(0), string.child(string.child_count - 1)
    if string.type in ("heredoc", "nowdoc"):  # PHP's, with its delimiters
        body = next((c for c in string.children if c.type.endswith("_body")), None)
        start = string.end_byte if body is None else body.start_byte + 1
        return start, last.start_byte if last.type == "heredoc_end" else string.end_byte
    if string.type == "raw_string_literal" and first.type == "string_content":  # Rust's
        return first.start_byte, last.end_byte
    if string.type == "heredoc_body":
        end = last.start_byte if last.type == "heredoc_end" else string.end_byte
        return string.start_byte + 1, end
    if string.type == "regex" and (pattern := string.child_by_field_name("pattern")) is not None:
        return pattern.start_byte, pattern.end_byte
    is_closed = string.child_count > 1 and last.type not in _INSIDE_STRINGS
    return first.end_byte, last.start_byte if is_closed else string.end_byte


def region_of(string: Node, place: Place, language: str) -> Found | None:
    start, _ = _content_range(string)
    literal = (
        _heredoc_literal(string, place)
        if string.type == "heredoc_body"
        else _literal(string, place, language)
    )
    inner = language_of_literal(literal, language) if literal is not None else None
    return Found(language=inner, start_byte=start) if inner else None


def _literal(string: Node, place: Place, language: str) -> Literal | None:
    whole, arguments = _whole(string)
    parent = whole.parent
    if language == "python" and parent is not None and parent.type == "expression_statement":
        return None  # a docstring
    first = _first_piece(whole, STRINGS[language])
    if first is None:
        first = whole = string
    start, end = _content_range(first)
    is_joined = whole.end_byte > first.end_byte
    if is_joined:
        end = whole.end_byte
    begin = first.start_byte
    content = place.slice(start, min(end, start + CONTENT_CHARS))
    if is_joined:
        content = _JUNCTION.sub("", content)
    opener = place.slice(begin, start)
    before = place.slice(begin - BEFORE_CHARS, begin)
    if opener == "`" and before.endswith((")", ">")):
        before = place.slice(begin - TAG_CHARS, begin)
    return Literal(
        opener=opener,
        before=before,
        call=before if arguments is None else _call(whole, arguments, place),
        content=content,
    )


def _whole(string: Node) -> tuple[Node, Node | None]:
    """The expression that joins the string with others; and the arguments it stands in."""
    whole = string
    for _ in range(_MAX_CLIMB):
        parent = whole.parent
        if parent is None:
            break
        if parent.type in _ARGUMENTS:
            return whole, parent
        is_receiver = parent.type in _RECEIVERS and parent.start_byte == whole.start_byte
        if (parent.type not in _JOINS and not is_receiver) or _compares(parent):
            break
        whole = parent
    return whole, None


def _compares(expression: Node) -> bool:
    operator = expression.child_by_field_name("operator")
    return operator is not None and operator.type in _COMPARES


def _first_piece(whole: Node, types: frozenset[str]) -> Node | None:
    node: Node | None = whole
    for _ in range(_MAX_CLIMB):
        if node is None or node.type in types:
            return node
        if not node.named_child_count:
            break
        is_conversion = node.type == "type_conversion_expression"
        node = node.named_child(node.named_child_count - 1 if is_conversion else 0)
    return None


def _call(whole: Node, arguments: Node, place: Place) -> str:
    """As much of the call as names the function, and the text before the string."""
    paren = arguments.start_byte
    name = place.slice(paren - BEFORE_CHARS, paren)
    if whole.start_byte - paren > _MAX_ARGUMENTS_BYTES:
        return ""
    if place.slice(paren, paren + 1) != "(":
        return name  # Ruby, without parentheses
    n_before, sibling = 0, whole.prev_named_sibling
    while sibling is not None and n_before < 4:
        n_before += sibling.type not in _COMMENTS
        sibling = sibling.prev_named_sibling
    return f"{name.rstrip()}({'_, ' * n_before}"


def _heredoc_literal(body: Node, place: Place) -> Literal | None:
    """Ruby's: what names it stands in the line above, that of several in one line above the first.

    The parser gives one without an end an empty end.
    """
    first, n_before = body, 0
    while n_before < _MAX_CLIMB and (previous := first.prev_sibling) is not None:
        if previous.type != "heredoc_body" or previous.end_byte != first.start_byte:
            break
        first, n_before = previous, n_before + 1
    line = place.slice(first.start_byte - LINE_CHARS, first.start_byte).rpartition("\n")[2]
    start, end = _content_range(body)
    name = place.slice(end, body.end_byte).strip()
    openers = heredocs_of(line)
    named = [found for found in openers if found.group(1) == name]
    found = named[0] if named else openers[n_before] if n_before < len(openers) else None
    if found is None:
        return None
    if (place.line_before() + place.line_after()).strip() == found.group(1):
        return None  # its last line, being typed
    before = line[: found.start()]
    content = place.slice(start, min(end, start + CONTENT_CHARS))
    return Literal(opener=found.group(), before=before, call=before, content=content)
