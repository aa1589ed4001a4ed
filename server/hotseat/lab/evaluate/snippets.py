"""How often the language of a piece of code is recognized, on folders of real code.

Each folder in the given one is a repository. The language of a file is that of its name. A snippet
is a piece of consecutive lines with so many tokens: words, and signs that are not blanks.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.languages.detect import N_FIRST_LINES, language_of
from hotseat.languages.snippets.classify import PROSE, language_of_snippet
from hotseat.languages.snippets.table import read_table

LENGTHS = (32, 64, 128)
PER_REPOSITORY = 40
"""Snippets of one language of one repository, at each length."""
MIN_LINES = 5
MAX_FILE_BYTES = 200_000
MAX_LINE_CHARS = 400
_SKIPPED = frozenset({".git", "node_modules", "vendor", "dist", "locales", "locale", "i18n"})
_GENERATED = re.compile(r"\.min\.|\.d\.ts$|\.pb\.|[-_.]lock\.|[-_]generated")
_TOKEN = re.compile(r"\w+|[^\w\s]")


def bench_snippets(folder: Path, *, seed: int = 1) -> dict[str, Any]:
    """Return the shares by length and by language. Raises HotseatError without files."""
    known = frozenset(read_table().languages) - {PROSE}
    files: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for repository in sorted(path for path in folder.iterdir() if path.is_dir()):
        for path in sorted(repository.rglob("*")):
            parts = path.relative_to(repository).parts
            if _SKIPPED & set(parts) or _GENERATED.search(path.name) or not path.is_file():
                continue
            language = language_of(path.as_uri(), None, _first_lines(path))
            language = {"typescriptreact": "typescript", "scss": "css"}.get(
                language or "", language
            )
            if language in known and path.stat().st_size <= MAX_FILE_BYTES:
                files[language, repository.name].append(path)
    if not files:
        raise HotseatError(
            f"There are no source files in {folder}",
            hint="Give it a folder that holds repositories, each in a folder of its own",
        )
    rng = random.Random(seed)
    counts: dict[int, Counter[tuple[str, str]]] = {n: Counter() for n in LENGTHS}
    for (language, _), paths in files.items():
        for n_tokens in LENGTHS:
            for text in _snippets(paths, n_tokens, rng):
                found = language_of_snippet(text)
                outcome = "right" if found == language else "none" if found is None else "wrong"
                counts[n_tokens][language, outcome] += 1
    return {
        "languages": sorted({language for language, _ in files}),
        "repositories": len({repository for _, repository in files}),
        **{f"tokens_{n}": _shares(counts[n]) for n in LENGTHS},
    }


def _first_lines(path: Path) -> list[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        return list(islice((line.rstrip("\n") for line in file), N_FIRST_LINES))


def _snippets(paths: Sequence[Path], n_tokens: int, rng: random.Random) -> list[str]:
    found: list[str] = []
    for _ in range(3 * PER_REPOSITORY):
        if len(found) == PER_REPOSITORY:
            break
        lines = rng.choice(paths).read_text(encoding="utf-8", errors="replace").splitlines()
        if len(lines) < MIN_LINES or max(map(len, lines)) > MAX_LINE_CHARS:
            continue
        start, taken, n = rng.randrange(len(lines)), [], 0
        for line in lines[start:]:
            taken.append(line)
            n += len(_TOKEN.findall(line))
            if n >= n_tokens:
                found.append("\n".join(taken))
                break
    return found


def _shares(counts: Counter[tuple[str, str]]) -> dict[str, Any]:
    """Return the shares: `answered` of all, `right` of those answered, means over languages too."""
    by_language: dict[str, dict[str, Any]] = {}
    for language in sorted({language for language, _ in counts}):
        right, wrong = counts[language, "right"], counts[language, "wrong"]
        n = right + wrong + counts[language, "none"]
        by_language[language] = {
            "n": n,
            "answered": round((right + wrong) / n, 4),
            "right": round(right / (right + wrong), 4) if right + wrong else None,
        }
    right = sum(counts[language, "right"] for language in by_language)
    wrong = sum(counts[language, "wrong"] for language in by_language)
    n = right + wrong + sum(counts[language, "none"] for language in by_language)
    return {
        "n": n,
        "answered": round((right + wrong) / n, 4) if n else None,
        "right": round(right / (right + wrong), 4) if right + wrong else None,
        "by_language": by_language,
    }
