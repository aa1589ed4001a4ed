"""Facts about CSS."""

from hotseat.languages.profile import NOT_CODE, BlockStyle, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="css",
    names_have_hyphens=True,
    name="CSS",
    extensions=("css",),
    grammar=Grammar(module="tree_sitter_css"),
    block_comment=("/*", "*/"),
    blocks=BlockStyle.BRACES,
    families=frozenset({"style sheets"}),
    without=NOT_CODE - {"blocks"} | {"line_comment"},
)
