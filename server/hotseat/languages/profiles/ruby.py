"""Facts about Ruby."""

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
    id="ruby",
    name="Ruby",
    aliases=("rb",),
    file_names=(
        ".irbrc",
        ".pryrc",
        "appfile",
        "berksfile",
        "brewfile",
        "capfile",
        "config.ru",
        "dangerfile",
        "fastfile",
        "gemfile",
        "guardfile",
        "podfile",
        "puppetfile",
        "rakefile",
        "thorfile",
        "vagrantfile",
    ),
    extensions=("gemspec", "rake", "rb", "ru"),
    interpreters=("ruby",),
    line_comment="#",
    grammar=Grammar(module="tree_sitter_ruby"),
    block_comment=("=begin", "=end"),
    strings=StringSyntax(
        backtick="escaped", node_types=words("string heredoc_body regex subshell")
    ),
    blocks=BlockStyle.END_KEYWORD,
    has_statements=True,
    imports=ImportSyntax(
        pattern=r"""^\s*(require_relative|require|load)\s*\(?\s*["']([^"']+)["']""",
        relative_words=frozenset({"require_relative"}),
    ),
    # The tag query has no assignments.
    definitions=DefinitionSyntax(
        tags=("tree_sitter_ruby",),
        values=words("assignment"),
        containers=words("body_statement"),
    ),
)
