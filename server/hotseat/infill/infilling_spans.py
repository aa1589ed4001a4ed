"""Infilling spans: pieces of syntax removed from a repository's own files, to be filled again.

Owns which files count and which spans are removed. The same seed, languages and number give the
same spans, in whatever order a disk lists its files; adding or removing a file moves few of them.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.languages.profiles import PROFILES
from hotseat.privacy.redact import has_known_secret
from hotseat.privacy.secret_files import is_secret_path
from hotseat.roster.regular_file import read_regular
from hotseat.syntax.grammars import has_grammar
from hotseat.syntax.regions.html import HOSTS
from hotseat.syntax.text_spans import KINDS, MARKUP, removable_spans, scripts_in
from hotseat.syntax.whole_text import syntax_errors
from hotseat.workspace.git import git_result
from hotseat.workspace.mining import language_of_path
from hotseat.workspace.vendored import is_minified, looks_vendored, says_generated

MIN_CHARS, MAX_CHARS = 4, 700
"""Length limits of the removed text, in characters."""
N_LANGUAGES = 3
"""How many languages of `CODE` are taken, the most common first, when none are named."""
MAX_FILE_BYTES = 200_000
_MAX_LINE_CHARS = 500
_GIT_TIMEOUT_S = 60

CODE = frozenset(profile.id for profile in PROFILES.values() if profile.has_statements)
"""Languages with statements and blocks. Of Vue and Svelte files, the scripts are used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InfillingSpan:
    """A span of a file: the text `middle` was removed between `before` and `after`.

    The cursor stands between `before` and `after`.
    """

    path: str
    """The path inside the repository, with "/" as separator."""
    language: str
    """The LSP language id of the file."""
    code_language: str
    """The language at the span: the script of a Vue file is JavaScript or TypeScript."""
    kind: str
    before: str
    middle: str
    after: str
    code: tuple[int, int]
    """The byte range of the file that is code: the whole file, or one script."""

    @property
    def position(self) -> tuple[int, int]:
        """Return line and character of the cursor; characters count UTF-16 units, as in LSP."""
        line = self.before.count("\n")
        column = self.before[self.before.rfind("\n") + 1 :]
        return line, len(column.encode("utf-16-le")) // 2

    def parses_with(self, text: str) -> bool:
        """Return whether the file with `text` in the span has at most as many syntax errors as
        before. False if that text must not be parsed."""
        n_before, n_after = self._n_errors_with(self.middle), self._n_errors_with(text)
        return n_before is None or (n_after is not None and n_after <= n_before)

    def _n_errors_with(self, text: str) -> int | None:
        start, end = self.code
        n_more = len(text.encode()) - len(self.middle.encode())
        errors = syntax_errors(
            self.before + text + self.after, self.code_language, part=(start, end + n_more)
        )
        return None if errors is None else errors.n


def sample_spans(
    repository: Path, *, n: int, seed: int, languages: Sequence[str] = ()
) -> list[InfillingSpan]:
    """Return about `n` spans in each language, a third of each kind.

    Return fewer where a repository has no more; the kinds of one language stay equal in number.
    Raises HotseatError when nothing can be removed.
    """
    chosen = chosen_languages(repository, languages)
    paths = _paths_by_language(repository)
    spans = []
    for language in chosen:
        spans += _sample(repository, paths[language], language, n=n, seed=seed)
    if not spans:
        raise HotseatError(
            f"No file of {repository} contains all of: {', '.join(KINDS)}",
            hint=f"The languages searched: {', '.join(chosen)}",
        )
    return spans


def chosen_languages(repository: Path, named: Sequence[str] = ()) -> list[str]:
    """Return `named`, or else the most common languages of `CODE`.

    Raises HotseatError for named languages that the repository lacks.
    """
    found = languages_in(repository)
    common = [name for name in found if name in CODE][:N_LANGUAGES]
    if not found or not (named or common):
        raise HotseatError(
            f"There is no code in {repository} that a bench can use",
            hint=f"Files tracked by git are searched, in: {', '.join(sorted(CODE | MARKUP))}",
        )
    if missing := [name for name in named if name not in found]:
        raise HotseatError(
            f"{repository} has no {', '.join(missing)} that a bench can use",
            hint=f"It has {', '.join(sorted(found))}",
        )
    return list(named) or common


