"""Facts about Markdown."""

from hotseat.languages.profile import NOT_CODE, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="markdown",
    name="Markdown",
    aliases=("md", "quarto", "rmd"),
    extensions=("markdown", "md"),
    block_comment=("<!--", "-->"),
    # No grammar is among the dependencies; one would not be reliable for fragments of prose.
    strings=StringSyntax(has_quotes=False),
    without=NOT_CODE | {"grammar", "line_comment"},
)
