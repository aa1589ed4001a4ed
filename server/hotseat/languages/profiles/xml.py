"""Facts about XML."""

from hotseat.languages.profile import DATA_HAS_NO, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="xml",
    name="XML",
    extensions=("svg", "xml", "xsd", "xsl"),
    block_comment=("<!--", "-->"),
    strings=StringSyntax(has_quotes=False),
    without=DATA_HAS_NO | {"line_comment"},
)
