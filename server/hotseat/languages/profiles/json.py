"""Facts about JSON."""

from hotseat.languages.profile import NOT_CODE, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="json",
    name="JSON",
    aliases=("ipynb",),
    file_names=(".prettierrc", "composer.lock", "pipfile.lock"),
    extensions=("ipynb", "json"),
    grammar=Grammar(module="tree_sitter_json"),
    families=frozenset({"json"}),
    without=NOT_CODE | {"block_comment", "line_comment"},
)
