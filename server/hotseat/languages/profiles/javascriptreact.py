"""Facts about JavaScript with JSX."""

from dataclasses import replace

from hotseat.languages.profiles.javascript import PROFILE as JAVASCRIPT

PROFILE = replace(
    JAVASCRIPT,
    id="javascriptreact",
    name="JavaScript with JSX",
    aliases=("javascript.jsx", "jsx"),
    file_names=(),
    extensions=("jsx",),
    interpreters=(),
    dialect_of="javascript",
)
