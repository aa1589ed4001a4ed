"""The definitions of one file: of each its name and a few lines of text.

Owns the walk over a syntax tree, in steps, and which text of a definition is used: a function's
signature, a whole type or its members' signatures, a value's first lines. Knows no cursor and no
other file. Needs a tree of the present text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotseat.documents.truncation import cut_line, cut_text
from hotseat.domain.syntax import MAX_NAME_CHARS, Definition, DefinitionLimits, Kind
from hotseat.languages.profile import DefinitionSyntax
from hotseat.syntax.definition_types import definition_types

if TYPE_CHECKING:
    from tree_sitter import Node, Tree, TreeCursor

MAX_TEXT_CHARS = 500
MAX_VALUE_CHARS = 200
MAX_VALUE_LINES = 3
MAX_SIGNATURE_CHARS = 200
MAX_DEPTH = 8
DEFAULT_LIMITS = DefinitionLimits()
_MAX_OUTLINE_CHARS = 120
"""Of one line in a type's outline."""
_MAX_OUTLINE_NODES = 200


def definitions(
    tree: Tree,
    line_at: Callable[[int], str],
    language: str | None,
    limits: DefinitionLimits = DEFAULT_LIMITS,
) -> Iterator[Definition | None]:
    """Walk the tree; None is a moment to check the clock.

    `line_at(i)` returns a line of the tree's text without its ending. The text must not change in
    between. The tree may: the walk uses a copy.
    """
    node_types = definition_types(language)
    if node_types is None:
        return
    n_found = 0
    for n_nodes, found in enumerate(_Walk(line_at, node_types, limits).walk(tree.copy().walk())):
        yield found
        n_found += found is not None
        if n_found >= limits.max_definitions or n_nodes >= limits.max_nodes:
            return


@dataclass(slots=True)
class _Owner:
    """The type whose members are visited."""

    head: str
    head_line: int
    n_members: int = 0


