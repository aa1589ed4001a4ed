"""Which open files a file draws on.

Owns how a language writes an import, and the match with a path, which is by the last parts of both:
nothing here knows a build system, a search path or a disk. A wrong match only ranks a file higher.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from hotseat.completion.context.truncation import MAX_LINE_CHARS, cut_line

MAX_LINES = 300
"""Looked at: imports stand at the top."""
MAX_IMPORTS = 100
MAX_TEXT_LINES = 30
MAX_GAP_LINES = 15
"""Between two imports that stand together."""

Key = tuple[str, ...]
"""What an import and a file have in common when one may mean the other: "module" or "folder", and
the last parts of a path, in lower case; or "path" and all of them."""

_JAVASCRIPT = re.compile(
    r"""^\s*(?:import\b|export\b|\}|(?:const|let|var)\b).{0,200}?"""
    r"""(?:\bfrom|\bimport|\brequire)\s*\(?\s*["']([^"']+)["']"""
    r"""|^\s*import\s*["']([^"']+)["']"""
    r"""|^import\s+(?:type\s+)?\{"""
)
_C = re.compile(r"""^\s*#\s*include\s*["<]([^">]+)[">]""")
_PATTERNS: dict[str, re.Pattern[str]] = {
    "c": _C,
    "cpp": _C,
    "csharp": re.compile(r"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?([\w.]+)\s*;"),
    "go": re.compile(r"""^\s*(?:import\s+)?(?:[\w.]+\s+)?"([^"\s]+)"\s*(?://.*)?$|^import\s*\("""),
    "java": re.compile(r"^\s*import\s+(?:static\s+)?([\w.]+(?:\.\*)?)\s*;"),
    "javascript": _JAVASCRIPT,
    "lua": re.compile(r"""^.{0,100}?\brequire\s*\(?\s*["']([^"']+)["']"""),
    "php": re.compile(
        r"""^\s*(?:use\s+(?:function\s+|const\s+)?\\?([\w\\]+)"""
        r"""|(?:require|include)(?:_once)?\b[^"']{0,60}["']([^"']+)["'])"""
    ),
    "python": re.compile(r"^\s*(?:from\s+([.\w]+)\s+import\s*(.*)|import\s+([\w.]+))"),
    "ruby": re.compile(r"""^\s*(require_relative|require|load)\s*\(?\s*["']([^"']+)["']"""),
    "rust": re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?(use|mod)\s+([\w:]+)"),
    "shellscript": re.compile(r"""^\s*(?:source|\.)\s+["']?(?:\$\{?\w+\}?/)?([\w./-]+)"""),
}
for _language in ("javascriptreact", "typescript", "typescriptreact", "vue", "svelte"):
    _PATTERNS[_language] = _JAVASCRIPT
_FOLDER_IMPORTS = frozenset({"csharp", "go", "java"})
_INDEX_NAMES = frozenset({"__init__", "index", "mod", "init"})
_PYTHON_NAMES = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """Of one file."""

    text: str = ""
    """Of those that stand together at the top, as far as that is short."""
    lines: tuple[int, ...] = ()
    end_line: int = 0
    """Behind those at the top; 0 without any."""
    keys: frozenset[Key] = frozenset()


@lru_cache(maxsize=256)
def path_parts(uri: str) -> tuple[str, ...]:
    """Of a file's URI, or of a path; empty for neither."""
    try:
        path = unquote(urlsplit(uri).path)
    except ValueError:  # `file://[`
        return ()
    return tuple(part for part in re.split(r"[/\\]", path) if part)


@lru_cache(maxsize=256)
def shown_path(uri: str) -> str:
    """The last parts of the path: what a model has seen in its training, and no home directory."""
    return "/".join(path_parts(uri)[-2:])


def keys_of_file(uri: str) -> frozenset[Key]:
    """Under which imports may name it."""
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
    """`lines` are the file's first ones."""
    pattern = _PATTERNS.get(language or "")
    if pattern is None:
        return Imports()
    folder = tuple(part.lower() for part in path_parts(uri)[:-1])
    found: list[int] = []
    keys: set[Key] = set()
    for i, line in enumerate(lines):
        match = pattern.match(line[:MAX_LINE_CHARS]) if line else None
        if match is None:
            continue
        found.append(i)
        keys.update(_keys(match, language or "", folder))
        if len(found) >= MAX_IMPORTS:
            break
    if not found:
        return Imports()
    end = _end_of_head(lines, found)
    shown = lines[found[0] : min(end, found[0] + MAX_TEXT_LINES)]
    text = "\n".join(cut_line(line) for line in shown if line.strip())
    return Imports(text=text, lines=tuple(found), end_line=end, keys=frozenset(keys))


def _end_of_head(lines: Sequence[str], found: Sequence[int]) -> int:
    """Behind the last import of those that stand together, and what goes on of it."""
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


def _keys(match: re.Match[str], language: str, folder: Key) -> Iterator[Key]:
    groups = [group for group in match.groups() if group]
    if not groups:
        return
    target = groups[-1]
    if language == "python":
        yield from _python(match, folder)
        return
    if language == "ruby" and groups[0] == "require_relative":
        target = f"./{target}"
    if language == "rust":
        target = re.sub(r"^(?:crate|self|super)::", "", target).replace("::", "/")
    elif language in ("java", "csharp", "lua", "php"):
        target = target.removesuffix(".*").replace("\\", "/")
        target = target if "/" in target else target.replace(".", "/")
    parts = tuple(part for part in target.lower().split("/") if part)
    if target.startswith("."):
        yield from _relative(folder, parts)
        return
    parts = tuple(part for part in parts if part not in (".", ".."))
    if not parts:
        return
    if language in _FOLDER_IMPORTS:
        yield ("folder", *parts[-2:])
    if language not in ("csharp", "go"):
        yield ("module", *parts[-2:])
    if language in ("c", "cpp"):
        yield ("module", parts[-1].partition(".")[0])  # the source beside the header
    elif language == "rust" and len(parts) > 1:
        yield ("module", *parts[:-1][-2:])  # the last part may be an item
    elif _PATTERNS[language] is _JAVASCRIPT and len(parts) > 1:
        # `@/lib/db.js`: an alias of a folder, and the file's ending
        yield ("module", parts[-2], parts[-1].partition(".")[0])


def _python(match: re.Match[str], folder: Key) -> Iterator[Key]:
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
