"""The cost of indexing open files and of choosing a prompt's context from them.

The files are Hotseat's own modules, joined and split into a thousand lines each, so names occur as
often as in real code. Measures processor time; needs no engine and no editor.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import hotseat
from hotseat.completion.context.file_index import OpenFile
from hotseat.completion.context.query import ContextQuery
from hotseat.completion.context.sticky_context import ContextKeeper
from hotseat.documents.store import Document
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.privacy.redact import mask_prefix
from hotseat.syntax.document_syntax import Syntax

N_FILES = 20
N_LINES = 1000
N_PLACES = 300
N_TOKENS = 400
SLICE_S = 0.002
WINDOW_LINES = 40
"""Lines above the cursor that are in the prompt anyway."""
PREFIX_CHARS = 3000


def context_times_ms(*, n_files: int = N_FILES, n_places: int = N_PLACES) -> dict[str, list[float]]:
    """Return times in ms by name, for `n_places` positions in `n_files` open files.

    `slice` and `file`: indexing a file, in slices and as a whole; `cold`: a choice at a new
    position; `line`: at the next line, which may need another definition; `key`: at the next key;
    `mask`: masking secrets in the text before the cursor, at each key.
    """
    chance = random.Random(3)
    files = _files(n_files)
    keeper = ContextKeeper(lambda _uri: False)
    times: dict[str, list[float]] = {"slice": [], "file": []}
    for i in range(n_files):
        n_slices = len(times["slice"])
        done = False
        while not done:
            deadline = _deadline()
            began_s = time.process_time()
            done = keeper.index(files[: i + 1], 0.0, deadline)
            times["slice"].append(_ms_since(began_s))
        times["file"].append(sum(times["slice"][n_slices:]))
    times |= {"cold": [], "line": [], "key": [], "mask": []}
    for n in range(n_places):
        for _ in range(3):
            other = chance.choice(files).document
            line = chance.randrange(N_LINES - 50)
            here = Range(Position(line, 0), Position(line, 1))
            keeper.changed(other.uri, [(here, " ")], float(n))
        file = chance.choice(files)
        line = chance.randrange(WINDOW_LINES, N_LINES - 10)
        for name, at in (("cold", line), ("key", line), ("line", line + 1), ("key", line + 1)):
            times[name].append(_choose(keeper, file, files, at))
        prefix = file.document.prefix(Position(line, 0), PREFIX_CHARS)
        began_s = time.process_time()
        mask_prefix(prefix)
        times["mask"].append(_ms_since(began_s))
    return times


def _choose(keeper: ContextKeeper, file: OpenFile, files: list[OpenFile], line: int) -> float:
    query = ContextQuery(
        document=file.document,
        language=file.language,
        line=line,
        first_line=max(0, line - WINDOW_LINES) // 32 * 32,
        last_line=line + 15,
        n_tokens=N_TOKENS,
    )
    began_s = time.process_time()
    keeper.context(query, files, now_s=0.0, deadline=lambda: False)
    return _ms_since(began_s)


def _files(n_files: int) -> list[OpenFile]:
    folder = Path(hotseat.__file__).parent
    modules = sorted(folder.rglob("*.py"))
    lines = [line for path in modules for line in path.read_text("utf-8").split("\n")]
    while len(lines) < n_files * N_LINES:
        lines += lines
    files = []
    for i in range(n_files):
        document = Document(
            uri=f"file:///bench/{modules[i].parent.name}/{modules[i].stem}_{i}.py",
            language_id="python",
            version=1,
            text="\n".join(lines[i * N_LINES : (i + 1) * N_LINES]),
            encoding=PositionEncoding.UTF16,
            new_syntax=partial(Syntax, language="python"),
        )
        files.append(OpenFile(document=document, language="python"))
    return files


def _deadline() -> Callable[[], bool]:
    end_s = time.perf_counter() + SLICE_S
    return lambda: time.perf_counter() > end_s


def _ms_since(began_s: float) -> float:
    return (time.process_time() - began_s) * 1000
