"""Facts about Astro."""

from hotseat.languages.profile import NOT_CODE, LanguageProfile

PROFILE = LanguageProfile(
    id="astro",
    name="Astro",
    extensions=("astro",),
    line_comment="//",
    families=frozenset({"html", "javascript"}),
    without=NOT_CODE,
)
