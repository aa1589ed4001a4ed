"""Facts about Makefile."""

from hotseat.languages.profile import NOT_CODE, LanguageProfile

PROFILE = LanguageProfile(
    id="makefile",
    indents_with_tabs=True,
    name="Makefile",
    aliases=("make",),
    file_names=("gnumakefile", "makefile", "makefile.am", "makefile.in"),
    extensions=("mk",),
    interpreters=("make",),
    line_comment="#",
    without=NOT_CODE - {"imports"} | {"block_comment"},
)
