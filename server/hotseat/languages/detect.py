"""The language of a file.

Owns the order in which the signs are believed. Reads no file: it is given the URI, what the client
calls the language, and a few lines of text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from hotseat.languages.sniff import AMBIGUOUS, by_content, by_extension
from hotseat.languages.tables import ALIASES, EXTENSIONS, FILE_NAMES, INTERPRETERS, KNOWN

_VIM = re.compile(r"(?:^|\s)(?:vim?|ex):.*?\b(?:ft|filetype|syn|syntax)=([\w.+#-]+)")
_EMACS = re.compile(r"-\*-\s*(?:.*?\bmode:\s*)?([\w+#-]+)\s*(?:;.*?)?-\*-", re.IGNORECASE)
_SHEBANG = re.compile(r"^#!\s*(\S+)(.*)")
_VERSION = re.compile(r"[\d.]+$")
_MAX_LINE_CHARS = 500
"""Of one line looked at: a minified file is one line of megabytes."""
_N_MODELINES = 5
"""At either end of a file, as vim does."""
N_FIRST_LINES = 200
"""As many as a header's licence and includes may take before its language shows."""


def language_of(
    uri: str,
    language_id: str | None,
    first_lines: Sequence[str] = (),
    last_lines: Sequence[str] = (),
) -> str | None:
    """LSP language id of a document, or None when nothing shows it.

    The client's id wins, in its LSP spelling, unless it is empty or `plaintext`, which is what
    editors say of files that they do not know. Then: a modeline, the file's name, its "#!" line,
    what its first lines look like. Where an extension has several languages (`.h`, `.m`, `.ts`),
    the client chose by the extension too: there a modeline or the first lines win over its id.
    """
    named = normalise(language_id)
    known = named not in (None, "plaintext")
    first = [line[:_MAX_LINE_CHARS] for line in first_lines[:N_FIRST_LINES]]
    last = [line[:_MAX_LINE_CHARS] for line in last_lines[-_N_MODELINES:]]
    # A notebook's cell is in its own language, and its name is the notebook's.
    extension = "" if _is_cell(uri) else file_name(uri).rpartition(".")[2]
    candidates = AMBIGUOUS.get(extension, frozenset())
    if known and named not in candidates:
        return named
    modeline = _by_modeline(first[:_N_MODELINES], last)
    found = modeline or (by_extension(extension, first) if candidates else None)
    if found or known:
        return found or named
    return (
        (None if _is_cell(uri) else language_of_name(file_name(uri)))
        or _by_shebang(first[0] if first else "")
        or by_content(first)
        or named
    )


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
    for line in (*first, *last):
        for pattern in (_VIM, _EMACS):
            found = pattern.search(line)
            name = normalise(found.group(1).removesuffix("-mode")) if found else None
            if name in KNOWN:
                return name
    return None


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
    if name.startswith(("dockerfile.", "containerfile.")):
        return "dockerfile"
    stem, _, extension = name.rpartition(".")
    return EXTENSIONS.get(extension) if stem else None


def language_of_program(program: str) -> str | None:
    """Of what an interpreter runs: `python3.11`."""
    return INTERPRETERS.get(program) or INTERPRETERS.get(_VERSION.sub("", program))


def _is_cell(uri: str) -> bool:
    return uri.startswith(("vscode-notebook-cell:", "vscode-interactive-input:"))


def _by_shebang(line: str) -> str | None:
    found = _SHEBANG.match(line)
    if not found:
        return None
    words = [found.group(1), *found.group(2).split()]
    programs = [re.split(r"[/\\]", word)[-1].lower() for word in words]
    if programs[0] == "env":  # "env -S python3 -u", "env VAR=1 node"
        programs = [p for p in programs[1:] if not p.startswith("-") and "=" not in p]
    if not programs:
        return None
    return language_of_program(programs[0].removesuffix(".exe"))
