"""Facts about Less."""

from hotseat.languages.profile import MARKUP_HAS_NO, BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="less",
    name="Less",
    extensions=("less",),
    line_comment="//",
    block_comment=("/*", "*/"),
    blocks=BlockStyle.BRACES,
    families=frozenset({"style sheets"}),
    without=MARKUP_HAS_NO - {"blocks"} | {"aliases", "file_names"},
)
