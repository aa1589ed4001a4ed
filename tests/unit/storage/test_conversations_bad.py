"""Conversations under bad conditions: huge texts, a full disk, a clock that jumps, kills."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.storage.conversation_tables import NewTurn
from hotseat.storage.conversations import ConversationStore
from hotseat.storage.recall import recall_turns

NOON = datetime(2026, 3, 2, 12).astimezone()
TODAY = NOON.date()
MEGABYTE = 1_000_000


def said(text: str, *, days: int = 0, is_user: bool = True) -> NewTurn:
    at_s = (NOON + timedelta(days=days)).timestamp()
    return NewTurn(conversation="a", is_user=is_user, text=text, at_s=at_s)


@pytest.mark.parametrize(
    "text",
    [
        *("word " * (MEGABYTE // 5), "a" * MEGABYTE, "a." * (MEGABYTE // 2)),
        *("1 " * (MEGABYTE // 2), "?" * MEGABYTE, "aB" * (MEGABYTE // 2)),
        *("\n" * MEGABYTE, "last week " * 100_000),
    ],
    ids=["words", "one word", "one name", "numbers", "marks", "capitals", "lines", "days"],
)
def test_a_megabyte_is_kept_whole_and_searched_in_bounded_time(tmp_path: Path, text: str) -> None:
    store = ConversationStore(tmp_path / "c.sqlite")
    began_s = time.process_time()
    store.add([said("The port is 5050."), said(text)])
    recall_turns(store, text, today=TODAY)
    found = recall_turns(store, "Which port?", today=TODAY)
    assert time.process_time() - began_s < 5.0
    assert found[0].turn.text == "The port is 5050."
    assert store.turns("a")[1].text == text


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("not applicable: this user may not mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=False)


def test_a_full_disk_is_one_clear_error_and_loses_nothing(small_disk: Path) -> None:
    store = ConversationStore(small_disk / "c.sqlite")
    store.add([said("The port is 5050.")])

    def fill() -> None:
        for i in range(1000):
            store.add([said(f"{i} " + "filler " * 400)])

    with pytest.raises(HotseatError, match="cannot be kept") as raised:
        fill()
    assert "disk is full" in (raised.value.hint or "")
    assert recall_turns(store, "Which port?", today=TODAY)
    n_kept = len(store.turns("a"))
    (small_disk / "c.sqlite").stat()
    for other in small_disk.iterdir():
        assert other.name.startswith("c.sqlite"), "nothing was set aside"
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    store.forget(turns=[turn.id for turn in store.turns("a")[1 : n_kept // 2]])
    store.add([said("There is room again.")])
    assert store.turns("a")[-1].text == "There is room again."


def test_a_clock_that_was_wrong_hides_nothing(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path / "c.sqlite")
    store.add([said("The port is 5050.", days=4000), said("Fine.", days=0, is_user=False)])
    store.add([said("The host is example.org.", days=-9000)])
    assert store.turns("a")[0].text == "The port is 5050."
    for question, text in (
        ("Which port?", "The port is 5050."),
        ("Which host?", "The host is example.org."),
    ):
        assert recall_turns(store, question, today=TODAY)[0].turn.text == text


def test_words_are_made_again_after_another_version_made_them(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path / "c.sqlite")
    store.add([said("The deployments are on Fridays.")])
    store.change(lambda db: db.execute("update turn_words set words = 'zzz'"))
    store.change(lambda db: db.execute("update about set value = '0' where name = 'words'"))
    store.add([said("Something else.")])
    rows = store.read(lambda db: db.execute("select words from turn_words").fetchall())
    assert "zzz" not in str(rows)
    assert recall_turns(store, "When do we deploy?", today=TODAY)[0].turn.text.startswith("The dep")


WRITER = """
import sys
from pathlib import Path
from hotseat.storage.conversation_tables import NewTurn
from hotseat.storage.conversations import ConversationStore
store = ConversationStore(Path(sys.argv[1]))
n = len(store.turns("a"))
while True:
    text = f"turn {n} " + "x" * (n % 700)
    store.add([NewTurn(conversation="a", is_user=True, text=text, at_s=1e9)])
    n += 1
    print(n, flush=True)
"""


def check_kills(path: Path, n_kills: int, seed: int) -> None:
    """After each kill all turns that were acknowledged are there, whole and in order."""
    chance = random.Random(seed)
    n_done = 0
    for _ in range(n_kills):
        command = [sys.executable, "-c", WRITER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _ in range(chance.randrange(1, 4)):
                n_done = int(writer.stdout.readline())
            # Not a wait for something: the kill has to come at a random moment of a write.
            time.sleep(chance.random() * 0.01)
            os.kill(writer.pid, signal.SIGKILL)
            n_done = max([n_done, *map(int, writer.stdout.read().split())])
        turns = ConversationStore(path).turns("a")
        assert len(turns) in (n_done, n_done + 1)
        assert all(turn.text.startswith(f"turn {i} ") for i, turn in enumerate(turns))
    assert [file.name for file in path.parent.iterdir() if "broken" in file.name] == []


@pytest.mark.slow
def test_a_killed_writer_loses_at_most_the_turn_that_it_wrote(tmp_path: Path) -> None:
    check_kills(tmp_path / "c.sqlite", 5, seed=1)


@pytest.mark.extra
@pytest.mark.timeout(1200)
def test_two_hundred_kills(tmp_path: Path) -> None:
    check_kills(tmp_path / "c.sqlite", 200, seed=2)
