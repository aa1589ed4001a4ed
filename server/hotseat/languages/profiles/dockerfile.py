"""Facts about Dockerfile."""

from hotseat.languages.profile import NOT_CODE, LanguageProfile

PROFILE = LanguageProfile(
    id="dockerfile",
    name="Dockerfile",
    aliases=("docker",),
    file_names=("containerfile", "dockerfile"),
    line_comment="#",
    without=NOT_CODE | {"block_comment"},
)
