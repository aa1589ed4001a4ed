"""Language ids that editors send, to catch misspelt ones. Never a limit: an unknown id is used.

Those that the tables of `languages` know; the others are from the LSP 3.18 specification
(TextDocumentItem) and from VS Code's and Neovim's own file types.
"""

from __future__ import annotations

from hotseat.languages import tables
from hotseat.languages.detect import normalise

_OTHERS = """
asm bash cuda cython delphi dockercompose edn gitcommit gitignore gomod gosum gowork hcl
htmldjango http json5 jsonl jsx make nasm objc objcpp perl6 plsql proto3 protobuf pug quarto rst
search-result sh systemd templ tex text tsx v viml wasm xsl zsh
"""
KNOWN = tables.KNOWN | frozenset(_OTHERS.split())


def lsp_id(language: str) -> str:
    """The id that documents have after normalisation: `cuda-cpp` for Neovim's `cuda`."""
    return (normalise(language) or language) if language in KNOWN else language
