"""Facts about Scala."""

from hotseat.languages.profile import BlockStyle, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="scala",
    name="Scala",
    extensions=("sbt", "scala"),
    line_comment="//",
    block_comment=("/*", "*/"),
    strings=StringSyntax(is_character_quote=True, has_triple=True, has_prefixes=True),
    blocks=BlockStyle.BRACES,
    families=frozenset({"jvm"}),
)
