"""Facts about SCSS."""

from hotseat.languages.profile import NOT_CODE, BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="scss",
    names_have_hyphens=True,
    name="SCSS",
    extensions=("scss",),
    line_comment="//",
    block_comment=("/*", "*/"),
    blocks=BlockStyle.BRACES,
    families=frozenset({"style sheets"}),
    without=NOT_CODE - {"blocks"},
)
