"""Holes in real code: pieces of syntax cut out of a repository's own files, to be filled again.

Owns which files count and what is cut. The same seed, languages and number give the same holes,
whatever the order in which a disk lists its files; a file more or less moves few of them.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hotseat.domain.errors import HotseatError
from hotseat.infill.syntax_spans import KINDS, MARKUP, cuts
from hotseat.languages.errors import n_errors
from hotseat.languages.grammars import grammar
from hotseat.languages.profiles import PROFILES
from hotseat.languages.regions import region_language
from hotseat.languages.regions.html import HOSTS
from hotseat.privacy.redact import has_known_secret
from hotseat.privacy.secret_files import is_secret_path
from hotseat.workspace.git import git_result
from hotseat.workspace.mining import language_of_path
from hotseat.workspace.vendored import is_minified, looks_vendored, says_generated

if TYPE_CHECKING:
    from tree_sitter import Node

MIN_CHARS, MAX_CHARS = 4, 700
"""Of what is cut out."""
N_LANGUAGES = 3
"""So many of `CODE` are taken, the most common first, when nobody names any."""
MAX_FILE_BYTES = 200_000
_MAX_LINE_CHARS = 500
_GIT_TIMEOUT_S = 60

CODE = frozenset(profile.id for profile in PROFILES.values() if profile.has_statements)
"""Languages with statements and blocks to cut. Of Vue's and Svelte's files, their scripts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """`middle` was cut out between `before` and `after`; the cursor stands between them."""

    path: str
    """Inside the repository, with "/"."""
    language: str
    """Of the file."""
    code_language: str
    """Of the place: a Vue file's script is JavaScript or TypeScript."""
    kind: str
    before: str
    middle: str
    after: str
    code: tuple[int, int]
    """Bytes of the whole file that are code: all, or the script."""

    @property
    def position(self) -> tuple[int, int]:
        """Line and character in UTF-16, as editors count."""
        line = self.before.count("\n")
        column = self.before[self.before.rfind("\n") + 1 :]
        return line, len(column.encode("utf-16-le")) // 2

    def parses_with(self, text: str) -> bool:
        """Whether the file with `text` in the hole has no more syntax errors than it had."""
        return self._n_errors_with(text) <= self._n_errors_with(self.middle)

    def _n_errors_with(self, text: str) -> int:
        start, end = self.code
        n_more = len(text.encode()) - len(self.middle.encode())
        root = _parsed(
            (self.before + text + self.after).encode(), self.code_language, (start, end + n_more)
        )
        return n_errors(root) if root is not None else 0


def sample_holes(
    repository: Path, *, n: int, seed: int, languages: Sequence[str] = ()
) -> list[Hole]:
    """About `n` holes in each language, a third of each kind. Raises HotseatError for nothing.

    Fewer where a repository has no more; the kinds of one language stay equal in number.
    """
    chosen = chosen_languages(repository, languages)
    paths = _paths_by_language(repository)
    holes = []
    for language in chosen:
        holes += _sample(repository, paths[language], language, n=n, seed=seed)
    if not holes:
        raise HotseatError(
            f"No file of {repository} has all of {', '.join(KINDS)} to cut out",
            hint=f"Looked at {', '.join(chosen)}",
        )
    return holes


def chosen_languages(repository: Path, named: Sequence[str] = ()) -> list[str]:
    """`named`, or else the most common of `CODE`. Raises HotseatError for those not there."""
    found = languages_in(repository)
    common = [name for name in found if name in CODE][:N_LANGUAGES]
    if not found or not (named or common):
        raise HotseatError(
            f"There is no code in {repository} that a bench can use",
            hint=f"It looks for files that git knows, in: {', '.join(sorted(CODE | MARKUP))}",
        )
    if missing := [name for name in named if name not in found]:
        raise HotseatError(
            f"{repository} has no {', '.join(missing)} that a bench can use",
            hint=f"It has {', '.join(sorted(found))}",
        )
    return list(named) or common


def languages_in(repository: Path) -> list[str]:
    """What holes can be cut out of there, `CODE` and `MARKUP`, the most common first.

    Raises HotseatError.
    """
    paths = _paths_by_language(repository)
    return sorted(paths, key=lambda name: (-len(paths[name]), name))


