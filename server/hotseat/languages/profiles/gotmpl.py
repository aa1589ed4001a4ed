"""Facts about Go templates."""

from hotseat.languages.profile import NOT_CODE, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="gotmpl",
    name="Go templates",
    aliases=("go-template", "gohtml", "gohtmltmpl", "gotexttmpl"),
    extensions=("gohtml", "gotmpl", "tmpl"),
    block_comment=("{{/*", "*/}}"),
    grammar=Grammar(module="tree_sitter_html"),
    without=NOT_CODE | {"line_comment"},
)
