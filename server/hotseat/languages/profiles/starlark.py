"""Facts about Starlark."""

from hotseat.languages.profile import BlockStyle, LanguageProfile, StringSyntax

PROFILE = LanguageProfile(
    id="starlark",
    name="Starlark",
    file_names=("buck", "build", "build.bazel", "module.bazel", "tiltfile", "workspace"),
    extensions=("bzl",),
    line_comment="#",
    strings=StringSyntax(has_triple=True, has_prefixes=True),
    blocks=BlockStyle.INDENTATION,
    without=frozenset({"block_comment"}),
)
