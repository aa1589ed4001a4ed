"""Facts about Plain text."""

from hotseat.languages.profile import NOT_CODE, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="plaintext",
    name="Plain text",
    aliases=("text", "txt"),
    extensions=("txt",),
    strings=StringSyntax(has_quotes=False),
    without=NOT_CODE | {"block_comment", "grammar", "line_comment"},
)
