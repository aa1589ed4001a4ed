"""Facts about SCSS."""

from hotseat.languages.profile import MARKUP_HAS_NO, BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="scss",
    name="SCSS",
    extensions=("scss",),
    line_comment="//",
    block_comment=("/*", "*/"),
    blocks=BlockStyle.BRACES,
    families=frozenset({"style sheets"}),
    without=MARKUP_HAS_NO - {"blocks"} | {"aliases", "file_names"},
)
