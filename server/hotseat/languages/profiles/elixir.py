"""Facts about Elixir."""

from hotseat.languages.profile import BlockStyle, LanguageProfile

PROFILE = LanguageProfile(
    id="elixir",
    name="Elixir",
    aliases=("ex",),
    extensions=("ex", "exs"),
    interpreters=("elixir",),
    line_comment="#",
    blocks=BlockStyle.END_KEYWORD,
    without=frozenset({"block_comment"}),
)
