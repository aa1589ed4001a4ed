"""Pieces of code that adapters are judged by: one of a file, the repositories in turn.

Each folder directly below the given one is a repository. Files are chosen as `hotseat train`
chooses them (`train/sources`): generated code, minified code and files that may hold secrets do not
count. The same folder and seed give the same pieces.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.train.sources import SourceFile, gather

N_CHARS = 600
"""Characters of a piece, whole lines: about 190 tokens of code."""
MIN_CHARS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some lines of a file."""

    language: str
    """The language of the adapter that serves it: SCSS counts as CSS where one adapter has both."""
    repository: str
    path: str
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:24]


def pieces_below(
    folder: Path, languages: Mapping[str, str], *, n: int, seed: int
) -> dict[str, list[Piece]]:
    """Return at most `n` pieces by language.

    `languages` maps each language id of a file to the language that it counts as. Raises
    HotseatError when the folder has no code in one of them.
    """
    if not folder.is_dir():
        raise HotseatError(
            f"{folder} is not a folder", hint="Name a folder that holds a folder of each repository"
        )
    by_repository: dict[str, dict[str, list[SourceFile]]] = {}
    for repository in sorted(path for path in folder.iterdir() if path.is_dir()):
        for file in gather([repository], sorted(languages)).files:
            language = languages[file.language]
            files = by_repository.setdefault(language, {})
            files.setdefault(repository.name, []).append(file)
    found = {}
    for language in dict.fromkeys(languages.values()):
        if not (repositories := by_repository.get(language)):
            raise HotseatError(
                f"There is no {language} below {folder}",
                hint="Each folder in it is a repository; at least one must have code in it",
            )
        found[language] = _in_turn(language, repositories, n, seed)
    return found


def split_pieces(
    pieces: Mapping[str, Sequence[Piece]], *, n_first: int, n_second: int
) -> tuple[dict[str, list[Piece]], dict[str, list[Piece]]]:
    """Return two parts of each language in the proportion of `n_first` to `n_second`, mixed
    evenly."""
    total = n_first + n_second
    first: dict[str, list[Piece]] = {}
    second: dict[str, list[Piece]] = {}
    for language, found in pieces.items():
        is_first = [(i + 1) * n_first // total > i * n_first // total for i in range(len(found))]
        first[language] = [piece for piece, yes in zip(found, is_first, strict=True) if yes]
        second[language] = [piece for piece, yes in zip(found, is_first, strict=True) if not yes]
    return first, second


def _in_turn(
    language: str, repositories: Mapping[str, Sequence[SourceFile]], n: int, seed: int
) -> list[Piece]:
    order = {
        name: sorted(files, key=lambda f: _key(seed, f)) for name, files in repositories.items()
    }
    found: list[Piece] = []
    for at in range(max(map(len, order.values()))):
        for name, files in order.items():
            if len(found) == n:
                return found
            if at < len(files) and (text := _some_lines(files[at], seed)) is not None:
                path = files[at].path
                found.append(Piece(language=language, repository=name, path=path, text=text))
    return found


def _key(seed: int, file: SourceFile) -> str:
    return hashlib.sha256(f"{seed} {file.folder}/{file.path}".encode()).hexdigest()


def _some_lines(file: SourceFile, seed: int) -> str | None:
    """Return whole lines from a place that only the seed decides; None for too little text."""
    text = file.text
    if len(text) > N_CHARS:
        at = random.Random(_key(seed, file)).randrange(len(text) - N_CHARS)
        text = text[text.rfind("\n", 0, at) + 1 :][:N_CHARS]
        text = text[: text.rfind("\n") + 1] or text
    return text if len(text.strip()) >= MIN_CHARS else None
