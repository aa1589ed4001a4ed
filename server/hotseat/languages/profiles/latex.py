"""Facts about LaTeX."""

from hotseat.languages.profile import NOT_CODE, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="latex",
    name="LaTeX",
    aliases=("plaintex", "tex"),
    extensions=("tex",),
    line_comment="%",
    strings=StringSyntax(has_quotes=False),
    without=NOT_CODE | {"block_comment"},
)
