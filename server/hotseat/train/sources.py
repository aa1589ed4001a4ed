"""The code to learn from: which files of which folders are used, and why others are not.

Owns the reading of files. In a repository git lists the files (tracked or not ignored); in other
folders all files are read. A file is left out for one reason, the first that applies.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.languages.detect import N_FIRST_LINES, language_of, normalise
from hotseat.languages.profiles import with_dialects
from hotseat.languages.shared_extensions import AMBIGUOUS
from hotseat.languages.tables import KNOWN
from hotseat.privacy.redact import mask
from hotseat.privacy.secret_files import is_secret_path
from hotseat.roster.regular_file import read_regular
from hotseat.syntax.grammars import has_grammar
from hotseat.syntax.regions.templates import host_language
from hotseat.syntax.whole_text import syntax_errors
from hotseat.train.licences import forbids, without_header
from hotseat.workspace.folder_walk import files_below
from hotseat.workspace.git import git_result
from hotseat.workspace.mining import LEFT_OUT
from hotseat.workspace.vendored import is_minified, says_generated, written_by_hand

MAX_FILE_BYTES = 200_000
MIN_FILE_CHARS = 40
MAX_LINE_CHARS = 1000
MAX_OTHERS = 200
MAX_ERROR_SHARE = 0.5
"""Largest share of a file's bytes in syntax errors; a file with more is not code in its
language."""
_GIT_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file to learn from, without its licence header and with secrets masked."""

    folder: str
    """Name of the folder that `--from` names."""
    path: str
    """The path in that folder, with "/" as separator."""
    language: str
    """The language as the user named it: TSX counts as `typescript` when TypeScript was named."""
    dialect: str
    """The language of its grammar."""
    text: str
    changed_s: float | None = None
    """Time of the last commit that changed it, since the epoch; None if git does not know it."""

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.folder}/{self.path}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The files that were read, and those that were left out."""

    files: tuple[SourceFile, ...]
    """Files in the requested languages, in a stable order."""
    others: tuple[SourceFile, ...]
    """Code in other languages of the same folders; a sample chosen by a hash."""
    left_out: Mapping[str, int]
    """Number of files by reason; only files in the requested languages."""

    def n_bytes(self, language: str | None = None) -> int:
        return sum(len(f.text.encode()) for f in self.files if language in (None, f.language))


def wanted_languages(names: Sequence[str]) -> tuple[str, ...]:
    """Return the LSP ids of languages. Raises HotseatError for an unknown name."""
    found = []
    for name in names:
        language = normalise(name)
        if language not in KNOWN:
            raise HotseatError(
                f"'{name}' is not a language that Hotseat knows",
                hint="`hotseat train python`, `go`, `typescript`, `html`, `css`, `sql`, …",
            )
        found.append(str(language))
    return tuple(dict.fromkeys(found))


def gather(
    folders: Sequence[Path], languages: Sequence[str], *, secrets: Sequence[str] = ()
) -> Gathered:
    """Read the files of all folders.

    `secrets` are patterns of secret files, in addition to those known by name. Raises HotseatError
    if a folder is not a directory.
    """
    named = {dialect: language for language in languages for dialect in with_dialects(language)}
    left_out: Counter[str] = Counter()
    files: list[SourceFile] = []
    seen: set[bytes] = set()
    aside: list[tuple[str, Path, str]] = []
    for folder in folders:
        if not folder.is_dir():
            raise HotseatError(f"{folder} is not a folder", hint="--from names folders of code")
        times = _changed(folder)
        for path in sorted(_paths(folder)):
            if _is_another(path, named):
                aside.append((_digest(folder, path), folder, path))
                continue
            found = _read(folder, path, secrets)
            language = named.get(found.language)
            if language is None:
                continue
            if isinstance(found, _LeftOut):
                left_out[found.reason] += 1
            elif _is_new(found, seen):
                files.append(replace(found, language=language, changed_s=times.get(path)))
            else:
                left_out["the same as another"] += 1
    others: list[SourceFile] = []
    for _, folder, path in sorted(aside):
        if len(others) >= MAX_OTHERS:
            break
        found = _read(folder, path, secrets)
        if isinstance(found, SourceFile) and found.language not in named and _is_new(found, seen):
            others.append(found)
    return Gathered(files=tuple(files), others=tuple(others), left_out=dict(left_out))


def _is_another(path: str, named: Mapping[str, str]) -> bool:
    """Return whether the name alone shows another language; such a file is read only if needed."""
    language = _language(path)
    sharing = AMBIGUOUS.get(path.rpartition(".")[2].lower(), frozenset())
    return bool(language) and language not in named and sharing.isdisjoint(named)


def _is_new(file: SourceFile, seen: set[bytes]) -> bool:
    digest = hashlib.sha256(" ".join(file.text.split()).encode()).digest()
    if digest in seen:
        return False
    seen.add(digest)
    return True


def _digest(folder: Path, path: str) -> str:
    return hashlib.sha256(f"{folder.resolve().name}/{path}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _LeftOut:
    language: str
    reason: str


def _read(folder: Path, path: str, secrets: Sequence[str]) -> SourceFile | _LeftOut:
    """Read one file. A file that is not code has the language ""."""
    language = _language(path)
    if language in LEFT_OUT:
        return _LeftOut("", "no code")
    if not written_by_hand(path):
        return _LeftOut(language, "generated, vendored or minified")
    if is_secret_path(path, secrets):
        return _LeftOut(language, "may hold secrets")
    place = folder / path
    try:
        if place.is_symlink() or not place.is_file():
            return _LeftOut(language, "not a plain file")
        if place.stat().st_size > MAX_FILE_BYTES:
            return _LeftOut(language, "too large")
        data = read_regular(place, max_bytes=MAX_FILE_BYTES, inside=folder)
    except OSError:
        return _LeftOut(language, "cannot be read")
    if b"\0" in data:
        return _LeftOut(language, "binary")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return _LeftOut(language, "not UTF-8")
    language = _language(path, text.split("\n", N_FIRST_LINES)[:N_FIRST_LINES])
    if not language or language in LEFT_OUT:
        return _LeftOut("", "no code")
    reason = _unfit(text, language)
    if reason is not None:
        return _LeftOut(language, reason)
    text = mask(without_header(text, language))
    return SourceFile(
        folder=folder.resolve().name, path=path, language=language, dialect=language, text=text
    )


def _language(path: str, first_lines: Sequence[str] = ()) -> str:
    found = language_of("/" + path, None, first_lines)
    return host_language(found, path) if found is not None else ""


def _unfit(text: str, language: str) -> str | None:
    if len(text.strip()) < MIN_FILE_CHARS:
        return "nearly empty"
    if is_minified(text, max_line_chars=MAX_LINE_CHARS) or says_generated(text):
        return "generated, vendored or minified"
    if forbids(text, language):
        return "its licence header forbids it"
    if has_grammar(language):
        errors = syntax_errors(text, language)
        if errors is None or errors.n_bytes > MAX_ERROR_SHARE * len(text.encode()):
            return "does not parse"
    return None


def _paths(folder: Path) -> Iterator[str]:
    """Yield paths relative to the folder, with "/" as separator."""
    listed = _git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if listed:  # git lists nothing in a folder that its repository ignores
        yield from {name for name in listed.split("\0") if name}
        return
    yield from files_below(folder)


def _changed(folder: Path) -> dict[str, float]:
    """Return when each file was changed last, by git's newest commits; empty without git."""
    log = _git(
        folder, "log", "--no-merges", "--no-renames", "--name-only", "--relative", "-z",
        "--format=%x01%at", "--max-count=20000", "--", ".",
    )  # fmt: skip
    found: dict[str, float] = {}
    for block in log.split("\x01")[1:]:
        time_s, _, rest = block.partition("\0")
        if time_s.strip().isdigit():
            for name in rest.split("\0"):
                if name := name.lstrip("\n"):
                    found.setdefault(name, float(time_s))
    return found


def _git(folder: Path, *arguments: str) -> str:
    """Return git's output, or "" when it fails: there is no repository, or no git."""
    result = git_result(folder, *arguments, timeout_s=_GIT_TIMEOUT_S)
    return os.fsdecode(result.output) if result.succeeded else ""
