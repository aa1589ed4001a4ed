"""What is kept of events between two looks, and how long a storm is looked away from."""

from __future__ import annotations

import subprocess
import sys

from hotseat.workspace.watch_batch import MAX_PATHS, Batch, Collector
from hotseat.workspace.watching import CALM_PATHS, MAX_PAUSE_S, PAUSE_S, Storms


class Calls:
    def __init__(self) -> None:
        self.n = 0

    def __call__(self) -> None:
        self.n += 1


def test_a_batch_holds_each_path_once_and_is_told_of_once() -> None:
    stirred = Calls()
    collector = Collector(stirred)
    for _ in range(3):
        collector.file("/a")
        collector.folder("/b")
    assert stirred.n == 1
    assert collector.take() == Batch(files=frozenset({"/a"}), folders=frozenset({"/b"}))
    assert collector.take() == Batch()
    collector.file("/a")
    assert stirred.n == 2


def test_of_a_storm_nothing_is_kept_but_that_it_was() -> None:
    stirred = Calls()
    collector = Collector(stirred)
    for i in range(MAX_PATHS):
        collector.file(f"/{i}")
    collector.file("/0")
    collector.folder("/one too many")
    for i in range(10_000):
        collector.file(f"/more/{i}")
    assert collector.take() == Batch(storm=True)
    assert stirred.n == 1
    collector.file("/after")
    assert collector.take() == Batch(files=frozenset({"/after"}))


def test_exactly_as_many_as_allowed_are_no_storm() -> None:
    collector = Collector(Calls())
    for i in range(MAX_PATHS):
        collector.file(f"/{i}")
    assert len(collector.take().files) == MAX_PATHS


def test_what_the_system_forgot_is_a_storm() -> None:
    collector = Collector(Calls())
    collector.file("/a")
    collector.overflow()
    assert collector.take() == Batch(storm=True)


def files(n_files: int) -> Batch:
    return Batch(files=frozenset(map(str, range(n_files))))


def test_the_end_of_a_storm_is_part_of_it() -> None:
    storms = Storms()
    assert not storms.is_part(files(MAX_PATHS))
    assert storms.is_part(Batch(storm=True))
    assert storms.is_part(files(CALM_PATHS + 1))
    assert not storms.is_part(files(CALM_PATHS))
    assert not storms.is_part(files(MAX_PATHS))


def test_a_storm_that_goes_on_is_looked_away_from_ever_longer() -> None:
    storms, now_s, pauses = Storms(), 1000.0, []
    for _ in range(8):
        pauses.append(storms.pause_s(now_s))
        now_s += pauses[-1] + 1.0
    assert pauses[:4] == [PAUSE_S, 2 * PAUSE_S, 4 * PAUSE_S, 8 * PAUSE_S]
    assert pauses[-1] == MAX_PAUSE_S
    assert storms.pause_s(now_s + 2 * MAX_PAUSE_S) == PAUSE_S
    assert storms.pause_s(now_s + 3 * MAX_PAUSE_S) == PAUSE_S


def test_a_session_starts_without_waiting_for_watchdog() -> None:
    program = "import sys, hotseat.session.session; sys.exit('watchdog' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
