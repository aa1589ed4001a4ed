"""The language of a file.

Owns the order in which the signs are believed. Reads no file: it is given the URI, what the client
calls the language, and a few lines of text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from urllib.parse import unquote, urlsplit

from hotseat.languages.shared_extensions import AMBIGUOUS, by_extension
from hotseat.languages.shebang import by_shebang
from hotseat.languages.sniff import by_content
from hotseat.languages.snippets.classify import language_of_snippet
from hotseat.languages.tables import ALIASES, EXTENSIONS, FILE_NAMES, KNOWN

_VIM = re.compile(r"(?:^|\s)(?:vim?|ex):.*?\b(?:ft|filetype|syn|syntax)=([\w.+#-]+)")
_EMACS = re.compile(r"-\*-\s*(?:.*?\bmode:\s*)?([\w+#-]+)\s*(?:;.*?)?-\*-", re.IGNORECASE)
_LOCAL_VARIABLES = re.compile(r"Local Variables:[^\0]*?\bmode:[ \t]*([\w+#-]+)", re.IGNORECASE)
_DOCKERFILES = ("dockerfile.", "dockerfile-", "containerfile.", "containerfile-")
_PREFIXES = ((".env.", "dotenv"), ("makefile.", "makefile"), ("makefile-", "makefile"))
"""Beginnings of names whose extension shows no language."""
_HELM_NOTES = re.compile(r"/templates/NOTES\.txt\Z")
_MAX_EXTENSIONS = 3
_MAX_LINE_CHARS = 500
"""Of one line looked at: a minified file is one line of megabytes."""
_N_MODELINES = 5
"""At either end of a file, as vim does."""
N_LAST_LINES = 20
"""As many as a block of Emacs' local variables has."""
_MIN_LINES_OF_NAMELESS, _N_LINES_OF_NAMELESS = 3, 40
N_FIRST_LINES = 200
"""As many as a header's licence and includes may take before its language shows."""


def language_of(
    uri: str,
    language_id: str | None,
    first_lines: Sequence[str] = (),
    last_lines: Sequence[str] = (),
    siblings: Collection[str] = (),
) -> str | None:
    """LSP language id of a document, or None when nothing shows it.

    The client's id wins, in its LSP spelling, unless it is empty or `plaintext`, which is what
    editors say of files that they do not know. Then: a modeline, the file's name, its "#!" line,
    what its first lines look like. Where an extension has several languages (`.h`, `.m`, `.ts`),
    the client chose by the extension too: there a modeline or the first lines win over its id, and
    `plaintext` is returned for a language that nothing is known of.

    `siblings` are names of other files of the same project, in lower case.
    """
    named = normalise(language_id)
    known = named not in (None, "plaintext")
    first = [line[:_MAX_LINE_CHARS] for line in first_lines[:N_FIRST_LINES]]
    last = [line[:_MAX_LINE_CHARS] for line in last_lines[-N_LAST_LINES:]]
    # A notebook's cell is in its own language, and its name is the notebook's.
    name = "" if _is_cell(uri) else file_name(uri)
    extension = "" if name in FILE_NAMES else name.rpartition(".")[2]
    is_shared = extension in AMBIGUOUS
    if named in (None, "plaintext", "mustache") and FILE_NAMES.get(name) == "helm":
        return "helm"  # its modeline often says mustache
    if known and not (is_shared and named in AMBIGUOUS[extension]):
        return named
    modeline = _by_modeline(first[:_N_MODELINES], last)
    found = modeline or (by_extension(extension, first, siblings) if is_shared else None)
    if found or known:
        return found or named
    if _HELM_NOTES.search(uri):
        return "helm"
    return (
        (language_of_name(name) if name else None)
        or by_shebang(first)
        or by_content(first, has_extension="." in name.lstrip("."))
        or _of_nameless(uri, first)
        or named
    )


def _of_nameless(uri: str, first_lines: Sequence[str]) -> str | None:
    """By the words of a text that has not been saved yet, of at least three lines."""
    text = [line for line in first_lines[:_N_LINES_OF_NAMELESS] if line.strip()]
    if not uri.startswith("untitled:") or len(text) < _MIN_LINES_OF_NAMELESS:
        return None
    return language_of_snippet("\n".join(text))


def normalise(language_id: str | None) -> str | None:
    """Return the LSP id for an editor's or user's name of a language; an unknown name as it is."""
    name = (language_id or "").strip().lower()
    if not name:
        return None
    if name in KNOWN:
        return name
    if name in ALIASES:
        return ALIASES[name]
    for part in name.split("."):  # Neovim: "yaml.ansible", "html.handlebars"
        if part in KNOWN or part in ALIASES:
            return ALIASES.get(part, part)
    return name


def _by_modeline(first: Sequence[str], last: Sequence[str]) -> str | None:
    for line in (*first, *last[-_N_MODELINES:]):
        for pattern in (_VIM, _EMACS):
            found = pattern.search(line)
            name = normalise(found.group(1).removesuffix("-mode")) if found else None
            if name in KNOWN:
                return name
    found = _LOCAL_VARIABLES.search("\n".join(last))
    name = normalise(found.group(1)) if found else None
    return name if name in KNOWN else None


def file_name(uri: str) -> str:
    """The last part of a URI's path or of a path, in lower case."""
    try:
        path = unquote(urlsplit(uri).path)
    except ValueError:  # a URI that is none
        path = uri
    return re.split(r"[/\\]", path)[-1].lower()


def language_of_name(name: str) -> str | None:
    """By a file's name alone, or the end of a path."""
    name = re.split(r"[/\\]", name)[-1].lower()
    if name in FILE_NAMES:
        return FILE_NAMES[name]
    if name.startswith(_DOCKERFILES):
        return "dockerfile"
    # The longest extension: ".blade.php", ".cmake.in".
    dots = [i for i, c in enumerate(name) if c == "." and i > 0][-_MAX_EXTENSIONS:]
    found = next((EXTENSIONS[name[i + 1 :]] for i in dots if name[i + 1 :] in EXTENSIONS), None)
    return found or next((id_ for prefix, id_ in _PREFIXES if name.startswith(prefix)), None)


def _is_cell(uri: str) -> bool:
    return uri.startswith(("vscode-notebook-cell:", "vscode-interactive-input:"))
