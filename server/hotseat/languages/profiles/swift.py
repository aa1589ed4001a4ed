"""Facts about Swift."""

from hotseat.languages.profile import BlockStyle, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="swift",
    name="Swift",
    extensions=("swift",),
    line_comment="//",
    block_comment=("/*", "*/"),
    strings=StringSyntax(is_character_quote=True, has_triple=True),
    blocks=BlockStyle.BRACES,
)
