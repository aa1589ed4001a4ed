"""The language of the place under the cursor, in files that hold several.

Owns which kind of region is searched in which language, and how they nest: SQL in a string of the
JavaScript in an HTML file. Each kind is a module of this folder that returns what it finds at a
place. It uses the document's tree where there is one, which may be old, and else a bounded piece of
text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hotseat.syntax.regions import (
    ci_yaml,
    dockerfile,
    html,
    makefile,
    markdown,
    strings,
    templates,
)
from hotseat.syntax.regions.markup import heex, php, rust_macros, svelte
from hotseat.syntax.regions.place import Found, Place
from hotseat.syntax.regions.scripts import cell_magic, nix, shell, sql_body, terraform

if TYPE_CHECKING:
    from tree_sitter import Tree

__all__ = ["HOSTS", "TREE_HOSTS", "region_language", "region_languages"]

_KINDS: dict[str, Callable[[Place, str], Found | None]] = {
    **dict.fromkeys(html.HOSTS, html.look),
    **dict.fromkeys(templates.HOSTS, templates.look),
    **dict.fromkeys(markdown.HOSTS, markdown.look),
    **dict.fromkeys(strings.HOSTS, strings.look),
    **dict.fromkeys(php.HOSTS, php.look),
    "astro": svelte.look_in_astro,
    "blade": php.look_in_blade,
    "elixir": heex.look,
    "heex": heex.look_in_template,
    **dict.fromkeys(rust_macros.HOSTS, rust_macros.look),
    "svelte": svelte.look,
    "dockerfile": dockerfile.look,
    "makefile": makefile.look,
    "nix": nix.look,
    "python": cell_magic.look,
    "shellscript": shell.look,
    "sql": sql_body.look,
    "terraform": terraform.look,
    "yaml": ci_yaml.look,
}
HOSTS: frozenset[str] = frozenset(_KINDS)
"""Languages whose files may hold others: only in these are regions searched."""
TREE_HOSTS: frozenset[str] = html.HOSTS | templates.HOSTS | strings.TREE_HOSTS
"""Those of them whose regions are found in a tree, where there is one."""
_MAX_DEPTH = 4


def region_language(
    tree: Tree | None,
    byte: int,
    file_language: str | None,
    *,
    text_before: Callable[[int], str],
    slice_bytes: Callable[[int, int], str],
    text_after: Callable[[int], str] | None = None,
    uri: str = "",
) -> str | None:
    """Return the innermost of `region_languages`; None when the file's language is not known."""
    languages = region_languages(
        tree,
        byte,
        file_language,
        text_before=text_before,
        slice_bytes=slice_bytes,
        text_after=text_after,
        uri=uri,
    )
    return languages[0] if languages else None


def region_languages(
    tree: Tree | None,
    byte: int,
    file_language: str | None,
    *,
    text_before: Callable[[int], str],
    slice_bytes: Callable[[int, int], str],
    text_after: Callable[[int], str] | None = None,
    uri: str = "",
) -> tuple[str, ...]:
    """Return the languages at offset `byte` of a file, innermost first, the file's own last.

    `tree` is of the grammar of `file_language`. `text_before(n)` returns up to `n` characters that
    end there, `text_after(n)` those that follow; `slice_bytes(start, end)` the text between two
    utf-8 offsets of the document. `uri` shows what a template is a template of, and which YAML is a
    workflow.
    """
    if file_language is None:
        return ()
    place = Place(
        tree=tree,
        byte=byte,
        uri=uri,
        before=text_before,
        after=text_after or (lambda n: slice_bytes(byte, byte + n)),
        slice_bytes=slice_bytes,
    )
    languages, language = [file_language], file_language
    for _ in range(_MAX_DEPTH):
        look = _KINDS.get(language)
        found = look(place, language) if look is not None else None
        if found is None:
            break
        languages = [found.language, *found.around, *languages]
        if found.innermost:
            break
        place, language = place.inside(found), found.language
    return tuple(dict.fromkeys(languages))
