"""Facts about CUDA C++."""

from hotseat.languages.profile import BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="cuda-cpp",
    name="CUDA C++",
    extensions=("cu",),
    line_comment="//",
    block_comment=("/*", "*/"),
    blocks=BlockStyle.BRACES,
    families=frozenset({"c"}),
)
