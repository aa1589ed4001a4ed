"""Texts that end or freeze a parser: in a real worker, typed into and asked about.

`tests/tools/hostile_corpus.py` sends many more of them through real servers.
"""

from __future__ import annotations

import asyncio
import gc
import time
from pathlib import Path

import pytest

from hotseat.documents.store import DocumentStore
from hotseat.domain.text import Position, Range
from hotseat.parsing import start_pauses
from hotseat.parsing.parser import Parser
from hotseat.parsing.worker import MAX_DATA_BYTES
from hotseat.syntax.grammars import LANGUAGES

UNITS = [
    *("a<", "A<B,", "<a ", "<a.b ", "%w(", "%w[", ":not(", ".x=", "a=>", "=~", "<-", "->", "<!--"),
    *("/*)f(", "fn()=>", "do|a|", "- ", "? ", ": ", "\0", "a\0", "(", "{", "<a>", "<<A\n", '"${'),
    *("if ", "case when ", "- - ", "[a,", "R'aaaaaaaaaaaaaaaa(", "$a$", "`", "#{"),
]
N_BYTES = 8000
STAIRS = ["-", "a:", "if a:", "<a>", "{"]
QUICK = {"java", "rust", "yaml"}
"""Languages that CI tests here; `test_lsp_hostile.py` has a sample for every grammar."""
SAME_AS_HTML = {"erb", "gotmpl", "jinja", "twig", "vue", "svelte"}
SLICE_S = 0.1
"""Processor time that the event loop may be held."""
SETTLED_S = 60.0


def peak_bytes(pid: int) -> int:
    """Return the peak memory of a process, 0 if it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
@pytest.mark.parametrize(
    "language",
    [
        pytest.param(name, marks=() if name in QUICK else pytest.mark.extra)
        for name in sorted(LANGUAGES - SAME_AS_HTML)
    ],
)
async def test_no_text_holds_the_server_or_fills_the_memory(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_pauses, "MAX_PAUSE_S", 0.0)  # workers are ended on purpose
    texts = [unit * (N_BYTES // len(unit)) for unit in UNITS]
    texts += ["".join(f"{' ' * i}{step}\n" for i in range(300)) for step in STAIRS]
    gc.freeze()  # what the tests before this one left is not collected in the server's time
    parser = Parser(lambda _: None, quiet_s=0.0)  # half a second for each text otherwise
    parser.start()
    store = DocumentStore(parser.new_syntax)
    peaks = [0]
    for i, text in enumerate(texts):
        uri = f"file:///{i}"
        await parser.errors("a", language)  # a worker runs, also if the last text has ended one
        began_s = time.thread_time()
        store.open(uri, language, 1, text)
        document = store.get(uri)
        assert document is not None
        syntax = document.syntax
        syntax.set_language(language)
        syntax.languages_at(0, 1, language, uri=uri)
        for key in ("'", "("):
            here = Range(Position(0, 1), Position(0, 1))
            store.change(uri, None, [(here, key)])
            syntax.languages_at(0, 2, language, uri=uri)
            assert time.thread_time() - began_s < SLICE_S, text[:20]
            await asyncio.sleep(0)
        assert await syntax.fragment(text[:1200], text[-600:], language).n_errors_with(
            text[:100]
        ) in (None, *range(2000))
        async with asyncio.timeout(SETTLED_S):
            while syntax.pending:
                began_s = time.thread_time()
                await asyncio.sleep(0.005)
                assert time.thread_time() - began_s < SLICE_S, text[:20]
        if parser.worker_pid is not None:
            peaks.append(peak_bytes(parser.worker_pid))
        store.close(uri)
    await parser.aclose()
    assert max(peaks) < MAX_DATA_BYTES + 40_000_000
