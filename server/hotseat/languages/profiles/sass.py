"""Facts about Sass."""

from hotseat.languages.profile import MARKUP_HAS_NO, LanguageProfile

PROFILE = LanguageProfile(
    id="sass",
    name="Sass",
    extensions=("sass",),
    line_comment="//",
    block_comment=("/*", "*/"),
    families=frozenset({"style sheets"}),
    without=MARKUP_HAS_NO | {"aliases", "file_names"},
)
