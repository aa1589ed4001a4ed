"""Commits that are replayed with offers: what counts as a repeat, as right and as wrong."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.lab.evaluate.next_edit.figures import bench_next_edit

BEFORE = """\
def total(prices):
    amount = 0
    for price in prices:
        print(price)

    amount += len(prices)
    print("amount of all")

    return amount
"""


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, text: str) -> None:
    (folder / "a.py").write_text(text)
    git(folder, "add", "a.py")
    git(folder, "commit", "-qm", "c")


def test_a_renamed_variable_counts_where_the_commit_renames_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    commit(tmp_path, BEFORE)
    after = BEFORE.replace("amount = 0", "count = 0").replace("amount +=", "count +=")
    commit(tmp_path, after.replace("return amount", "return count"))
    figures, [tally] = bench_next_edit([tmp_path], n=5)
    assert (figures["commits"], figures["repeats"]) == (1, 2)
    assert (figures["offers"], figures["offered_right"], figures["wrong_share"]) == (2, 2, 0)
    assert figures["exact"] == 1.0
    assert tally.wrong_offers == []


def test_an_offer_that_the_commit_does_not_make_is_wrong(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    commit(tmp_path, BEFORE)
    after = BEFORE.replace("amount = 0", "count = 0").replace("amount +=", "count +=")
    commit(tmp_path, after)
    figures, [tally] = bench_next_edit([tmp_path], n=5)
    assert (figures["repeats"], figures["offered_right"]) == (1, 1)
    assert figures["offers"] == 2
    assert [offer.old for _, offer, _ in tally.wrong_offers] == ["amount"]


def test_a_folder_without_history_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(HotseatError, match="no history"):
        bench_next_edit([tmp_path / ".."], n=5)
