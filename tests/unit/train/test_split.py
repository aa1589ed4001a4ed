"""What is held out: the same whatever the order, the newest in a history, whole folders."""

from __future__ import annotations

from hotseat.train.sources import SourceFile
from hotseat.train.split import HELD_OUT_SHARE, split_by_file, split_by_folder


def file(path: str, *, changed_s: float | None = None, language: str = "go") -> SourceFile:
    return SourceFile(
        folder="shop",
        path=path,
        language=language,
        dialect=language,
        text=path + "\n" + "x" * 1000,
        changed_s=changed_s,
    )


def test_a_hash_decides_and_no_order() -> None:
    files = [file(f"{i}.go") for i in range(100)]
    one, other = split_by_file(files), split_by_file(files[::-1])
    assert set(one.held_out) == set(other.held_out)
    share = len(one.held_out) / 100
    assert HELD_OUT_SHARE <= share <= HELD_OUT_SHARE + 0.02
    assert not set(one.held_out) & set(one.train)
    assert len(one.train) + len(one.held_out) == 100


def test_in_a_history_the_files_changed_last_are_held_out() -> None:
    files = [file(f"{i}.go", changed_s=1000.0 + i) for i in range(50)]
    held = {f.path for f in split_by_file(files).held_out}
    assert held == {f"{i}.go" for i in range(50 - len(held), 50)}


def test_every_language_has_its_own_share() -> None:
    files = [file(f"{i}.go") for i in range(30)] + [
        file(f"{i}.py", language="python") for i in range(8)
    ]
    held = split_by_file(files).held_out
    assert {f.language for f in held} == {"go", "python"}


def test_whole_folders_are_held_out() -> None:
    files = [file(f"repo{i}/{j}.go") for i in range(12) for j in range(5)]
    split = split_by_folder(files)
    held = {f.path.partition("/")[0] for f in split.held_out}
    assert held
    assert not held & {f.path.partition("/")[0] for f in split.train}
    assert len(split.held_out) <= len(files) // 3


def test_a_folder_that_is_nearly_everything_is_not_held_out() -> None:
    files = [file(f"large/{i}.go") for i in range(40)] + [file(f"small/{i}.go") for i in range(6)]
    split = split_by_folder(files)
    assert {f.path.partition("/")[0] for f in split.held_out} == {"small"}
