"""Facts about LaTeX."""

from hotseat.languages.profile import DATA_HAS_NO, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="latex",
    name="LaTeX",
    aliases=("plaintex", "tex"),
    extensions=("tex",),
    line_comment="%",
    strings=StringSyntax(has_quotes=False),
    without=DATA_HAS_NO | {"block_comment"},
)
