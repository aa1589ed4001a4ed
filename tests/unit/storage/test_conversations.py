"""Conversations on disk: found again, bounded, and forgotten to the last byte."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hotseat.conversation.memory.facts import FactKind
from hotseat.conversation.memory.remembered import StoreCounts
from hotseat.domain.errors import HotseatError
from hotseat.storage.conversation_tables import NewTurn
from hotseat.storage.conversations import ConversationStore, exported
from hotseat.storage.recall import rare_words, recall_turns

NOON = datetime(2026, 3, 2, 12).astimezone()


def said(text: str, conversation: str = "a", day: int = 0, *, is_user: bool = True) -> NewTurn:
    return NewTurn(
        conversation=conversation,
        is_user=is_user,
        text=text,
        at_s=(NOON + timedelta(days=day)).timestamp(),
        language="go",
        expert=None if is_user else "go",
        sources=("shop/cart.go",),
    )


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "c.sqlite")


def recalled(
    store: ConversationStore,
    question: str,
    day: int = 30,
) -> list[str]:
    today = (NOON + timedelta(days=day)).date()
    found = recall_turns(store, question, today=today, until=today)
    return [one.turn.text for one in found]


def test_turns_are_found_again_by_another_process(store: ConversationStore) -> None:
    store.add([said("Port 5050, the printer has 5000."), said("Fine.", is_user=False)])
    store.add([said("Black with 100 characters.", "b", 1)])
    again = ConversationStore(store.path)
    assert [turn.text for turn in again.turns("a")] == ["Port 5050, the printer has 5000.", "Fine."]
    assert [(c.id, c.n_turns, c.title) for c in again.conversations()] == [
        ("b", 1, "Black with 100 characters."),
        ("a", 2, "Port 5050, the printer has 5000."),
    ]
    assert recalled(again, "Which port do we use?")[0] == "Port 5050, the printer has 5000."


def test_nothing_of_a_later_day(store: ConversationStore) -> None:
    store.add([said("The port is 5050."), said("The port is 6060.", "b", 5)])
    assert recalled(store, "Which port?", day=2) == ["The port is 5050."]
    assert set(recalled(store, "Which port?")) == {"The port is 5050.", "The port is 6060."}


def test_odd_questions_find_nothing_and_do_not_fail(store: ConversationStore) -> None:
    store.add([said("The port is 5050.")])
    for question in (
        "",
        '"',
        "* OR (",
        "a:b NEAR c",
        "\0",
        "😀" * 400,
        "x " * 500_000,
        "a_b" * 999,
    ):
        recalled(store, question)


def test_what_is_forgotten_is_in_no_file(store: ConversationStore, tmp_path: Path) -> None:
    store.add([said(f"Filler number {i} about gardens.", "filler") for i in range(300)])
    store.add([said("The launch word is xylotopia_zinc.", "x"), said("And wombatsecret too.", "y")])
    assert recalled(store, "xylotopia")
    turn = store.turns("y")[0]
    store.add_fact(FactKind.PROJECT, "zinnobergreen is the colour", at_s=0, turn_id=turn.id)
    assert store.forget(conversation="x") == 1
    assert store.forget(turns=[turn.id]) == 1
    found = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for word in (b"xylotopia", b"wombatsecret", b"zinnobergreen"):
        assert word not in found
    assert b"gardens" in found
    assert recalled(store, "Which gardens?")


def test_clear_removes_the_files(store: ConversationStore, tmp_path: Path) -> None:
    store.add([said("A secret plan.")])
    assert store.clear()
    assert not list(tmp_path.iterdir())
    assert not store.clear()


def test_the_oldest_turns_go_first_and_pinned_ones_stay(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path / "c.sqlite", max_bytes=400_000)
    store.add([said("The oldest turn of all.")])
    first = store.turns("a")[0].id
    store.add_fact(FactKind.DECISION, "It counts", at_s=0, pinned=True, turn_id=first)
    for n in range(30):
        store.add([said(f"Turn {n}: " + f"word{n} " * 1000) for _ in range(5)])
    turns = store.turns("a")
    assert turns[0].text == "The oldest turn of all."
    assert turns[-1].text.startswith("Turn 29")
    assert not any(turn.text.startswith("Turn 0:") for turn in turns)
    assert store.path.stat().st_size < 800_000


def test_two_windows_write_at_once(store: ConversationStore) -> None:
    def write(name: str) -> None:
        own = ConversationStore(store.path)
        for n in range(25):
            own.add([said(f"{name} {n}", name)])

    threads = [threading.Thread(target=write, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in ("a", "b"):
        assert [turn.text for turn in store.turns(name)] == [f"{name} {n}" for n in range(25)]


def test_a_broken_file_is_set_aside_and_reported(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"this is no database" * 100)
    heard: list[str] = []
    store = ConversationStore(path, say=heard.append)
    assert store.conversations() == []
    store.add([said("A new beginning.")])
    assert [turn.text for turn in store.turns("a")] == ["A new beginning."]
    assert (tmp_path / "c.sqlite.broken-1").exists()
    assert len(heard) == 2


def test_nothing_is_said_to_be_kept_in_a_file_of_a_newer_version(
    store: ConversationStore,
) -> None:
    store.add([said("An old word.")])
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("pragma user_version = 99")
    with pytest.raises(HotseatError, match="a newer Hotseat wrote it"):
        store.add_fact(FactKind.PROJECT, "A new fact.", at_s=0)


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = ConversationStore(tmp_path / "file" / "c.sqlite")
    with pytest.raises(HotseatError, match="Conversations cannot be kept in"):
        store.add([said("Hello.")])


def test_facts_replace_each_other_and_both_stay(store: ConversationStore) -> None:
    old = store.add_fact(FactKind.DECISION, "SQLite", at_s=1.0)
    new = store.add_fact(FactKind.DECISION, "PostgreSQL", at_s=2.0, pinned=True, supersedes=old)
    facts = {fact.id: fact for fact in store.facts()}
    assert facts[old].superseded_by == new
    assert facts[new].pinned
    assert store.pin_fact(new, pinned=False)
    assert not store.pin_fact(999)
    assert store.forget(facts=[old]) == 1
    assert [fact.id for fact in store.facts()] == [new]


def test_export_holds_everything(store: ConversationStore) -> None:
    store.add([said("Hello."), said("Hi.", is_user=False)])
    store.add_fact(FactKind.PREFERENCE, "Short answers", at_s=1.0, pinned=True)
    found = exported(store)
    assert [turn["text"] for turn in found["turns"]] == ["Hello.", "Hi."]
    assert found["turns"][0]["sources"] == ["shop/cart.go"]
    assert found["facts"][0]["text"] == "Short answers"


def test_an_answer_that_was_asked_for_again_takes_the_place_of_the_last_one(
    store: ConversationStore,
) -> None:
    store.add([said("One?"), said("First.", is_user=False)])
    store.add([said("Two?"), said("Second.", is_user=False)])
    store.add([replace(said("Two?"), instead=True), said("Better.", is_user=False)])
    assert [turn.text for turn in store.turns("a")] == ["One?", "First.", "Two?", "Better."]
    store.add([replace(said("New?", "b"), instead=True), said("So.", "b", is_user=False)])
    assert [turn.text for turn in store.turns("b")] == ["New?", "So."]


def test_in_a_large_store_frequent_words_choose_nothing_and_still_rank() -> None:
    counts = StoreCounts(
        n_turns=10_000, mean_words=30.0, n_with={"model": 4000, "keeper": 1500, "tide": 3, "zzz": 0}
    )
    assert rare_words(("model", "keeper", "tide", "zzz"), counts) == {"zzz", "tide", "keeper"}
    assert rare_words(("model",), counts) == {"model"}, "nothing else is left to search by"
    few = StoreCounts(n_turns=100, mean_words=30.0, n_with={"model": 90, "keeper": 80})
    assert rare_words(("model", "keeper"), few) == {"model", "keeper"}


def test_a_turn_with_a_rare_word_is_found_among_thousands(store: ConversationStore) -> None:
    store.add([said(f"The model has answered, run {n}") for n in range(2500)])
    store.add([said("The model of the tides is harmonic")])
    store.add([said("The model has answered again") for _ in range(100)])
    assert recalled(store, "Which model for the tides?")[0] == "The model of the tides is harmonic"
