"""Facts about XML."""

from hotseat.languages.profile import NOT_CODE, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="xml",
    name="XML",
    extensions=("svg", "xml", "xsd", "xsl"),
    block_comment=("<!--", "-->"),
    strings=StringSyntax(has_quotes=False),
    without=NOT_CODE | {"line_comment"},
)
