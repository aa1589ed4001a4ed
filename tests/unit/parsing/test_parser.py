"""Documents whose trees are in a real worker: killed, stopped, and given hostile texts."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import psutil
import pytest

from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.syntax import SyntaxErrors
from hotseat.domain.text import Position, Range
from hotseat.parsing import process, remote_syntax
from hotseat.parsing.copies import MAX_COPIED_BYTES
from hotseat.parsing.parser import Parser
from hotseat.parsing.process import WorkerProcess
from hotseat.parsing.quarantine import FIRST_BYTES
from hotseat.parsing.remote_syntax import RemoteSyntax
from hotseat.parsing.worker import MAX_DATA_BYTES
from support.now import now

PATIENCE_S = 60.0
SQL = 'cur.execute("SELECT a FROM b")\n'
HOSTILE = {
    "java": "A<" * 20_000,
    "rust": "%w(" * 3000,
    "c": "%w(" * 3000,
    "shellscript": "\0" * 40_000,
}

posix = pytest.mark.skipif(os.name != "posix", reason="sends signals")
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Desk:
    """Some documents, and the parser."""

    def __init__(self) -> None:
        self.parsed: list[RemoteSyntax] = []
        self.parser = Parser(self.parsed.append)
        self.parser.start()
        self.store = DocumentStore(self.parser.new_syntax)

    def open(self, language: str, text: str, name: str = "") -> Document:
        uri = f"file:///{name or language}"
        self.store.open(uri, language, 1, text)
        document = self.store.get(uri)
        assert document is not None
        document.syntax.set_language(language)
        self.languages(document, 0, 0)
        return document

    def languages(self, document: Document, line: int, column: int) -> tuple[str, ...]:
        return document.syntax.languages_at(line, column, document.language_id, uri=document.uri)

    def insert(self, document: Document, line: int, column: int, text: str) -> None:
        self.replace(document, line, column, column, text)

    def replace(self, document: Document, line: int, first: int, stop: int, text: str) -> None:
        range_ = Range(Position(line, first), Position(line, stop))
        self.store.change(document.uri, None, [(range_, text)])

    async def parsed_completely(self, document: Document) -> None:
        await until(lambda: document.syntax.fresh and not document.syntax.pending)

    async def pid(self) -> int:
        await until(lambda: self.parser.worker_pid is not None)
        assert self.parser.worker_pid is not None
        return self.parser.worker_pid


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    await desk.parser.aclose()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():
            await asyncio.sleep(0.002)


def names(document: Document) -> list[str]:
    return [found.name for found in document.syntax.definitions()]


async def test_regions_and_definitions_come_from_the_tree(desk: Desk) -> None:
    # What the text alone does not show: the string's beginning is far above.
    text = "x = db.execute('''SELECT a\n" + "  , b\n" * 4000 + "FROM c''')\ndef last(): pass\n"
    document = desk.open("python", text)
    assert desk.languages(document, 3999, 2) == ("python",)
    await until(lambda: desk.languages(document, 3999, 2) == ("sql", "python"))
    await desk.parsed_completely(document)
    assert names(document) == ["last"]
    [found] = document.syntax.definitions()
    assert found.first_line == 4002
    assert desk.parsed[0] is document.syntax


async def test_between_a_key_and_its_parse_the_last_answer_holds(desk: Desk) -> None:
    document = desk.open("python", SQL)
    await until(lambda: document.syntax.fresh)
    await document.syntax.settle(0, 20, document.uri, within_s=PATIENCE_S)
    desk.insert(document, 0, 20, "x")
    assert not document.syntax.fresh
    assert desk.languages(document, 0, 21) == ("sql", "python")
    now(
        document.syntax.settle(0, 21, document.uri, within_s=PATIENCE_S)
    )  # a letter changes nothing


async def test_a_key_is_parsed_at_once_and_not_in_a_pause(desk: Desk) -> None:
    desk.parser.quiet_s = 1000.0  # definitions are due much later
    document = desk.open("python", SQL)
    for i in range(20):
        await until(lambda: document.syntax.fresh)
        desk.insert(document, 0, i, "(")
        desk.languages(document, 0, i + 1)
        assert not document.syntax.fresh


def syntax_of(document: Document) -> RemoteSyntax:
    assert isinstance(document.syntax, RemoteSyntax)
    return document.syntax


async def test_the_letters_of_a_word_are_asked_about_once(desk: Desk) -> None:
    document = desk.open("python", SQL)
    await document.syntax.settle(0, 20, document.uri, within_s=PATIENCE_S)
    await desk.parsed_completely(document)
    for i in range(8):
        desk.insert(document, 0, 20 + i, "x")
        assert desk.languages(document, 0, 21 + i) == ("sql", "python")
        desk.parser.flush()
        assert not syntax_of(document).is_asked
    await until(lambda: document.syntax.fresh)  # in the pause
    desk.insert(document, 0, 28, "y")
    desk.insert(document, 0, 29, " ")
    desk.parser.flush()
    assert syntax_of(document).is_asked


async def test_a_completion_waits_for_what_a_quote_changes(desk: Desk) -> None:
    document = desk.open("python", SQL)
    await until(lambda: document.syntax.fresh)
    desk.insert(document, 0, 13, ") #")  # cur.execute(") #SELECT
    desk.insert(document, 0, 12, '"')  # cur.execute("") #SELECT
    await document.syntax.settle(0, 13, document.uri, within_s=PATIENCE_S)
    await document.syntax.settle(0, 22, document.uri, within_s=PATIENCE_S)
    assert desk.languages(document, 0, 22) == ("python",)


async def test_the_wait_is_bounded_and_not_repeated(desk: Desk) -> None:
    document = desk.open("python", SQL)
    await until(lambda: document.syntax.fresh)
    os.kill(await desk.pid(), signal.SIGSTOP)
    began_s = time.perf_counter()
    for i in range(50):
        desk.insert(document, 0, 20 + i, '"')
        await document.syntax.settle(0, 21 + i, document.uri, within_s=0.05)
    assert time.perf_counter() - began_s < 2.0
    os.kill(await desk.pid(), signal.SIGCONT)
    await until(lambda: document.syntax.fresh)
    assert desk.parser.is_prompt


@pytest.mark.parametrize("language", sorted(HOSTILE))
async def test_a_text_that_ends_the_worker_is_left_alone_and_the_others_are_not(
    desk: Desk, language: str
) -> None:
    good = desk.open("python", SQL + "def first(): pass\n")
    await desk.parsed_completely(good)
    evil = desk.open(language, HOSTILE[language])
    await until(lambda: evil.syntax.stalled or evil.syntax.fresh)
    await until(lambda: evil.syntax.stalled or not evil.syntax.pending)
    desk.insert(good, 0, 0, "x = 1;")
    await desk.parsed_completely(good)
    assert names(good) == ["first"]
    assert desk.languages(good, 0, 25) == ("sql", "python") or good.syntax.fresh


async def test_a_corrected_text_is_parsed_again(desk: Desk) -> None:
    evil = desk.open("java", HOSTILE["java"] + "\n")
    await until(lambda: evil.syntax.stalled)
    desk.insert(evil, 1, 0, "class A { void first() {} }\n")
    assert evil.syntax.stalled
    desk.replace(evil, 0, 0, len(HOSTILE["java"]), "")
    assert not evil.syntax.stalled
    await desk.parsed_completely(evil)
    assert "first" in names(evil)


async def test_each_hostile_document_ends_one_worker(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_starts = 0
    start = WorkerProcess.start

    async def counted(self: WorkerProcess) -> None:
        nonlocal n_starts
        n_starts += 1
        await start(self)

    monkeypatch.setattr(WorkerProcess, "start", counted)
    evil = desk.open("java", HOSTILE["java"])
    await until(lambda: evil.syntax.stalled)
    for i in range(FIRST_BYTES - 1):
        desk.insert(evil, 0, i, "b")
        desk.languages(evil, 0, i + 1)
        await asyncio.sleep(0)
    good = desk.open("python", SQL)
    await until(lambda: good.syntax.fresh)
    assert n_starts <= 2


@posix
@pytest.mark.parametrize("seed", range(3))
async def test_killed_at_any_moment_the_worker_comes_back_and_no_text_is_lost(
    desk: Desk, seed: int
) -> None:
    chosen = random.Random(seed)
    document = desk.open("python", SQL * 200)
    await until(lambda: document.syntax.fresh)
    for i in range(120):
        line = chosen.randrange(150)
        desk.insert(document, line, 0, chosen.choice(["x", "\n", '"', "# é\n", "(", ")"]))
        began_s = time.thread_time()
        desk.languages(document, line, 1)
        assert time.thread_time() - began_s < 0.05
        if i % 40 == 20 and desk.parser.worker_pid is not None:
            os.kill(desk.parser.worker_pid, chosen.choice([signal.SIGKILL, signal.SIGSEGV]))
        await asyncio.sleep(chosen.choice([0, 0, 0.001, 0.01]))
    desk.store.change(document.uri, None, [(None, SQL + "def last(): pass\n")])
    await desk.parsed_completely(document)
    assert names(document) == ["last"]
    desk.languages(document, 0, 20)
    await until(lambda: desk.languages(document, 0, 20) == ("sql", "python"))


@posix
async def test_a_stopped_worker_is_replaced(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "TICK_S", 0.02)
    document = desk.open("python", SQL)
    await until(lambda: document.syntax.fresh)
    stopped = await desk.pid()
    os.kill(stopped, signal.SIGSTOP)
    desk.insert(document, 0, 0, "x")
    await until(lambda: document.syntax.fresh)
    assert not psutil.pid_exists(stopped)
    assert not document.syntax.stalled, "nothing is known against the text"


@posix
async def test_what_is_typed_while_the_worker_does_not_read_takes_no_memory(desk: Desk) -> None:
    document = desk.open("python", SQL)
    await until(lambda: document.syntax.fresh)
    os.kill(await desk.pid(), signal.SIGSTOP)
    worker = desk.parser._worker.process
    assert worker is not None
    assert worker._stdin is not None
    for i in range(2000):
        desk.insert(document, 0, 0, "x" * 50 + "\n")
        if i % 50 == 0:
            await asyncio.sleep(0)
    assert len(worker._waiting) == 1
    assert worker._stdin.get_write_buffer_size() < 1000
    os.kill(await desk.pid(), signal.SIGCONT)
    await until(lambda: document.syntax.fresh)


@linux
async def test_the_worker_s_memory_is_bounded(desk: Desk) -> None:
    document = desk.open("python", SQL)
    await until(lambda: document.syntax.fresh)
    limits = Path(f"/proc/{await desk.pid()}/limits").read_text().splitlines()
    data = next(line for line in limits if line.startswith("Max data size")).split()
    core = next(line for line in limits if line.startswith("Max core file size")).split()
    assert MAX_DATA_BYTES < int(data[3]) < MAX_DATA_BYTES + 80_000_000
    assert core[4] == "0"


@linux
async def test_the_worker_inherits_nothing_and_ends_with_its_input(desk: Desk) -> None:
    secret = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(secret, True)
    document = desk.open("python", SQL)
    await until(lambda: document.syntax.fresh)
    pid = await desk.pid()
    links = {os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir()}
    os.close(secret)
    assert all(link == "/dev/null" or link.startswith(("pipe:", "socket:")) for link in links)
    assert len(list(Path(f"/proc/{pid}/fd").iterdir())) <= 5
    await desk.parser.aclose()
    assert not psutil.pid_exists(pid)
    assert desk.languages(document, 0, 20) == ("sql", "python"), "by the text"


async def test_code_in_the_working_directory_is_not_run(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("hotseat", "tree_sitter", "json"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("import os; os._exit(9)")
    monkeypatch.chdir(tmp_path)
    document = desk.open("python", SQL)
    await until(lambda: document.syntax.fresh)


PARENT = """
import asyncio, sys
from hotseat.documents.buffer import TextBuffer
from hotseat.parsing.copies import MAX_COPIED_BYTES
from hotseat.parsing.parser import Parser

