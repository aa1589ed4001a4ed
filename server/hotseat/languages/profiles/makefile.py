"""Facts about Makefile."""

from hotseat.languages.profile import DATA_HAS_NO, LanguageProfile

PROFILE = LanguageProfile(
    id="makefile",
    name="Makefile",
    aliases=("make",),
    file_names=("gnumakefile", "makefile", "makefile.am", "makefile.in"),
    extensions=("mk",),
    interpreters=("make",),
    line_comment="#",
    without=DATA_HAS_NO - {"imports", "interpreters"} | {"block_comment"},
)
