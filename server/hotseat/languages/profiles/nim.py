"""Facts about Nim."""

from hotseat.languages.profile import BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="nim",
    name="Nim",
    extensions=("nim",),
    line_comment="#",
    blocks=BlockStyle.INDENTATION,
)
