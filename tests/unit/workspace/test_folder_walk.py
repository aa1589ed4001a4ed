"""Which files the measurements take below a path."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.lab.bench.typing_speed import choose_lines, code_files
from hotseat.roster.shipped import shipped_roster
from hotseat.workspace.folder_walk import files_below

CODE = "".join(f"value_{i} = compute_total(items, tax)\n" for i in range(300))


def write(path: Path, text: str = CODE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_only_what_is_hidden_below_the_path_is_left_out(tmp_path: Path) -> None:
    root = tmp_path / ".cache" / "shop"
    shown = [write(root / "a.py"), write(root / "sub" / "b.py")]
    write(root / ".venv" / "c.py")
    write(root / "sub" / ".hidden.py")
    write(root / "node_modules" / "d.js")
    write(root / "notes.unknown")
    assert code_files(root) == shown
    assert code_files(root / ".venv") == [root / ".venv" / "c.py"]
    assert "sub/b.py" in list(files_below(root))
    assert not any("c.py" in name for name in files_below(root))


def test_a_single_file_is_taken_and_all_lines_come_from_it(tmp_path: Path) -> None:
    path = write(tmp_path / ".foo" / "a.py")
    files = code_files(path)
    assert files == [path]
    lines = choose_lines(files, shipped_roster("starter"), 12, seed=1)
    assert len({line.row for line in lines}) == 12
    assert lines == choose_lines(files, shipped_roster("starter"), 12, seed=1)


def test_each_file_gives_a_line_before_one_gives_two(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{name}.py") for name in "abcd"]
    lines = choose_lines(files, shipped_roster("starter"), 4, seed=3)
    assert sorted(line.path for line in lines) == files
    assert len(choose_lines(files, shipped_roster("starter"), 3, seed=3)) == 3


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(HotseatError, match=r"gone does not exist"):
        code_files(tmp_path / "gone")
