"""Which nodes of a tree define something, by language: plain tables over the grammars' node types.

Owns names of nodes. Decides nothing: `definitions` walks.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Sets of node types."""

    functions: frozenset[str]
    """Shown by their signature."""
    types: frozenset[str] = frozenset()
    """Shown whole if short, else by their members; members are looked at."""
    values: frozenset[str] = frozenset()
    """Constants, variables, aliases: shown by their first lines. Never looked at as members."""
    members: frozenset[str] = frozenset()
    """Of `functions`: reached through an object or a type, wherever they stand (Go's methods)."""
    into: frozenset[str] = frozenset()
    """What only holds definitions: wrappers, bodies, conditional parts."""


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_C = Rules(
    functions=_set(
        "function_definition declaration preproc_function_def field_declaration "
        "inline_method_definition"
    ),
    types=_set(
        "struct_specifier union_specifier enum_specifier class_specifier type_definition "
        "concept_definition"
    ),
    values=_set("preproc_def alias_declaration"),
    into=_set(
        "template_declaration namespace_definition linkage_specification declaration_list "
        "field_declaration_list preproc_ifdef preproc_if preproc_else preproc_elif"
    ),
)
_JAVASCRIPT = Rules(
    functions=_set(
        "function_declaration generator_function_declaration function_signature method_definition "
        "method_signature abstract_method_signature"
    ),
    types=_set(
        "class_declaration abstract_class_declaration interface_declaration enum_declaration "
        "type_alias_declaration"
    ),
    values=_set("variable_declarator assignment_expression"),
    into=_set(
        "export_statement lexical_declaration variable_declaration ambient_declaration "
        "expression_statement internal_module module statement_block class_body interface_body"
    ),
)

RULES: dict[str, Rules] = {
    "c": _C,
    "cpp": _C,
    "csharp": Rules(
        functions=_set("method_declaration property_declaration delegate_declaration"),
        types=_set(
            "class_declaration interface_declaration struct_declaration enum_declaration "
            "record_declaration record_struct_declaration"
        ),
        into=_set("namespace_declaration file_scoped_namespace_declaration declaration_list"),
    ),
    "go": Rules(
        functions=_set("function_declaration method_declaration"),
        types=_set("type_spec type_alias"),
        values=_set("const_spec var_spec"),
        members=_set("method_declaration"),
        into=_set("type_declaration const_declaration var_declaration var_spec_list"),
    ),
    "java": Rules(
        functions=_set("method_declaration"),
        types=_set(
            "class_declaration interface_declaration enum_declaration record_declaration "
            "annotation_type_declaration"
        ),
        into=_set("class_body interface_body enum_body enum_body_declarations"),
    ),
    "javascript": _JAVASCRIPT,
    "javascriptreact": _JAVASCRIPT,
    "lua": Rules(
        functions=_set("function_declaration"),
        values=_set("assignment_statement"),
        into=_set("variable_declaration"),
    ),
    "php": Rules(
        functions=_set("function_definition method_declaration"),
        types=_set("class_declaration interface_declaration trait_declaration enum_declaration"),
        values=_set("const_element"),
        into=_set(
            "namespace_definition compound_statement declaration_list enum_declaration_list "
            "const_declaration"
        ),
    ),
    "python": Rules(
        functions=_set("function_definition"),
        types=_set("class_definition"),
        values=_set("assignment"),
        into=_set(
            "decorated_definition expression_statement if_statement else_clause try_statement block"
        ),
    ),
    "ruby": Rules(
        functions=_set("method singleton_method"),
        types=_set("class module"),
        values=_set("assignment"),
        into=_set("body_statement"),
    ),
    "rust": Rules(
        functions=_set("function_item function_signature_item macro_definition"),
        types=_set("struct_item enum_item union_item trait_item impl_item"),
        values=_set("const_item static_item type_item"),
        into=_set("mod_item declaration_list"),
    ),
    "shellscript": Rules(
        functions=_set("function_definition"),
        values=_set("variable_assignment"),
        into=_set("declaration_command"),
    ),
    "sql": Rules(
        functions=_set("create_function create_procedure"),
        types=_set("create_table create_view create_materialized_view create_type"),
        into=_set("statement"),
    ),
    "typescript": _JAVASCRIPT,
    "typescriptreact": _JAVASCRIPT,
}
"""Markup, style sheets and data define nothing that other code would name."""

# Languages whose definitions mean something to each other.
_FAMILIES: tuple[frozenset[str], ...] = (
    _set("javascript javascriptreact typescript typescriptreact vue svelte astro"),
    _set("c cpp objective-c objective-cpp cuda-cpp"),
    _set("css scss less sass"),
    _set("html vue svelte astro"),
    _set("java kotlin scala groovy"),
    _set("json jsonc"),
)


def are_related(a: str | None, b: str | None) -> bool:
    """Whether code in one language can be a model for code in the other."""
    if a is None or b is None:
        return False
    return a == b or any(a in family and b in family for family in _FAMILIES)
