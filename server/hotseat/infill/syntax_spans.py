"""Which pieces of syntax can be cut out of a file: expressions, statements and blocks.

Knows trees, no files. What the three kinds are in languages without statements is told by each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

KINDS = ("expression", "statement", "block")
Cut = tuple[str, int, int]
"""Kind, first byte, and the byte behind the last."""

_BLOCKS = frozenset(
    {"block", "statement_block", "compound_statement", "body_statement", "do_group"}
)
_LISTS = frozenset({"statement_list"})
"""Stand between a block and its statements."""
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
"""Fields whose node is not a value that a person would write last."""
_NO_STATEMENTS = re.compile(
    r"comment|import|package|definition|^(function|method|class|type|interface|enum|struct|impl|trait"
    r"|mod|module|namespace|export|generator_function|abstract_class)_"
    r"|_item$|^(class|module|method|program|block|statement_block|use_declaration|php_tag)$"
)
"""Comments, imports and whole definitions are no statements that one suggestion should fill."""


def cuts(root: Node, language: str) -> Iterator[Cut]:
    """Everything that can be cut out of a tree."""
    return _MARKUP_CUTS.get(language, _code)(root)


def _code(root: Node) -> Iterator[Cut]:
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
    """A value of its own: no target, no callee, nothing that goes on with `.` behind it, and not
    the whole of a statement."""
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
    """A docstring."""
    return statement.type == "expression_statement" and bool(
        statement.named_children and statement.named_children[0].type == "string"
    )


def _css(root: Node) -> Iterator[Cut]:
    """A declaration's value; a declaration; all that stands in a block."""
    for node in _every(root):
        inside = node.named_children
        if node.type == "declaration" and len(inside) > 1:
            yield "statement", node.start_byte, node.end_byte
            yield "expression", inside[1].start_byte, inside[-1].end_byte
        elif node.type == "block" and inside:
            yield "block", inside[0].start_byte, inside[-1].end_byte


def _html(root: Node) -> Iterator[Cut]:
    """An attribute's value; an element; what an element holds, if there are elements in it."""
    for node in _every(root):
        if node.type == "attribute_value":
            yield "expression", node.start_byte, node.end_byte
        elif node.type == "element" and node.parent is not None and node.parent.type == "element":
            yield "statement", node.start_byte, node.end_byte
        if node.type == "element":
            inside = [c for c in node.named_children if not c.type.endswith("_tag")]
            if any(child.type == "element" for child in inside):
                yield "block", inside[0].start_byte, inside[-1].end_byte


def _sql(root: Node) -> Iterator[Cut]:
    """A condition or a column's expression; a statement; a table's columns, or all that follows
    what is selected."""
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


_MARKUP_CUTS: Mapping[str, Callable[[Node], Iterator[Cut]]] = {
    "css": _css,
    "html": _html,
    "sql": _sql,
}
MARKUP = frozenset(_MARKUP_CUTS)
"""Languages that have kinds of their own."""


def _every(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.named_children)
