"""Facts about TypeScript with JSX."""

from dataclasses import replace

from hotseat.languages.profile import Grammar
from hotseat.languages.profiles.typescript import PROFILE as TYPESCRIPT

PROFILE = replace(
    TYPESCRIPT,
    id="typescriptreact",
    name="TypeScript with JSX",
    aliases=("tsx", "typescript.tsx"),
    file_names=(),
    extensions=("tsx",),
    interpreters=(),
    grammar=Grammar(module="tree_sitter_typescript", function="language_tsx"),
    dialect_of="typescript",
)
