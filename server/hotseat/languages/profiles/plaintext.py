"""Facts about Plain text."""

from hotseat.languages.profile import DATA_HAS_NO, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="plaintext",
    name="Plain text",
    aliases=("text", "txt"),
    extensions=("txt",),
    strings=StringSyntax(has_quotes=False),
    without=DATA_HAS_NO | {"block_comment", "grammar", "line_comment"},
)
