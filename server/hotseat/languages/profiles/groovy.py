"""Facts about Groovy."""

from hotseat.languages.profile import BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="groovy",
    name="Groovy",
    file_names=("jenkinsfile",),
    extensions=("gradle", "groovy"),
    interpreters=("groovy",),
    line_comment="//",
    block_comment=("/*", "*/"),
    blocks=BlockStyle.BRACES,
    families=frozenset({"jvm"}),
)
