"""Facts about Kotlin."""

from hotseat.languages.profile import BlockStyle, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="kotlin",
    name="Kotlin",
    aliases=("kt",),
    extensions=("kt", "kts"),
    line_comment="//",
    block_comment=("/*", "*/"),
    strings=StringSyntax(is_character_quote=True, has_triple=True),
    blocks=BlockStyle.BRACES,
    families=frozenset({"jvm"}),
)
