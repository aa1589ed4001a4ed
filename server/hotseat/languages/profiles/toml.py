"""Facts about TOML."""

from hotseat.languages.profile import NOT_CODE, LanguageProfile

PROFILE = LanguageProfile(
    id="toml",
    name="TOML",
    file_names=("cargo.lock", "pipfile", "poetry.lock", "uv.lock"),
    extensions=("toml",),
    line_comment="#",
    without=NOT_CODE | {"block_comment"},
)