async def main():
    parser = Parser(lambda _: None)
    parser.start()
    syntax = parser.new_syntax(TextBuffer("x = 1\\n"))
    syntax.set_language("python")
    syntax.languages_at(0, 0, "python", uri="")
    while not syntax.fresh:
        await asyncio.sleep(0.01)
    print(parser.worker_pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@linux
@pytest.mark.parametrize("is_stopped", [False, True])
def test_the_worker_ends_with_a_server_that_is_killed(is_stopped: bool) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = psutil.Process(int(parent.stdout.readline()))
    if is_stopped:
        worker.suspend()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    ends_s = time.monotonic() + 20
    while time.monotonic() < ends_s:
        try:
            if worker.status() == psutil.STATUS_ZOMBIE:  # nobody here reaps orphans
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.01)
    raise AssertionError("the worker is left over")


async def test_fragments_and_whole_texts_are_parsed_there(desk: Desk) -> None:
    document = desk.open("python", SQL)
    await until(lambda: document.syntax.fresh)
    fragment = document.syntax.fragment("x = ", "\n", "python")
    assert [await fragment.n_errors_with(text) for text in ("1", "(1", "2")] == [0, 1, 0]
    assert document.syntax.fragment_s > 0
    assert await document.syntax.fragment("x", "", "cobol").n_errors_with("") is None
    assert await document.syntax.errors("a = 1\nb = = 2\n", "python") == SyntaxErrors(
        n=1, first_line=1, n_bytes=1
    )
    assert await document.syntax.errors("x", "cobol") is None


