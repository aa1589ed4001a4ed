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
    names_parse_alike=True,
    imports=ImportSyntax(pattern=r"""^\s*#\s*include\s*["<]([^">]+)[">]""", also="source"),
    # The tag query marks a function's declarator instead of its declaration, and has no macros,
    # variables, members and unions. The node types that only C++ has are here for C++'s profile.
    definitions=DefinitionSyntax(
        tags=("tree_sitter_c",),
        functions=words("function_definition declaration preproc_function_def field_declaration"),
        types=words("union_specifier concept_definition"),
        values=words("preproc_def alias_declaration"),
        containers=words(
            "template_declaration namespace_definition linkage_specification declaration_list "
            "field_declaration_list preproc_ifdef preproc_if preproc_else preproc_elif"
        ),
        ignored=words("function_declarator"),
    ),
    families=frozenset({"c"}),
)
