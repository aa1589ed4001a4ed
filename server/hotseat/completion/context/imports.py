"""The imports of a file, and which open files they may mean.

Owns the match of an import with a path, which is by the last parts of both: nothing here knows a
build system, a search path or a disk. The profiles state how a language writes an import. A wrong
match only ranks a file higher.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

from hotseat.documents.truncation import MAX_LINE_CHARS, cut_line
from hotseat.languages.profile import ImportSyntax
from hotseat.languages.profiles import profile_of

MAX_LINES = 300
"""Only so many are read: imports are at the top."""
MAX_IMPORTS = 100
MAX_TEXT_LINES = 30
MAX_GAP_LINES = 15
"""Between two imports that stand together."""

Key = tuple[str, ...]
"""What an import and a file have in common when one may mean the other: "module" or "folder", and
the last parts of a path, in lower case; or "path" and all of them."""

_INDEX_NAMES = frozenset({"__init__", "index", "mod", "init"})
_PYTHON_NAMES = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """The imports of one file."""

    text: str = ""
    """The lines of those that stand together at the top, at most MAX_TEXT_LINES."""
    lines: tuple[int, ...] = ()
    end_line: int = 0
    """The line after those at the top; 0 without any."""
    keys: frozenset[Key] = frozenset()


@lru_cache(maxsize=256)
def path_parts(uri: str) -> tuple[str, ...]:
    """Return the parts of the path in a file's URI, or of a path; empty if it is neither."""
    try:
        path = unquote(urlsplit(uri).path)
    except ValueError:  # `file://[`
        return ()
    return tuple(part for part in re.split(r"[/\\]", path) if part)


@lru_cache(maxsize=256)
def shown_path(uri: str) -> str:
    """Return the last two parts of the path: models know such paths from training, and it leaves
    out the home directory."""
    return "/".join(path_parts(uri)[-2:])


def keys_of_file(uri: str) -> frozenset[Key]:
    """Return the keys under which imports may name the file."""
    parts = tuple(part.lower() for part in path_parts(uri))
    if not parts:
        return frozenset()
    folder, name = parts[:-1], parts[-1]
    stem = (*folder, name.partition(".")[0])
    keys: set[Key] = {("path", *parts), ("path", *stem)}
    if stem[-1] in _INDEX_NAMES and folder:
        stem = folder
        keys.add(("path", *stem))
    keys |= {("module", *stem[-1:]), ("module", *stem[-2:])}
    keys |= {("module", name), ("module", *parts[-2:])}
    if folder:
        keys |= {("folder", *folder[-1:]), ("folder", *folder[-2:])}
    return frozenset(keys)


def imports_of(lines: Sequence[str], uri: str, language: str | None) -> Imports:
    """Return the imports of a file; `lines` are its first ones."""
    syntax = profile_of(language).imports
    if syntax is None:
        return Imports()
    pattern = _compiled(syntax.pattern)
    folder = tuple(part.lower() for part in path_parts(uri)[:-1])
    found: list[int] = []
    keys: set[Key] = set()
    for i, line in enumerate(lines):
        match = pattern.match(line[:MAX_LINE_CHARS]) if line else None
        if match is None:
            continue
        found.append(i)
        keys.update(_keys(match, syntax, folder))
        if len(found) >= MAX_IMPORTS:
            break
    if not found:
        return Imports()
    end = _end_of_head(lines, found)
    shown = lines[found[0] : min(end, found[0] + MAX_TEXT_LINES)]
    text = "\n".join(cut_line(line) for line in shown if line.strip())
    return Imports(text=text, lines=tuple(found), end_line=end, keys=frozenset(keys))


def _end_of_head(lines: Sequence[str], found: Sequence[int]) -> int:
    """Return the line after the last import of those that stand together, with all its lines."""
    last = found[0]
    for i in found[1:]:
        if i - last > MAX_GAP_LINES:
            break
        last = i
    opened = lines[last].rstrip()[-1:]
    if opened in ("(", "{", ","):
        for i in range(last + 1, min(last + MAX_TEXT_LINES, len(lines))):
            if lines[i].lstrip()[:1] in (")", "}"):
                return i + 1
    if lines[last + 1 : last + 2] == [")"]:  # Go's
        return last + 2
    return last + 1


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _keys(match: re.Match[str], syntax: ImportSyntax, folder: Key) -> Iterator[Key]:
    groups = [group for group in match.groups() if group]
    if not groups:
        return
    if syntax.has_from:
        yield from _with_from(match, folder)
        return
    target = groups[-1]
    if groups[0] in syntax.relative_words:
        target = f"./{target}"
    parts = tuple(part for part in _path(target, syntax).lower().split("/") if part)
    if target.startswith("."):
        yield from _relative(folder, parts)
        return
    parts = tuple(part for part in parts if part not in (".", ".."))
    if not parts:
        return
    for name in syntax.names:
        yield (name, *parts[-2:])
    if syntax.also == "source":
        yield ("module", _stem(parts[-1]))
    elif syntax.also == "parent" and len(parts) > 1:
        yield ("module", *parts[:-1][-2:])
    elif syntax.also == "stem" and len(parts) > 1:
        # `@/lib/db.js`: an alias of a folder, and the file's extension
        yield ("module", parts[-2], _stem(parts[-1]))


def _path(target: str, syntax: ImportSyntax) -> str:
    """The target with "/" between its parts."""
    root = next((root for root in syntax.roots if target.startswith(root)), "")
    target = target.removeprefix(root)
    if "/" in target or not syntax.separators:
        return target
    target = target.removesuffix(".*")
    separator = next((found for found in syntax.separators if found in target), "/")
    return target.replace(separator, "/")


def _stem(name: str) -> str:
    return name.partition(".")[0]


def _with_from(match: re.Match[str], folder: Key) -> Iterator[Key]:
    module, names, plain = match.groups()
    target = (module or plain).lower()
    imported = [name.lower() for name in _PYTHON_NAMES.findall((names or "")[:200])]
    if target.startswith("."):
        bare = target.lstrip(".")
        n_up = len(target) - len(bare) - 1
        base = folder[: len(folder) - n_up] if n_up else folder
        parts = tuple(part for part in bare.split(".") if part)
        if parts:
            yield ("path", *base, *parts)
        for name in imported:
            yield ("path", *base, *parts, name)
        return
    parts = tuple(part for part in target.split(".") if part)
    if parts:
        yield ("module", *parts[-2:])
        for name in imported:
            yield ("module", parts[-1], name)


def _relative(folder: Key, parts: Key) -> Iterator[Key]:
    here = list(folder)
    for part in parts:
        if part == "..":
            here = here[:-1]
        elif part != ".":
            here.append(part)
    if here:
        yield ("path", *here)
        yield ("path", *here[:-1], here[-1].partition(".")[0])