async def test_an_edit_is_checked_although_no_document_wants_a_tree(desk: Desk) -> None:
    document = desk.open("yaml", "a: 1\n")
    assert await document.syntax.errors("a: [1\n", "yaml") is not None
    assert await document.syntax.errors("- " * 400, "yaml") is None


async def test_a_fragment_that_ends_the_worker_is_not_parsed_again_until_the_text_changed(
    desk: Desk,
) -> None:
    good = desk.open("python", SQL)
    evil = desk.open("java", "class A {\n  \n}\n")
    await until(lambda: good.syntax.fresh and evil.syntax.fresh)
    first = await desk.pid()
    text = "A<" * 20_000
    assert await evil.syntax.fragment("", "", "java").n_errors_with(text) is None
    await until(lambda: desk.parser.worker_pid not in (None, first))
    second = await desk.pid()
    for _ in range(20):
        assert await evil.syntax.fragment("", "", "java").n_errors_with(text) is None
    assert await desk.pid() == second
    desk.insert(evil, 1, 0, "int a;" * 60)
    async with asyncio.timeout(PATIENCE_S):  # the new worker starts
        while await good.syntax.fragment("x = ", "\n", "python").n_errors_with("1") is None:
            await asyncio.sleep(0.01)
        while await evil.syntax.fragment("", "", "java").n_errors_with("int b;") is None:
            await asyncio.sleep(0.01)


