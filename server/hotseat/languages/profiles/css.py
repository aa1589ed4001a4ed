"""Facts about CSS."""

from hotseat.languages.profile import MARKUP_HAS_NO, BlockStyle, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="css",
    name="CSS",
    extensions=("css",),
    grammar=Grammar(module="tree_sitter_css"),
    block_comment=("/*", "*/"),
    blocks=BlockStyle.BRACES,
    families=frozenset({"style sheets"}),
    without=MARKUP_HAS_NO - {"blocks"} | {"aliases", "file_names", "line_comment"},
)
