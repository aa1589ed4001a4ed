"""How long the language under the cursor takes, at random places of files of 10,000 lines.

    PYTHONPATH=server:tests python tests/tools/time_regions.py [FILE …]

The files are those, or the texts of tests/cases/regions, where there is a region in every other
line, over and over. "tree": with one of the whole file, as the process asks that parses; "text":
without; "server": as the language server asks at a key when that process has not answered yet,
from the document's lines. Microseconds of processor time, for the machine is shared: median, p95
and p99 of 500 places, the best of 3 runs.

The server parses nothing at a key. `document_syntax.Syntax`, for tools and tests, does: a jump to
another window of a large file costs it 10 to 30 ms.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tree_sitter import Parser, Tree

from hotseat.documents.store import Document
from hotseat.domain.text import Position, PositionEncoding
from hotseat.languages.detect import language_of
from hotseat.syntax.document_syntax import Syntax
from hotseat.syntax.grammars import grammar
from hotseat.syntax.regions import region_language
from hotseat.syntax.regions.by_text import languages_by_text
from support.region_cases import texts

N_LINES = 10_000
N_PLACES = 500
N_RUNS = 3


def main() -> None:
    by_language: dict[str, list[tuple[str, str]]] = {}
    for uri, language, text in _files(sys.argv[1:]) or texts():
        if "typing" not in uri:  # what is not closed, a whole file does not parse with
            by_language.setdefault(language, []).append((uri, text))
    print(f"{'µs: median/p95/p99':20}{'tree':>20}{'text':>20}{'server':>20}")
    for language, cases in sorted(by_language.items()):
        text = _repeated("".join(text.removesuffix("\n") + "\n" for _, text in cases))
        document = Document(
            uri=cases[0][0],
            language_id=language,
            version=1,
            text=text,
            encoding=PositionEncoding.UTF16,
            new_syntax=partial(Syntax, language=language),
        )
        found = grammar(language)
        tree = None if found is None else Parser(found).parse(text.encode())
        rows = [
            _timed(document, partial(_there, document, language, tree)) if tree else "–",
            _timed(document, partial(_there, document, language, None)),
            _timed(document, partial(_by_lines, document, language)),
        ]
        print(f"{language:20}" + "".join(f"{row:>20}" for row in rows), flush=True)


def _files(paths: list[str]) -> list[tuple[str, str, str]]:
    found = [(Path(path).resolve().as_uri(), Path(path).read_text("utf-8")) for path in paths]
    return [(uri, language_of(uri, None) or "plaintext", text) for uri, text in found]


def _repeated(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join((lines * (N_LINES // len(lines) + 1))[:N_LINES])


def _there(document: Document, language: str, tree: Tree | None, position: Position) -> str | None:
    return region_language(
        tree,
        document.byte_at(position),
        language,
        text_before=lambda n: document.prefix(position, n),
        text_after=lambda n: document.suffix(position, n),
        slice_bytes=document.buffer.slice_bytes,
        uri=document.uri,
    )


def _by_lines(document: Document, language: str, position: Position) -> str | None:
    line, column = document.buffer.to_column(position, document.encoding)
    return languages_by_text(document.buffer, line, column, language, uri=document.uri)[0]


def _timed(document: Document, ask: Callable[[Position], str | None]) -> str:
    best: list[float] = []
    for _ in range(N_RUNS):
        chance = random.Random(1)
        times_s = []
        for _ in range(N_PLACES):
            line = chance.randrange(document.buffer.n_lines)
            position = Position(line, chance.randrange(len(document.buffer.line(line)) + 1))
            began_s = time.thread_time()
            ask(position)
            times_s.append(time.thread_time() - began_s)
        times_s.sort()
        best = min(best or times_s, times_s, key=lambda times: times[int(N_PLACES * 0.95)])
    return "/".join(f"{best[int(N_PLACES * q)] * 1e6:.0f}" for q in (0.5, 0.95, 0.99))


if __name__ == "__main__":
    main()
