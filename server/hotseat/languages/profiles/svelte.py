"""Facts about Svelte."""

from hotseat.languages.profile import NOT_CODE, Grammar, LanguageProfile, StringSyntax
from hotseat.languages.profiles.javascript import PROFILE as JAVASCRIPT

PROFILE = LanguageProfile(
    id="svelte",
    name="Svelte",
    extensions=("svelte",),
    block_comment=("<!--", "-->"),
    grammar=Grammar(module="tree_sitter_html", is_reliable=False),
    strings=StringSyntax(backtick="escaped"),
    has_statements=True,
    imports=JAVASCRIPT.imports,
    families=frozenset({"html", "javascript"}),
    without=NOT_CODE - {"imports"} | {"line_comment"},
)
