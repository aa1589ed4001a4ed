"""Facts about Perl."""

from hotseat.languages.profile import BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="perl",
    name="Perl",
    aliases=("pl",),
    file_names=("cpanfile",),
    extensions=("pl", "pm"),
    interpreters=("perl",),
    line_comment="#",
    block_comment=("=pod", "=cut"),
    blocks=BlockStyle.BRACES,
)
