"""tree-sitter grammars by LSP language id, loaded when first asked for.

Owns which wheel serves which language. Imports nothing at start-up: a grammar takes 1 to 18 ms.
A grammar that is not installed, or does not fit the installed tree-sitter, counts as none.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language

# Language id: module, and the function in it. Templates mostly are of HTML, and its grammar finds
# the scripts and styles in them.
_MODULES: dict[str, tuple[str, str]] = {
    "c": ("tree_sitter_c", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
    "csharp": ("tree_sitter_c_sharp", "language"),
    "css": ("tree_sitter_css", "language"),
    "erb": ("tree_sitter_html", "language"),
    "go": ("tree_sitter_go", "language"),
    "gotmpl": ("tree_sitter_html", "language"),
    "html": ("tree_sitter_html", "language"),
    "java": ("tree_sitter_java", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "javascriptreact": ("tree_sitter_javascript", "language"),
    "jinja": ("tree_sitter_html", "language"),
    "json": ("tree_sitter_json", "language"),
    "jsonc": ("tree_sitter_json", "language"),
    "lua": ("tree_sitter_lua", "language"),
    "php": ("tree_sitter_php", "language_php"),
    "python": ("tree_sitter_python", "language"),
    "ruby": ("tree_sitter_ruby", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "shellscript": ("tree_sitter_bash", "language"),
    "sql": ("tree_sitter_sql", "language"),
    "svelte": ("tree_sitter_html", "language"),
    "twig": ("tree_sitter_html", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "typescriptreact": ("tree_sitter_typescript", "language_tsx"),
    "vue": ("tree_sitter_html", "language"),
    "yaml": ("tree_sitter_yaml", "language"),
}
LANGUAGES: frozenset[str] = frozenset(_MODULES)
"""Languages that have a grammar among Hotseat's dependencies."""


@cache
def grammar(language: str | None) -> Language | None:
    """The grammar of a language; None when there is none."""
    found = _MODULES.get(language or "")
    if found is None:
        return None
    from tree_sitter import Language

    module, function = found
    try:
        return Language(getattr(importlib.import_module(module), function)())
    except (ImportError, AttributeError, ValueError):
        # ValueError: the grammar's ABI is older or newer than this tree-sitter reads.
        return None
