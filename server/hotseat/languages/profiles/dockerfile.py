"""Facts about Dockerfile."""

from hotseat.languages.profile import DATA_HAS_NO, LanguageProfile

PROFILE = LanguageProfile(
    id="dockerfile",
    name="Dockerfile",
    aliases=("docker",),
    file_names=("containerfile", "dockerfile"),
    line_comment="#",
    without=DATA_HAS_NO | {"block_comment"},
)
