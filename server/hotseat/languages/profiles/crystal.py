"""Facts about Crystal."""

from hotseat.languages.profile import BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="crystal",
    name="Crystal",
    extensions=("cr",),
    line_comment="#",
    blocks=BlockStyle.END_KEYWORD,
    without=frozenset({"block_comment"}),
)