def languages_in(repository: Path) -> list[str]:
    """Return the languages of which spans can be removed (`CODE` and `MARKUP`), most common first.

    Raises HotseatError.
    """
    paths = _paths_by_language(repository)
    return sorted(paths, key=lambda name: (-len(paths[name]), name))


def _sample(
    repository: Path, paths: Sequence[str], language: str, *, n: int, seed: int
) -> list[InfillingSpan]:
    wanted = -(-n // len(KINDS))
    order = sorted(paths, key=lambda path: _digest(f"{seed} {path}"))
    found: dict[str, list[list[InfillingSpan]]] = defaultdict(list)
    for path in order:
        if all(len(found[kind]) >= wanted for kind in KINDS):
            break
        of_file = _spans_in(repository, path, language)
        for kind in KINDS:
            if of_file[kind]:
                random.Random(f"{seed} {kind} {path}").shuffle(of_file[kind])
                found[kind].append(of_file[kind])
    n_each = min(wanted, *(sum(map(len, found[kind])) for kind in KINDS))
    dealt = [_dealt(found[kind], n_each) for kind in KINDS]
    return [span for of_each_kind in zip(*dealt, strict=True) for span in of_each_kind]


def _dealt(hands: Sequence[Sequence[InfillingSpan]], n: int) -> list[InfillingSpan]:
    """Return the first span of each file, then the second of each, so that many files are used."""
    longest = max(map(len, hands), default=0)
    rounds = [hand[i] for i in range(longest) for hand in hands if i < len(hand)]
    return rounds[:n]


def _spans_in(repository: Path, path: str, language: str) -> Mapping[str, list[InfillingSpan]]:
    found: dict[str, list[InfillingSpan]] = defaultdict(list)
    text = _text(repository, path)
    if text is None:
        return found
    data = text.encode()
    for code_language, start, end in _regions(text, language):
        for kind, first, last in removable_spans(text, code_language, part=(start, end)):
            middle = data[first:last].decode()
            if MIN_CHARS <= len(middle) <= MAX_CHARS:
                span = InfillingSpan(
                    path=path,
                    language=language,
                    code_language=code_language,
                    kind=kind,
                    before=data[:first].decode(),
                    middle=middle,
                    after=data[last:].decode(),
                    code=(start, end),
                )
                found[kind].append(span)
    return found


def _regions(text: str, language: str) -> list[tuple[str, int, int]]:
    """Return language, first byte and end byte of each code region in a file."""
    if language not in HOSTS or language in MARKUP:
        return [(language, 0, len(text.encode()))]
    return [script for script in scripts_in(text, language) if script[0] in CODE]


def _paths_by_language(repository: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in _git_files(repository):
        language = language_of_path(path)
        if (
            language in CODE | MARKUP
            and not is_secret_path(path)
            and not looks_vendored(path)
            and has_grammar(language)
        ):
            found[language].append(path)
    return dict(found)


def _git_files(repository: Path) -> list[str]:
    """Return the paths that git tracks. Raises HotseatError without a repository or git."""
    if not repository.is_dir():
        raise HotseatError(
            f"{repository} is not a folder", hint="Name the folder of a git repository"
        )
    result = git_result(repository, "ls-files", "-z", timeout_s=_GIT_TIMEOUT_S)
    if not result.succeeded:
        raise HotseatError(
            f"git lists no files in {repository}: {result.complaint}",
            hint="Name the folder of a git repository, or create one: `git init`, `git add .`",
        )
    return [name for name in result.output.decode(errors="replace").split("\0") if name]


def _text(repository: Path, name: str) -> str | None:
    """Return None for generated, minified or unreadable files and those that may hold secrets."""
    path = repository / name
    try:
        if path.is_symlink() or not 0 < path.stat().st_size <= MAX_FILE_BYTES:
            return None
        data = read_regular(path, max_bytes=MAX_FILE_BYTES, inside=repository)
        text = data.decode().replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return None
    if "\r" in text or "\0" in text or is_minified(text, max_line_chars=_MAX_LINE_CHARS):
        return None
    if says_generated(text) or has_known_secret(text):
        return None
    return text


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
