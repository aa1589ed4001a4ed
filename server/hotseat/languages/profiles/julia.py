"""Facts about Julia."""

from hotseat.languages.profile import BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="julia",
    name="Julia",
    extensions=("jl",),
    interpreters=("julia",),
    line_comment="#",
    blocks=BlockStyle.END_KEYWORD,
    block_comment=("#=", "=#"),
)