class _Walk:
    def __init__(
        self,
        line_at: Callable[[int], str],
        node_types: DefinitionSyntax,
        limits: DefinitionLimits,
    ) -> None:
        self._line_at = line_at
        self._types = node_types
        self._limits = limits

    def walk(
        self,
        cursor: TreeCursor,
        owner: _Owner | None = None,
        depth: int = 0,
        above: Node | None = None,
    ) -> Iterator[Definition | None]:
        """The children of the cursor's node; `above` wraps them (a decorator, a template)."""
        if depth > MAX_DEPTH or not cursor.goto_first_child():
            return
        going = True
        while going:
            yield None
            node = cursor.node
            assert node is not None
            kind = self._kind(node.type)
            if kind is not None:
                found = self._definition(node, kind, owner, above)
                if found is not None:
                    yield found
                if kind is Kind.TYPE:
                    inner = _Owner(self._head(node), node.start_point[0])
                    body = self._body_below(cursor, node)
                    yield from self.walk(cursor, inner, depth + 1)
                    if body:
                        cursor.goto_parent()
            elif node.type in self._types.containers:
                wraps = node if node.type in _WRAPPERS else None
                yield from self.walk(cursor, owner, depth + 1, wraps)
            going = cursor.goto_next_sibling()
        cursor.goto_parent()

    def _kind(self, node_type: str) -> Kind | None:
        if node_type in self._types.functions:
            return Kind.FUNCTION
        if node_type in self._types.types:
            return Kind.TYPE
        return Kind.VALUE if node_type in self._types.values else None

    @staticmethod
    def _body_below(cursor: TreeCursor, node: Node) -> bool:
        """Step into the node's body; False, and no step, if it has none."""
        body = node.child_by_field_name("body")
        if body is None or not cursor.goto_first_child():
            return False
        while cursor.node is not None and cursor.node.id != body.id:
            if not cursor.goto_next_sibling():
                cursor.goto_parent()
                return False
        return True

    def _definition(
        self, node: Node, kind: Kind, owner: _Owner | None, above: Node | None
    ) -> Definition | None:
        if owner is not None and (
            kind is Kind.VALUE or owner.n_members >= self._limits.max_members
        ):
            return None
        if node.type in ("declaration", "field_declaration") and not _declares_function(node):
            if owner is not None or node.type == "field_declaration":
                return None
            kind = Kind.VALUE
        name = self._name(node)
        if not self._limits.min_name_chars <= len(name) <= MAX_NAME_CHARS:
            return None
        first_line = min(
            above.start_point[0] if above else node.start_point[0], node.start_point[0]
        )
        first_line = max(first_line, node.start_point[0] - 3)
        if kind is Kind.TYPE:
            text = self._type(node, first_line)
        elif kind is Kind.VALUE:
            text = self._value(node)
        else:
            text = self._until_body(node, first_line)
        if not text.strip():
            return None
        head = self._head(node) if kind is Kind.TYPE else text
        is_member = node.type in self._types.members
        if owner is not None:
            owner.n_members += 1
            is_member = kind is Kind.FUNCTION
            if is_member and first_line > owner.head_line:
                text = f"{owner.head}\n{text}"
        return Definition(
            name=name,
            kind=kind,
            first_line=first_line,
            text=cut_text(text, MAX_TEXT_CHARS),
            is_member=is_member,
            last_line=node.end_point[0],
            signature=cut_line(" ".join(head.split()), MAX_SIGNATURE_CHARS),
        )

    # --- names -----------------------------------------------------------------------------------

    def _name(self, node: Node) -> str:
        named = node.child_by_field_name("name") or self._unnamed(node)
        if named is None or node.type == "impl_item":
            return ""
        for field in ("name", "field", "method"):  # qualified: the last part
            while (part := named.child_by_field_name(field)) is not None:
                named = part
        if named.type.endswith("_pattern"):
            return ""
        return self._cut(named.start_point, named.end_point)

    def _unnamed(self, node: Node) -> Node | None:
        """Return the name of a node whose grammar has no field for it."""
        if node.type == "assignment":
            left = node.child_by_field_name("left")
            return left if left is not None and left.type in ("identifier", "constant") else None
        if node.type == "assignment_expression":
            return self._exported(node)
        if node.type == "assignment_statement":  # Lua
            variables = node.named_children
            return variables[0].child_by_field_name("name") if variables else None
        if node.type == "const_element":
            return node.named_child(0)
        if node.type.startswith("create_"):
            references = [c for c in node.named_children if c.type == "object_reference"]
            return references[0].child_by_field_name("name") if references else None
        return _declared(node)

    def _exported(self, node: Node) -> Node | None:
        left = node.child_by_field_name("left")
        if left is None or left.type != "member_expression":
            return None
        name = left.child_by_field_name("property")
        text = self._cut(left.start_point, left.end_point)
        is_export = text.startswith(("exports.", "module.exports."))
        return name if is_export else None

    # --- texts -----------------------------------------------------------------------------------

    def _until_body(self, node: Node, first_line: int) -> str:
        body = node.child_by_field_name("body")
        if body is None:
            return self._lines(first_line, node.end_point)
        return self._lines(first_line, body.start_point).rstrip()

    def _value(self, node: Node) -> str:
        value = node.child_by_field_name("value") or node.child_by_field_name("right")
        body = value.child_by_field_name("body") if value is not None else None
        end = body.start_point if body is not None else node.end_point
        row = min(end[0], node.start_point[0] + MAX_VALUE_LINES - 1)
        text = self._lines(node.start_point[0], end if row == end[0] else (row, None))
        return "" if _REQUIRE.search(text) else cut_text(text, MAX_VALUE_CHARS)

    def _type(self, node: Node, first_line: int) -> str:
        n_bytes = node.end_byte - node.start_byte
        if n_bytes <= MAX_TEXT_CHARS:
            whole = self._lines(first_line, node.end_point)
            if len(whole) <= MAX_TEXT_CHARS:
                return whole
        body = node.child_by_field_name("body")
        if body is None:
            return self._lines(first_line, (node.start_point[0] + 30, None))
        lines = [self._head(node, first_line)]
        size = len(lines[0])
        cursor = body.walk()
        going, n_nodes = cursor.goto_first_child(), 0
        while going and n_nodes < _MAX_OUTLINE_NODES and size < MAX_TEXT_CHARS:
            n_nodes += 1
            member = cursor.node
            if member is not None and member.is_named and "comment" not in member.type:
                line = self._outline(member)
                if line and size + 1 + len(line) <= MAX_TEXT_CHARS:
                    lines.append(line)
                size += 1 + len(line)
            going = cursor.goto_next_sibling()
        return "\n".join(lines)

    def _head(self, node: Node, first_line: int | None = None) -> str:
        """Return the text of a type before its body, with the opening bracket."""
        row = node.start_point[0] if first_line is None else first_line
        body = node.child_by_field_name("body")
        if body is None:
            return self._lines(row, (node.start_point[0], None))
        end_row, end_column = body.start_point
        line = self._line_at(end_row)
        opens = _cut_bytes(line, end_column, end_column + 1) in ("{", "(")
        text = self._lines(row, (end_row, end_column + int(opens)))
        return text.rstrip()

    def _outline(self, member: Node) -> str:
        if member.type == "decorated_definition":
            member = member.child_by_field_name("definition") or member
        body = member.child_by_field_name("body")
        row = member.start_point[0]
        if body is None or body.start_point[0] > row:
            end: tuple[int, int | None] = (row, None)
        else:
            end = (row, body.start_point[1])
        return cut_line(self._lines(row, end), _MAX_OUTLINE_CHARS)

    def _lines(self, first_line: int, end: tuple[int, int | None]) -> str:
        """Return the text from the start of a line up to (row, byte column), of bounded size."""
        row, column = end
        lines: list[str] = []
        size = 0
        for i in range(first_line, min(row, first_line + _MAX_LINES) + 1):
            line = self._line_at(i)
            if i == row and column is not None:
                line = _cut_bytes(line, 0, column)
            size += len(line) + 1
            if size > MAX_TEXT_CHARS and lines:
                break
            lines.append(cut_line(line, MAX_TEXT_CHARS))
        return "\n".join(lines).rstrip()

    def _cut(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """Return the text of a node that lies in one line, else empty."""
        if start[0] != end[0]:
            return ""
        return _cut_bytes(self._line_at(start[0]), start[1], end[1])


_MAX_LINES = 40
_REQUIRE = re.compile(r"\brequire\b|\bimport\(")
"""Values imported from another file."""
_WRAPPERS = frozenset({"decorated_definition", "template_declaration"})


def _declared(node: Node) -> Node | None:
    """Return the name inside C's declarators."""
    found = node.child_by_field_name("declarator")
    while found is not None:
        inner = found.child_by_field_name("declarator")
        if inner is None and found.type == "reference_declarator":
            inner = found.named_child(0)
        if inner is None:
            return found
        found = inner
    return None


def _declares_function(node: Node) -> bool:
    found = node.child_by_field_name("declarator")
    while found is not None and found.type != "function_declarator":
        if found.type == "reference_declarator":
            found = found.named_child(0)
        else:
            found = found.child_by_field_name("declarator")
    return found is not None


def _cut_bytes(line: str, start: int, end: int) -> str:
    if line.isascii():
        return line[start:end]
    return line.encode("utf-8", "surrogatepass")[start:end].decode("utf-8", "replace")
