"""Facts about TypeScript."""

from dataclasses import replace

from hotseat.languages.profile import DefinitionSyntax, Grammar, words
from hotseat.languages.profiles.javascript import PROFILE as JAVASCRIPT

PROFILE = replace(
    JAVASCRIPT,
    id="typescript",
    name="TypeScript",
    aliases=("ts",),
    file_names=(),
    extensions=("cts", "mts", "ts"),
    interpreters=("bun", "deno", "ts-node", "tsx"),
    grammar=Grammar(module="tree_sitter_typescript", function="language_typescript"),
    # The wheel's tag query has only what JavaScript's lacks, and neither has enums and aliases.
    definitions=DefinitionSyntax(
        tags=("tree_sitter_javascript", "tree_sitter_typescript"),
        types=words("enum_declaration type_alias_declaration"),
        values=words("variable_declarator assignment_expression"),
        containers=words(
            "export_statement lexical_declaration variable_declaration ambient_declaration "
            "expression_statement internal_module module statement_block class_body interface_body"
        ),
    ),
    frames=(*JAVASCRIPT.frames, ("interface A {\n", "\n}")),
)