async def test_of_many_documents_the_worker_keeps_some(desk: Desk) -> None:
    text = SQL * 3000
    documents = [desk.open("python", text, name=f"{i}.py") for i in range(12)]
    for document in documents:
        await until(partial(getattr, document.syntax, "fresh"))
        assert desk.parser.n_copied_bytes <= MAX_COPIED_BYTES
    desk.insert(documents[0], 0, 0, "x")
    await until(lambda: documents[0].syntax.fresh)


async def test_a_text_above_the_limit_has_no_tree(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_syntax, "MAX_BYTES", 1000)
    document = desk.open("python", SQL * 100)
    assert document.syntax.stalled
    assert not document.syntax.pending
    assert desk.languages(document, 50, 20) == ("sql", "python")  # by the text


async def test_closed_and_opened_again_a_document_is_parsed(desk: Desk) -> None:
    document = desk.open("python", SQL)
    await until(lambda: document.syntax.fresh)
    desk.store.close(document.uri)
    again = desk.open("python", "def second(): pass\n")
    await desk.parsed_completely(again)
    assert names(again) == ["second"]


async def test_another_language_starts_over(desk: Desk) -> None:
    document = desk.open("python", "def first(): pass\n")
    await desk.parsed_completely(document)
    document.syntax.set_language("json")
    assert names(document) == []
    assert not document.syntax.pending
    document.syntax.set_language("python")
    await desk.parsed_completely(document)
    assert names(document) == ["first"]
