"""Facts about Lua."""

from hotseat.languages.profile import (
    BlockStyle,
    DefinitionSyntax,
    Grammar,
    ImportSyntax,
    LanguageProfile,
    words,
)

PROFILE = LanguageProfile(
    id="lua",
    name="Lua",
    extensions=("lua",),
    interpreters=("lua", "luajit"),
    line_comment="--",
    grammar=Grammar(module="tree_sitter_lua"),
    block_comment=("--[[", "]]"),
    blocks=BlockStyle.END_KEYWORD,
    has_statements=True,
    imports=ImportSyntax(
        pattern=r"""^.{0,100}?\brequire\s*\(?\s*["']([^"']+)["']""", separators=(".",)
    ),
    # The tag query has only those assignments whose value is a function.
    definitions=DefinitionSyntax(
        tags=("tree_sitter_lua",),
        values=words("assignment_statement"),
        containers=words("variable_declaration"),
    ),
)
