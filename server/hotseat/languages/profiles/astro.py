"""Facts about Astro."""

from hotseat.languages.profile import MARKUP_HAS_NO, LanguageProfile

PROFILE = LanguageProfile(
    id="astro",
    name="Astro",
    extensions=("astro",),
    line_comment="//",
    families=frozenset({"html", "javascript"}),
    without=MARKUP_HAS_NO | {"aliases", "file_names", "line_comment"},
)
