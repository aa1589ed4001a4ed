"""Facts about Go templates."""

from hotseat.languages.profile import MARKUP_HAS_NO, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="gotmpl",
    name="Go templates",
    aliases=("go-template", "gohtml", "gohtmltmpl", "gotexttmpl"),
    extensions=("gohtml", "gotmpl", "tmpl"),
    block_comment=("{{/*", "*/}}"),
    grammar=Grammar(module="tree_sitter_html"),
    without=MARKUP_HAS_NO | {"line_comment"},
)
