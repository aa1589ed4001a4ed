"""Facts about Zig."""

from hotseat.languages.profile import BlockStyle, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="zig",
    name="Zig",
    extensions=("zig",),
    line_comment="//",
    strings=StringSyntax(is_character_quote=True),
    blocks=BlockStyle.BRACES,
    without=frozenset({"block_comment"}),
)
