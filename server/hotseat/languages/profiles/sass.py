"""Facts about Sass."""

from hotseat.languages.profile import NOT_CODE, LanguageProfile

PROFILE = LanguageProfile(
    id="sass",
    names_have_hyphens=True,
    name="Sass",
    extensions=("sass",),
    line_comment="//",
    block_comment=("/*", "*/"),
    families=frozenset({"style sheets"}),
    without=NOT_CODE,
)
