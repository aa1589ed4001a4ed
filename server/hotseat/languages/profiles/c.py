"""Facts about C."""

from hotseat.languages.profile import (
    BlockStyle,
    DefinitionSyntax,
    Grammar,
    ImportSyntax,
    LanguageProfile,
    StringSyntax,
    words,
)

PROFILE = LanguageProfile(
    id="c",
    name="C",
    extensions=("c", "h"),
    line_comment="//",
    block_comment=("/*", "*/"),
    grammar=Grammar(module="tree_sitter_c"),
    strings=StringSyntax(is_character_quote=True, has_prefixes=True),
    blocks=BlockStyle.BRACES,
    has_statements=True,
    imports=ImportSyntax(pattern=r"""^\s*#\s*include\s*["<]([^">]+)[">]""", also="source"),
    # No tag query: it marks declarators (`function_declarator`) where a definition is shown by its
    # whole declaration, and knows no macros, prototypes or variables.
    definitions=DefinitionSyntax(
        functions=words(
            "function_definition declaration preproc_function_def field_declaration "
            "inline_method_definition"
        ),
        types=words(
            "struct_specifier union_specifier enum_specifier class_specifier type_definition "
            "concept_definition"
        ),
        values=words("preproc_def alias_declaration"),
        containers=words(
            "template_declaration namespace_definition linkage_specification declaration_list "
            "field_declaration_list preproc_ifdef preproc_if preproc_else preproc_elif"
        ),
    ),
    families=frozenset({"c"}),
    without=frozenset({"interpreters", "aliases"}),
)
