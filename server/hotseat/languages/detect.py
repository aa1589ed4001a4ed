"""The language of a file.

Owns the order in which the signs are believed. Reads no file: it is given the URI, what the client
calls the language, and a few lines of text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from hotseat.languages.tables import ALIASES, EXTENSIONS, FILE_NAMES, INTERPRETERS, KNOWN

_VIM = re.compile(r"(?:^|\s)(?:vim?|ex):.*?\b(?:ft|filetype|syn|syntax)=([\w.+#-]+)")
_EMACS = re.compile(r"-\*-\s*(?:.*?\bmode:\s*)?([\w+#-]+)\s*(?:;.*?)?-\*-", re.IGNORECASE)
_SHEBANG = re.compile(r"^#!\s*(\S+)(.*)")
_VERSION = re.compile(r"[\d.]+$")
_MAX_LINE_CHARS = 500
"""Of one line looked at: a minified file is one line of megabytes."""
_N_MODELINES = 5
"""At either end of a file, as vim does."""


def language_of(
    uri: str,
    language_id: str | None,
    first_lines: Sequence[str] = (),
    last_lines: Sequence[str] = (),
) -> str | None:
    """LSP language id of a document, or None when nothing tells.

    The client's id wins, in its LSP spelling, unless it is empty or `plaintext`, which is what
    editors say of files that they do not know. Then: a modeline, the file's name, its "#!" line.
    """
    named = normalise(language_id)
    if named not in (None, "plaintext"):
        return named
    first = [line[:_MAX_LINE_CHARS] for line in first_lines[:_N_MODELINES]]
    last = [line[:_MAX_LINE_CHARS] for line in last_lines[-_N_MODELINES:]]
    return (
        _by_modeline(first, last)
        or _by_name(uri)
        or _by_shebang(first[0] if first else "")
        or named
    )


def normalise(language_id: str | None) -> str | None:
    """The LSP id of an editor's or a person's name of a language; unknown ones stay as they are."""
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


def _by_name(uri: str) -> str | None:
    try:
        path = unquote(urlsplit(uri).path)
    except ValueError:  # a URI that is none
        path = uri
    name = re.split(r"[/\\]", path)[-1].lower()
    if name in FILE_NAMES:
        return FILE_NAMES[name]
    if name.startswith(("dockerfile.", "containerfile.")):
        return "dockerfile"
    stem, _, extension = name.rpartition(".")
    return EXTENSIONS.get(extension) if stem else None


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
    program = programs[0].removesuffix(".exe")
    return INTERPRETERS.get(program) or INTERPRETERS.get(_VERSION.sub("", program))
