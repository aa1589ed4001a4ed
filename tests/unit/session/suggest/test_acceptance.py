"""One window's outcomes, from what the editor tells to what is written."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from hotseat.completion.filter.features import features_of
from hotseat.completion.filter.score import Verdict
from hotseat.documents.store import DocumentStore
from hotseat.session.suggest import acceptance as module
from hotseat.session.suggest.acceptance import MAX_WAITING, Outcomes, Shown
from hotseat.storage.outcome_store import OutcomeRow, OutcomeStore
from hotseat.syntax.document_syntax import Syntax
from support.outcome_desk import URI, at, put

SUM = "return a + b"
NOW_S = 50.0


@pytest.fixture
def documents() -> DocumentStore:
    documents = DocumentStore(Syntax)
    documents.open(URI, "go", 1, "func add(a, b int) int {\n\t\n}\n")
    return documents


@pytest.fixture
def outcomes(documents: DocumentStore, store: OutcomeStore) -> Outcomes:
    return Outcomes(documents, store, clock=lambda: 1_700_000_000.9)


def show(
    outcomes: Outcomes, *, now_s: float = NOW_S, visible: bool = True, text: str = SUM, **more: Any
) -> None:
    shown = Shown(
        **{
            "suggestion_id": "1",
            "uri": URI,
            "position": at(1, 1),
            "text": text,
            "expert": "go",
            "model": "go:1b",
            "shown_ms": 210.0,
            "first_token_ms": 80.0,
            "cached": True,
            **more,
        }
    )
    features = features_of(text, prefix="\t", suffix="\n", language="go", mode="line")
    outcomes.shown(shown, features, Verdict(shown=visible, score=0.75, reason=""), now_s)


def edit(outcomes: Outcomes, documents: DocumentStore, text: str, now_s: float = NOW_S) -> None:
    change = put(text, at(1, 1))
    documents.change(URI, None, [change])
    outcomes.edited(URI, [change], now_s)


async def test_an_accepted_suggestion_is_a_row_30_s_later(
    outcomes: Outcomes,
    documents: DocumentStore,
    store: OutcomeStore,
    row: Callable[..., OutcomeRow],
) -> None:
    show(outcomes)
    edit(outcomes, documents, SUM, NOW_S + 1.5)
    outcomes.tick(NOW_S + 20)
    await outcomes.write()
    assert store.read() == []
    outcomes.tick(NOW_S + 40)
    await outcomes.write()
    expected = row(
        outcome="accepted",
        how="done",
        n_taken=len(SUM),
        visible_ms=1500,
        kept_share=1.0,
        shown_ms=210.0,
        first_token_ms=80.0,
        cached=True,
        score=0.75,
        n_chars=len(SUM),
    )
    assert store.read() == [expected]


async def test_no_code_reaches_the_disk(
    outcomes: Outcomes, documents: DocumentStore, store: OutcomeStore
) -> None:
    show(outcomes, text="secretWord(password)")
    edit(outcomes, documents, "secretWord(password)")
    outcomes.tick(NOW_S + 40)
    await outcomes.write()
    assert len(store.read()) == 1
    for file in store.path.parent.iterdir():
        data = file.read_bytes()
        assert b"secretWord" not in data
        assert b"main.go" not in data


async def test_a_hidden_suggestion_is_a_row_too(
    outcomes: Outcomes, documents: DocumentStore, store: OutcomeStore
) -> None:
    show(outcomes, visible=False)
    for i, char in enumerate(SUM):
        change = put(char, at(1, 1 + i))
        documents.change(URI, None, [change])
        outcomes.edited(URI, [change], NOW_S)
    outcomes.tick(NOW_S + 40)
    await outcomes.write()
    (found,) = store.read()
    assert (found.hidden, found.outcome, found.n_typed) == (True, "typed", len(SUM))


async def test_what_is_known_is_written_when_the_window_closes(
    outcomes: Outcomes, documents: DocumentStore, store: OutcomeStore
) -> None:
    outcomes.start()
    now_s = time.monotonic()
    show(outcomes, now_s=now_s)
    edit(outcomes, documents, SUM, now_s)
    show(outcomes, suggestion_id="2", position=at(0, 0), now_s=now_s)
    await outcomes.aclose()
    found = [(row.outcome, row.how, row.kept_share) for row in store.read()]
    assert found == [("accepted", "done", None), ("dismissed", "closed", None)]
    await outcomes.aclose()
    assert len(store.read()) == 2


async def test_the_task_writes_by_itself_and_beside_the_event_loop(
    documents: DocumentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = threading.Event()
    threads: list[threading.Thread] = []

    class Store(OutcomeStore):
        def write(self, rows: Sequence[OutcomeRow], now_s: float) -> None:
            threads.append(threading.current_thread())
            written.set()

    for name, value in {"TICK_S": 0.0, "WRITE_EVERY_S": 0.0}.items():
        monkeypatch.setattr(module, name, value)
    outcomes = Outcomes(documents, Store(tmp_path / "x.sqlite"))
    outcomes.start()
    show(outcomes)
    outcomes.closed(URI, NOW_S)
    async with asyncio.timeout(10):
        while not written.is_set():
            await asyncio.sleep(0)
    await outcomes.aclose()
    assert threads[0] is not threading.main_thread()


async def test_a_store_that_cannot_be_written_is_said_once(
    documents: DocumentStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    outcomes = Outcomes(documents, OutcomeStore(tmp_path / "file" / "x.sqlite"))
    for i in range(3):
        show(outcomes, suggestion_id=str(i), position=at(i % 2, 0))
        outcomes.closed(URI, NOW_S)
        outcomes.tick(NOW_S + 10)
        with caplog.at_level(logging.WARNING):
            await outcomes.write()
    assert caplog.text.count("Statistics cannot be kept") == 1


async def test_what_could_not_be_written_is_written_later(
    documents: DocumentStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "x.sqlite"
    blocked.mkdir()
    store = OutcomeStore(blocked)
    outcomes = Outcomes(documents, store)
    for i in range(3):
        show(outcomes, suggestion_id=str(i), position=at(1, i % 2))
        outcomes.nothing(NOW_S)
        outcomes.tick(NOW_S + 10)
        await outcomes.write()
    blocked.rmdir()
    await outcomes.write()
    assert len(store.read()) == 3
    await outcomes.write()
    assert len(store.read()) == 3
    assert caplog.text.count("Statistics cannot be kept") == 1


async def test_what_could_not_be_written_is_bounded(
    documents: DocumentStore, tmp_path: Path
) -> None:
    blocked = tmp_path / "x.sqlite"
    blocked.mkdir()
    store = OutcomeStore(blocked)
    outcomes = Outcomes(documents, store)
    for i in range(MAX_WAITING + 20):
        show(outcomes, suggestion_id=str(i), position=at(1, i % 2))
        outcomes.nothing(NOW_S)
        if i % 50 == 0:
            outcomes.tick(NOW_S + 10)
            await outcomes.write()
    outcomes.tick(NOW_S + 10)
    blocked.rmdir()
    await outcomes.write()
    assert len(store.read()) == MAX_WAITING


async def test_what_waits_to_be_written_is_bounded(
    outcomes: Outcomes, documents: DocumentStore, store: OutcomeStore
) -> None:
    for i in range(MAX_WAITING + 20):
        show(outcomes, suggestion_id=str(i), position=at(1, i % 2))
        outcomes.nothing(NOW_S)
    outcomes.tick(NOW_S + 10)
    await outcomes.write()
    assert len(store.read()) == MAX_WAITING


async def test_a_position_beyond_its_line_is_its_end(
    outcomes: Outcomes, documents: DocumentStore, store: OutcomeStore
) -> None:
    show(outcomes, position=at(1, 999))
    edit(outcomes, documents, SUM)
    outcomes.tick(NOW_S + 40)
    await outcomes.write()
    assert [row.outcome for row in store.read()] == ["accepted"]


def test_documents_that_are_not_open_are_no_matter(outcomes: Outcomes) -> None:
    show(outcomes, uri="file:///nowhere")
    outcomes.edited("file:///nowhere", [put("x", at(0, 0))], NOW_S)
    outcomes.closed("file:///nowhere", NOW_S)
    outcomes.cursor("file:///nowhere", None, NOW_S)
    outcomes.resolved("1", "accepted", NOW_S)
    outcomes.tick(NOW_S + 400)
    assert outcomes._waiting == []
