"""Facts about Shell."""

from hotseat.languages.profile import (
    BlockStyle,
    DefinitionSyntax,
    Grammar,
    ImportSyntax,
    LanguageProfile,
    StringSyntax,
    words,
)

PROFILE = LanguageProfile(
    id="shellscript",
    name="Shell",
    aliases=("bash", "csh", "ksh", "sh", "shell", "zsh"),
    file_names=(
        ".bash_aliases",
        ".bash_logout",
        ".bash_profile",
        ".bashrc",
        ".envrc",
        ".profile",
        ".zprofile",
        ".zshenv",
        ".zshrc",
        "apkbuild",
        "pkgbuild",
    ),
    extensions=("bash", "bats", "sh", "zsh"),
    interpreters=("ash", "bash", "dash", "ksh", "sh", "zsh"),
    line_comment="#",
    grammar=Grammar(module="tree_sitter_bash"),
    strings=StringSyntax(backtick="escaped"),
    blocks=BlockStyle.END_KEYWORD,
    has_statements=True,
    imports=ImportSyntax(pattern=r"""^\s*(?:source|\.)\s+["']?(?:\$\{?\w+\}?/)?([\w./-]+)"""),
    definitions=DefinitionSyntax(
        functions=words("function_definition"),
        values=words("variable_assignment"),
        containers=words("declaration_command"),
    ),
    without=frozenset({"block_comment"}),
)
