"""The split of files into training files and held-out files, on which the gain is measured. Pure.

The result does not depend on the order of the files. In a repository with a history the files that
changed last are held out, as the past should predict the future. Without a history a hash decides.
Where each top-level folder is a repository of its own, whole folders are held out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hotseat.train.sources import SourceFile

HELD_OUT_SHARE = 0.12
"""Share of the bytes in each language, to within a file."""
MIN_HELD_OUT_FILES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Files to train on, and files held out."""

    train: tuple[SourceFile, ...]
    held_out: tuple[SourceFile, ...]


def split_by_file(files: Sequence[SourceFile]) -> Split:
    """Hold out single files of each folder and language."""
    held: set[SourceFile] = set()
    for group in _by(files, lambda f: f"{f.folder}\0{f.language}").values():
        times = {f.changed_s for f in group}
        has_history = len(times - {None}) > 1
        order = sorted(
            group,
            key=lambda f, h=has_history: (-(f.changed_s or 0.0) if h else 0.0, f.digest),  # type: ignore[misc]
        )
        held.update(_first_share(order))
    return _split(files, held)


def split_by_folder(files: Sequence[SourceFile]) -> Split:
    """Hold out whole top-level folders until every language has its share."""
    folders = _by(files, lambda f: f"{f.folder}/{f.path.partition('/')[0]}")
    order = sorted(folders.values(), key=lambda group: min(f.digest for f in group))
    total = _bytes_by_language(files)
    missing = {language: HELD_OUT_SHARE * n for language, n in total.items()}
    held: set[SourceFile] = set()
    for group in order:
        of_group = _bytes_by_language(group)
        helps = any(missing[language] > 0 for language in of_group)
        left = _bytes_by_language([f for f in files if f not in held and f not in set(group)])
        if helps and all(left.get(name, 0) >= total[name] // 2 for name in of_group):
            held.update(group)
            for language, n in of_group.items():
                missing[language] -= n
    return _split(files, held)


def _first_share(order: Sequence[SourceFile]) -> list[SourceFile]:
    wanted = HELD_OUT_SHARE * sum(len(f.text) for f in order)
    held: list[SourceFile] = []
    n_chars = 0
    for file in order[: len(order) // 2]:
        if n_chars >= wanted and len(held) >= MIN_HELD_OUT_FILES:
            break
        held.append(file)
        n_chars += len(file.text)
    return held


def _split(files: Sequence[SourceFile], held: set[SourceFile]) -> Split:
    return Split(
        train=tuple(f for f in files if f not in held),
        held_out=tuple(f for f in files if f in held),
    )


def _by(
    files: Iterable[SourceFile], key: Callable[[SourceFile], str]
) -> dict[str, list[SourceFile]]:
    found: dict[str, list[SourceFile]] = defaultdict(list)
    for file in files:
        found[key(file)].append(file)
    return dict(found)


def _bytes_by_language(files: Iterable[SourceFile]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for file in files:
        found[file.language] += len(file.text)
    return dict(found)
