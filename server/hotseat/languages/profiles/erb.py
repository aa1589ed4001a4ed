"""Facts about ERB."""

from hotseat.languages.profile import MARKUP_HAS_NO, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="erb",
    name="ERB",
    aliases=("eruby",),
    extensions=("erb", "rhtml"),
    block_comment=("<%#", "%>"),
    grammar=Grammar(module="tree_sitter_html"),
    without=MARKUP_HAS_NO | {"line_comment"},
)
