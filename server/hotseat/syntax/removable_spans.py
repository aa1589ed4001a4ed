"""Which spans of a syntax tree can be removed: expressions, statements and blocks.

Knows trees and no files. For languages without statements, each function defines the three kinds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

KINDS = ("expression", "statement", "block")
SyntaxSpan = tuple[str, int, int]
"""Kind, first byte, and end byte (exclusive)."""

_BLOCKS = frozenset(
    {"block", "statement_block", "compound_statement", "body_statement", "do_group"}
)
_LISTS = frozenset({"statement_list"})
"""Node types that stand between a block and its statements."""
_EXPRESSIONS = frozenset(
    {"array", "array_creation_expression", "arrow_function", "attribute", "await"}
    | {"await_expression", "binary", "binary_expression", "binary_operator", "boolean_operator"}
    | {"call", "call_expression", "comparison_operator", "composite_literal"}
    | {"conditional_expression", "dictionary", "dictionary_comprehension", "func_literal"}
    | {"function_call", "function_call_expression", "hash", "index_expression"}
    | {"interpreted_string_literal", "invocation_expression", "lambda", "lambda_expression"}
    | {"list", "list_comprehension", "macro_invocation", "member_access_expression"}
    | {"member_call_expression", "member_expression", "method_invocation", "new_expression"}
    | {"not_operator", "object", "object_creation_expression", "raw_string_literal"}
    | {"scoped_call_expression", "selector_expression", "set", "string", "string_literal"}
    | {"struct_expression", "subscript", "subscript_expression", "table_constructor"}
    | {"template_string", "ternary_expression", "tuple", "unary_expression"}
)
_NO_VALUES = frozenset({"left", "name", "function", "key", "path", "source", "label"})
"""Fields whose node is not a value that a user would write last."""
_NO_STATEMENTS = re.compile(
    r"comment|import|package|definition|^(function|method|class|type|interface|enum|struct|impl|trait"
    r"|mod|module|namespace|export|generator_function|abstract_class)_"
    r"|_item$|^(class|module|method|program|block|statement_block|use_declaration|php_tag)$"
)
"""Node types that one suggestion should not fill: comments, imports and whole definitions."""


def removable_spans(root: Node, language: str) -> Iterator[SyntaxSpan]:
    """Yield every span that can be removed from a tree."""
    return _MARKUP_SPANS.get(language, _code)(root)


def _code(root: Node) -> Iterator[SyntaxSpan]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.named_children)
        if node.type in _BLOCKS or node is root:
            statements = [
                child
                for part in node.named_children
                for child in (part.named_children if part.type in _LISTS else (part,))
            ]
            for child in statements if len(statements) > 1 else ():  # one alone is the block
                if not _NO_STATEMENTS.search(child.type) and not _is_text(child):
                    yield "statement", child.start_byte, child.end_byte
            if statements and node is not root and not _is_class(node.parent):
                yield "block", statements[0].start_byte, statements[-1].end_byte
        elif node.type in _EXPRESSIONS and _is_value(node):
            yield "expression", node.start_byte, node.end_byte


def _is_value(node: Node) -> bool:
    """Return whether the node is a value by itself.

    It is not when it is a target or a callee, when `.` or a call continues it, or when it is a
    whole statement.
    """
    parent = node.parent
    if parent is None or parent.type == "expression_statement" or "import" in parent.type:
        return False
    if parent.type in _BLOCKS | _LISTS or parent.parent is None:
        return False
    at = next((i for i, child in enumerate(parent.children) if child == node), -1)
    if at < 0 or parent.field_name_for_child(at) in _NO_VALUES:
        return False
    after = parent.children[at + 1] if at + 1 < len(parent.children) else None
    goes_on = after is not None and after.start_byte == node.end_byte
    return not (goes_on and after is not None and after.type in _GOES_ON)


_GOES_ON = frozenset(
    {".", "?.", "(", "[", "argument_list", "arguments", "::", "->", "optional_chain"}
)


def _is_class(node: Node | None) -> bool:
    return node is not None and "class" in node.type


def _is_text(statement: Node) -> bool:
    """Return whether the statement is a docstring."""
    return statement.type == "expression_statement" and bool(
        statement.named_children and statement.named_children[0].type == "string"
    )


def _css(root: Node) -> Iterator[SyntaxSpan]:
    """Yield values of declarations (expression), declarations (statement), contents of rules
    (block)."""
    for node in _every(root):
        inside = node.named_children
        if node.type == "declaration" and len(inside) > 1:
            yield "statement", node.start_byte, node.end_byte
            yield "expression", inside[1].start_byte, inside[-1].end_byte
        elif node.type == "block" and inside:
            yield "block", inside[0].start_byte, inside[-1].end_byte


def _html(root: Node) -> Iterator[SyntaxSpan]:
    """Yield attribute values (expression), elements (statement), and element contents (block)."""
    for node in _every(root):
        if node.type == "attribute_value":
            yield "expression", node.start_byte, node.end_byte
        elif node.type == "element" and node.parent is not None and node.parent.type == "element":
            yield "statement", node.start_byte, node.end_byte
        if node.type == "element":
            inside = [c for c in node.named_children if not c.type.endswith("_tag")]
            if any(child.type == "element" for child in inside):
                yield "block", inside[0].start_byte, inside[-1].end_byte


def _sql(root: Node) -> Iterator[SyntaxSpan]:
    """Yield conditions and column expressions, statements, and, as blocks, the columns of a table
    and everything after a select list."""
    for node in _every(root):
        parent = node.parent
        if node.type in ("binary_expression", "select_expression", "invocation"):
            yield "expression", node.start_byte, node.end_byte
        elif node.type == "statement":
            yield "statement", node.start_byte, node.end_byte
        elif node.type == "column_definitions" and node.named_children:
            inside = node.named_children
            yield "block", inside[0].start_byte, inside[-1].end_byte
        elif node.type == "from" and parent is not None and parent.type == "statement":
            yield "block", node.start_byte, parent.end_byte


_MARKUP_SPANS: Mapping[str, Callable[[Node], Iterator[SyntaxSpan]]] = {
    "css": _css,
    "html": _html,
    "sql": _sql,
}
MARKUP = frozenset(_MARKUP_SPANS)
"""Languages whose kinds of spans are defined by functions of their own."""


def _every(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.named_children)
