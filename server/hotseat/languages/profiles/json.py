"""Facts about JSON."""

from hotseat.languages.profile import DATA_HAS_NO, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="json",
    name="JSON",
    aliases=("ipynb",),
    file_names=(".prettierrc", "composer.lock", "pipfile.lock"),
    extensions=("ipynb", "json"),
    grammar=Grammar(module="tree_sitter_json"),
    families=frozenset({"json"}),
    without=DATA_HAS_NO | {"block_comment", "line_comment"},
)
