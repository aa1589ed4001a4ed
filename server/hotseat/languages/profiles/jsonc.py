"""Facts about JSON with comments."""

from hotseat.languages.profile import NOT_CODE, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="jsonc",
    name="JSON with comments",
    aliases=("json5",),
    file_names=(".babelrc", ".eslintrc", "jsconfig.json", "tsconfig.json"),
    extensions=("json5", "jsonc"),
    line_comment="//",
    grammar=Grammar(module="tree_sitter_json"),
    block_comment=("/*", "*/"),
    families=frozenset({"json"}),
    without=NOT_CODE,
)
