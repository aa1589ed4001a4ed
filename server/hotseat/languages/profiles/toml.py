"""Facts about TOML."""

from hotseat.languages.profile import DATA_HAS_NO, LanguageProfile

PROFILE = LanguageProfile(
    id="toml",
    name="TOML",
    file_names=("cargo.lock", "pipfile", "poetry.lock", "uv.lock"),
    extensions=("toml",),
    line_comment="#",
    without=DATA_HAS_NO | {"block_comment"},
)
