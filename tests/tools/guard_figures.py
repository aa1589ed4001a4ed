"""How many real files the guard of parsing (docs/decisions/0021) watches, and how many it gives up.

    PYTHONPATH=server:tests python -m tools.guard_figures FOLDER…

Reads all files under the folders whose names end like those of a language with a grammar. Files
that are not utf-8 are left out: a client sends text.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from hotseat.documents.parse_window import WHOLE_BYTES
from hotseat.languages.detect import language_of
from hotseat.syntax.grammars import grammar
from hotseat.syntax.parse_guard import Verdict, count, has_levels
from hotseat.syntax.parse_once import parse_once


def files(folders: list[str]) -> Iterator[tuple[Path, str, str]]:
    """Path, language and text, as much of it as is parsed at once."""
    for folder in folders:
        for path in Path(folder).rglob("*.*"):
            if path.is_symlink() or not path.is_file():
                continue
            language = language_of(path.as_uri(), "plaintext", (), ())
            if grammar(language) is None or language is None:
                continue
            try:
                yield path, language, path.read_text(encoding="utf-8")[:WHOLE_BYTES]
            except (OSError, UnicodeDecodeError):
                continue


def main() -> None:
    n_files: Counter[str] = Counter()
    n_watched: Counter[str] = Counter()
    given_up = []
    for path, language, text in files(sys.argv[1:]):
        found = grammar(language)
        n_files[language] += 1
        verdict = count(text, levels=has_levels(found)).verdict
        if verdict is Verdict.PLAIN:
            continue
        n_watched[language] += 1
        if found is None or parse_once(text.encode(), found, verdict=verdict) is None:
            given_up.append((path, language, verdict.name, len(text)))
    for language, n in sorted(n_files.items()):
        print(f"{language:16} {n:7} files {n_watched[language]:5} watched")
    print(f"{'all':16} {n_files.total():7} files {n_watched.total():5} watched")
    print(f"{len(given_up)} given up")
    for one in given_up:
        print(*one)


if __name__ == "__main__":
    main()
