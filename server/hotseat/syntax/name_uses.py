"""How names are used at some offsets of a tree: what node, in what, defined or used, what scope.

Returns values (`domain.syntax.NameUse`), no nodes. Reads ancestors only, so that its time depends
on the number of offsets and the depth, not on the size of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hotseat.domain.syntax import NameUse

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_DEFINES = re.compile(
    r"definition|declaration|declarator|_item$|_spec$|^(class|function|method|module|interface|enum)"
    r"|signature|parameter|alias|named_imports|import_specifier"
)
_ASSIGNS = re.compile(
    r"^assignment|^assignment_expression|variable_assignment|short_var|for_(in_)?(statement|clause)|range_clause|let_decl"
)
_SCOPE = re.compile(
    r"function|method|lambda|closure|arrow|^class|class_(definition|declaration|body)|impl_item"
    r"|^program$|^module$|^source_file$|^translation_unit$"
)
_LIST = re.compile(r"expression_list|pattern_list|tuple_pattern|identifier_list")
_MAX_DEPTH = 60
_N_TYPES = 3


def name_uses(tree: Tree, offsets: Sequence[int]) -> list[NameUse]:
    """Return how the token at each offset is used."""
    return [_use(tree, offset) for offset in offsets]


def _use(tree: Tree, offset: int) -> NameUse:
    node = tree.root_node.descendant_for_byte_range(offset, offset + 1)
    if node is None:
        return NameUse()
    types: list[str] = []
    scope = (0, 1 << 30)
    outer: Node | None = node
    first_scope: Node | None = None
    outer_scope: tuple[int, int] | None = None
    defines = _defines(node)
    for _ in range(_MAX_DEPTH):
        if outer is None:
            break
        if len(types) < _N_TYPES:
            types.append(outer.type)
        if _SCOPE.search(outer.type):
            if first_scope is None:
                first_scope = outer
                scope = (outer.start_point.row, outer.end_point.row)
            elif outer_scope is None:
                outer_scope = (outer.start_point.row, outer.end_point.row)
                break
        outer = outer.parent
    if (
        defines
        and first_scope is not None
        and outer_scope is not None
        and _names(first_scope, node)
    ):
        scope = outer_scope  # a function's own name belongs to what is around the function
    return NameUse(types=tuple(types), defines=defines, scope=scope)


def _names(scope: Node, node: Node) -> bool:
    name = scope.child_by_field_name("name")
    return name is not None and name.start_byte <= node.start_byte < name.end_byte


def _defines(node: Node) -> bool:
    child, parent = node, node.parent
    for _ in range(3):
        if parent is None:
            return False
        kind = parent.type
        if _ASSIGNS.search(kind):
            operator = parent.child_by_field_name("operator")
            if operator is not None and operator.type not in ("=", ":="):
                return False  # `a += 1` needs an `a`
            left = parent.child_by_field_name("left") or parent.child_by_field_name("pattern")
            return left is not None and left.start_byte <= node.start_byte < left.end_byte
        if _DEFINES.search(kind):
            if "parameter" in kind or "identifier_list" in kind:
                value = parent.child_by_field_name("value") or parent.child_by_field_name("type")
                return value is None or not value.start_byte <= node.start_byte < value.end_byte
            name = parent.child_by_field_name("name") or parent.child_by_field_name("pattern")
            alias = parent.child_by_field_name("alias")
            if alias is not None:
                name = alias
            return name is not None and name.start_byte <= node.start_byte < name.end_byte
        if not (_LIST.search(kind) or child.type == kind):
            return False
        child, parent = parent, parent.parent
    return False
