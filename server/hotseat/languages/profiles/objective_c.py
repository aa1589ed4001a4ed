"""Facts about Objective-C."""

from hotseat.languages.profile import BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="objective-c",
    name="Objective-C",
    aliases=("objc", "objectivec"),
    extensions=("m",),
    line_comment="//",
    block_comment=("/*", "*/"),
    blocks=BlockStyle.BRACES,
    families=frozenset({"c"}),
)
