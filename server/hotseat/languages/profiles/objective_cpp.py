"""Facts about Objective-C++."""

from hotseat.languages.profile import BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="objective-cpp",
    name="Objective-C++",
    aliases=("objcpp",),
    extensions=("mm",),
    line_comment="//",
    block_comment=("/*", "*/"),
    blocks=BlockStyle.BRACES,
    families=frozenset({"c"}),
)
