"""Facts about HTML."""

from hotseat.languages.profile import NOT_CODE, Grammar, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="html",
    name="HTML",
    aliases=("htmlangular", "vue-html"),
    extensions=("htm", "html", "xhtml"),
    block_comment=("<!--", "-->"),
    grammar=Grammar(module="tree_sitter_html", is_reliable=False),
    strings=StringSyntax(has_quotes=False),
    families=frozenset({"html"}),
    without=NOT_CODE | {"line_comment"},
)
