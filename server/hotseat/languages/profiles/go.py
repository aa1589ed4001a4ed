"""Facts about Go."""

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
    id="go",
    indents_with_tabs=True,
    name="Go",
    aliases=("golang",),
    extensions=("go",),
    line_comment="//",
    block_comment=("/*", "*/"),
    grammar=Grammar(module="tree_sitter_go"),
    strings=StringSyntax(
        is_character_quote=True,
        backtick="raw",
        node_types=words("interpreted_string_literal raw_string_literal"),
    ),
    blocks=BlockStyle.BRACES,
    newline_ends_statement=True,
    has_statements=True,
    names_parse_alike=True,
    imports=ImportSyntax(
        pattern=r"""^\s*(?:import\s+)?(?:[\w.]+\s+)?"([^"\s]+)"\s*(?://.*)?$|^import\s*\(""",
        names=frozenset({"folder"}),
    ),
    # The tag query has no aliases, and no kind for constants and variables.
    definitions=DefinitionSyntax(
        tags=("tree_sitter_go",),
        types=words("type_alias"),
        values=words("const_spec var_spec"),
        members=words("method_declaration"),
        containers=words("type_declaration const_declaration var_declaration var_spec_list"),
    ),
    frames=(("a = []A{\n", "\n}"), ("type A struct {\n", "\n}"), ("switch {\n", "\n}")),
)