def _sample(
    repository: Path, paths: Sequence[str], language: str, *, n: int, seed: int
) -> list[Hole]:
    wanted = -(-n // len(KINDS))
    order = sorted(paths, key=lambda path: _digest(f"{seed} {path}"))
    found: dict[str, list[list[Hole]]] = defaultdict(list)
    for path in order:
        if all(len(found[kind]) >= wanted for kind in KINDS):
            break
        of_file = _holes_in(repository, path, language)
        for kind in KINDS:
            if of_file[kind]:
                random.Random(f"{seed} {kind} {path}").shuffle(of_file[kind])
                found[kind].append(of_file[kind])
    n_each = min(wanted, *(sum(map(len, found[kind])) for kind in KINDS))
    dealt = [_dealt(found[kind], n_each) for kind in KINDS]
    return [hole for of_each_kind in zip(*dealt, strict=True) for hole in of_each_kind]


def _dealt(hands: Sequence[Sequence[Hole]], n: int) -> list[Hole]:
    """The first of each file, then the second of each: as many files as there are."""
    longest = max(map(len, hands), default=0)
    rounds = [hand[i] for i in range(longest) for hand in hands if i < len(hand)]
    return rounds[:n]


def _holes_in(repository: Path, path: str, language: str) -> Mapping[str, list[Hole]]:
    found: dict[str, list[Hole]] = defaultdict(list)
    text = _text(repository / path)
    if text is None:
        return found
    data = text.encode()
    for code_language, start, end in _regions(data, text, language):
        root = _parsed(data, code_language, (start, end))
        if root is None or n_errors(root) > 0:
            continue
        for kind, first, last in cuts(root, code_language):
            middle = data[first:last].decode()
            if MIN_CHARS <= len(middle) <= MAX_CHARS:
                hole = Hole(
                    path=path,
                    language=language,
                    code_language=code_language,
                    kind=kind,
                    before=data[:first].decode(),
                    middle=middle,
                    after=data[last:].decode(),
                    code=(start, end),
                )
                found[kind].append(hole)
    return found


def _regions(data: bytes, text: str, language: str) -> list[tuple[str, int, int]]:
    """Language and bytes of the code in a file."""
    if language not in HOSTS or language in MARKUP:
        return [(language, 0, len(data))]
    root = _parsed(data, language, (0, len(data)))
    found = []
    for node in root.children if root is not None else ():
        for child in node.children if node.type == "script_element" else ():
            if child.type == "raw_text":
                opening = data[node.start_byte : child.start_byte].decode()
                inside = region_language(
                    None,
                    0,
                    language,
                    text_before=lambda _n, opening=opening: opening,  # type: ignore[misc]
                    slice_bytes=lambda _start, _end: "",
                )
                if inside in CODE:
                    found.append((inside, child.start_byte, child.end_byte))
    return found


def _parsed(data: bytes, language: str, part: tuple[int, int]) -> Node | None:
    from tree_sitter import Parser, Point, Range

    found = grammar(language)
    if found is None:
        return None
    parser = Parser(found)
    if part != (0, len(data)):
        before, inside = data[: part[0]], data[: part[1]]
        points = [Point(x.count(b"\n"), len(x) - x.rfind(b"\n") - 1) for x in (before, inside)]
        parser.included_ranges = [Range(points[0], points[1], *part)]
    return parser.parse(data).root_node


def _paths_by_language(repository: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in _git_files(repository):
        language = language_of_path(path)
        if (
            language in CODE | MARKUP
            and not is_secret_path(path)
            and not looks_vendored(path)
            and grammar(language) is not None
        ):
            found[language].append(path)
    return dict(found)


def _git_files(repository: Path) -> list[str]:
    """Raises HotseatError where there is no repository or no git."""
    if not repository.is_dir():
        raise HotseatError(f"{repository} is not a folder", hint="Name a git repository's folder")
    result = git_result(repository, "ls-files", "-z", timeout_s=_GIT_TIMEOUT_S)
    if not result.succeeded:
        raise HotseatError(
            f"git knows no files in {repository}: {result.complaint}",
            hint="Name a git repository's folder, or make it one: `git init`, `git add .`",
        )
    return [name for name in result.output.decode(errors="replace").split("\0") if name]


def _text(path: Path) -> str | None:
    """None for what nobody writes by hand, what may hold secrets, and what cannot be read."""
    try:
        if path.is_symlink() or not 0 < path.stat().st_size <= MAX_FILE_BYTES:
            return None
        text = path.read_bytes().decode().replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return None
    if "\r" in text or "\0" in text or is_minified(text, max_line_chars=_MAX_LINE_CHARS):
        return None
    if says_generated(text) or has_known_secret(text):
        return None
    return text


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
