"""Facts about Less."""

from hotseat.languages.profile import NOT_CODE, BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="less",
    names_have_hyphens=True,
    name="Less",
    extensions=("less",),
    line_comment="//",
    block_comment=("/*", "*/"),
    blocks=BlockStyle.BRACES,
    families=frozenset({"style sheets"}),
    without=NOT_CODE - {"blocks"},
)
