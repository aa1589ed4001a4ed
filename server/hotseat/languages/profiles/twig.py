"""Facts about Twig."""

from hotseat.languages.profile import MARKUP_HAS_NO, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="twig",
    name="Twig",
    extensions=("twig",),
    block_comment=("{#", "#}"),
    grammar=Grammar(module="tree_sitter_html"),
    without=MARKUP_HAS_NO | {"line_comment"},
)
