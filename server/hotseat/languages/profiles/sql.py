"""Facts about SQL."""

from hotseat.languages.profile import (
    DefinitionSyntax,
    Grammar,
    LanguageProfile,
    StringSyntax,
    words,
)

PROFILE = LanguageProfile(
    id="sql",
    name="SQL",
    aliases=("mysql", "pgsql", "plsql", "postgres", "sqlite"),
    extensions=("sql",),
    line_comment="--",
    grammar=Grammar(module="tree_sitter_sql", is_reliable=False),
    block_comment=("/*", "*/"),
    strings=StringSyntax(has_prefixes=True),
    definitions=DefinitionSyntax(
        functions=words("create_function create_procedure"),
        types=words("create_table create_view create_materialized_view create_type"),
        containers=words("statement"),
        are_types_universal=True,
    ),
    without=frozenset({"blocks", "imports", "string_nodes"}),
)
