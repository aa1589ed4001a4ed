"""Facts about YAML."""

from hotseat.languages.profile import NOT_CODE, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="yaml",
    name="YAML",
    aliases=("docker-compose", "dockercompose", "yml"),
    file_names=(".clang-format", ".clang-tidy", ".clangd", "pubspec.lock"),
    extensions=("yaml", "yml"),
    line_comment="#",
    grammar=Grammar(module="tree_sitter_yaml", is_reliable=False),
    without=NOT_CODE | {"block_comment"},
)
