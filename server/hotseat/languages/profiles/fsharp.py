"""Facts about F#."""

from hotseat.languages.profile import LanguageProfile

PROFILE = LanguageProfile(
    id="fsharp",
    name="F#",
    extensions=("fs", "fsx"),
    line_comment="//",
    block_comment=("(*", "*)"),
)
