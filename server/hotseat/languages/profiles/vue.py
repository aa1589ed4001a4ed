"""Facts about Vue."""

from hotseat.languages.profile import MARKUP_HAS_NO, Grammar, LanguageProfile, StringSyntax
from hotseat.languages.profiles.javascript import PROFILE as JAVASCRIPT

PROFILE = LanguageProfile(
    id="vue",
    name="Vue",
    extensions=("vue",),
    block_comment=("<!--", "-->"),
    grammar=Grammar(module="tree_sitter_html", is_reliable=False),
    strings=StringSyntax(backtick="escaped"),
    has_statements=True,
    imports=JAVASCRIPT.imports,
    families=frozenset({"html", "javascript"}),
    without=MARKUP_HAS_NO - {"imports"} | {"aliases", "file_names", "line_comment"},
)
