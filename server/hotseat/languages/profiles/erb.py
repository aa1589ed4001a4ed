"""Facts about ERB."""

from hotseat.languages.profile import NOT_CODE, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="erb",
    name="ERB",
    aliases=("eruby",),
    extensions=("erb", "rhtml"),
    block_comment=("<%#", "%>"),
    grammar=Grammar(module="tree_sitter_html"),
    without=NOT_CODE | {"line_comment"},
)
