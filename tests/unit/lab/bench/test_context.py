"""Figures about context and masking that anyone can measure again."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotseat.cli.bench import bench
from hotseat.domain.errors import HotseatError
from hotseat.lab.bench.context import context_times_ms
from hotseat.lab.evaluate.mask_rate import mask_rate

GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    files = {
        "main.py": 'import os\npassword = "hunter2"\nprint(1)\n',
        "notes.txt": 'password = "hunter2"\n',
        "größe.go": "package a\n",
        ".env": "PASSWORD=hunter2\n",
    }
    subprocess.run([*GIT, "init", "-q"], cwd=tmp_path, check=True)
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    subprocess.run([*GIT, "add", "-f", "."], cwd=tmp_path, check=True)
    subprocess.run([*GIT, "commit", "-q", "-m", "x"], cwd=tmp_path, check=True)
    return tmp_path


def test_masked_places_are_counted_in_the_sources_of_a_repository(repository: Path) -> None:
    rate = mask_rate(repository)
    assert (rate.n_files, rate.n_lines) == (2, 4)
    assert [(m.path, m.before, m.text) for m in rate.masked] == [
        ("main.py", 'password = "', "hunter2")
    ]
    assert rate.per_10_000_lines == 2500
    assert rate.secret_paths == [".env"]


def test_a_folder_that_is_not_a_repository_is_reported(tmp_path: Path) -> None:
    with pytest.raises(HotseatError, match="git cannot read"):
        mask_rate(tmp_path)


def test_the_command_prints_the_rate(repository: Path) -> None:
    done = CliRunner().invoke(bench, ["masking", str(repository), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)[str(repository)]["per10000Lines"] == 2500
    done = CliRunner().invoke(bench, ["masking", str(repository), "--show"])
    assert 'main.py: password = "[hunter2]' in done.stdout


def test_the_bench_of_context_measures_every_step() -> None:
    times_ms = context_times_ms(n_files=4, n_places=20)
    assert set(times_ms) == {"slice", "file", "cold", "line", "key", "mask"}
    assert len(times_ms["cold"]) == 20
    assert sum(times_ms["key"]) < sum(times_ms["cold"])
