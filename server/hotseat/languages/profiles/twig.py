"""Facts about Twig."""

from hotseat.languages.profile import NOT_CODE, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="twig",
    name="Twig",
    extensions=("twig",),
    block_comment=("{#", "#}"),
    grammar=Grammar(module="tree_sitter_html"),
    without=NOT_CODE | {"line_comment"},
)
