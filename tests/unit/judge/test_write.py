"""The proposal in the user's own file, and the command that writes it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hotseat.cli.main import main
from hotseat.domain.errors import HotseatError
from hotseat.judge import run as module
from hotseat.judge.figures import Measurements
from hotseat.judge.proposal import SeatChange
from hotseat.judge.proposed import proposed_change
from hotseat.roster.write import write
from support.judged import filling

CHANGES = [SeatChange(expert="go", before=("go",), after=())]
SHOP = """\
def total(items, rate):
    found = [item.price for item in items]
    if not found:
        return default_price("none") + rate
    taxed = sum(found) * rate
    return round(taxed, 2)
"""
ROSTER = """\
engine: embedded
generalist: {name: general, model: "general:1b"}
experts:
  - {name: go, remove: true}
  - name: python   # mine
    languages: [python]
    model: snake:1b
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config" / "experts.yaml"
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(path))
    return path


def test_the_old_file_is_kept(mine: Path) -> None:
    mine.parent.mkdir()
    mine.write_text("use: starter  # small\n")
    mine.chmod(0o600)
    change = proposed_change(CHANGES, None, base="ollama")
    assert "+  - name: go" in change.difference
    backup = write(change)
    assert backup is not None
    assert backup.read_text() == "use: starter  # small\n"
    assert mine.read_text().startswith("use: starter  # small\n")
    assert mine.stat().st_mode & 0o777 == 0o600
    second = write(proposed_change(CHANGES, None, base="ollama"))
    assert second not in (None, backup)


def test_a_first_file_lies_over_the_roster_that_was_judged(mine: Path) -> None:
    change = proposed_change(CHANGES, None, base="starter")
    assert write(change) is None
    assert mine.read_text().startswith("use: starter\n")
    assert sorted(p.name for p in mine.parent.iterdir()) == ["experts.yaml"]


def test_a_roster_that_was_named_is_the_one_that_changes(mine: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("use: starter\n")
    assert proposed_change(CHANGES, str(other), base="ollama").path == other
    assert "use: starter" in proposed_change(CHANGES, "starter", base="starter").new
    mine.parent.mkdir()
    mine.write_text("")
    with pytest.raises(HotseatError, match="'starter' comes with Hotseat"):
        proposed_change(CHANGES, "starter", base="starter")


# The command, with the measuring taken out of it.


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    for i in range(8):
        (folder / f"shop{i}.py").write_text(SHOP)
    git(folder)
    return folder


def git(folder: Path) -> None:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "add", "."], check=True)


def instead(
    monkeypatch: pytest.MonkeyPatch, similarity: Callable[[str], float], then: BaseException | None
) -> None:
    async def run(_case: Any, measured: Measurements, _watcher: Any) -> None:
        for arm in measured.arms:
            value = similarity(arm.name)
            measured.fillings[arm.name] = {i: filling(value) for i in range(len(measured.spans))}
        if then is not None:
            raise then

    monkeypatch.setattr(module, "run", run)


def test_write_changes_the_roster_that_is_judged(
    mine: Path, shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine.parent.mkdir()
    mine.write_text(ROSTER)
    instead(monkeypatch, lambda arm: 0.8 if arm == "general" else 0.2, None)
    page = shop.parent / "report.html"
    assert main(["judge", str(shop), "--n", "18", "--json", "--html", str(page), "--write"]) == 0
    reported = capsys.readouterr()
    result = json.loads(reported.out)
    assert result["n"] == 18
    assert result["proposal"]["changes"] == [
        {"expert": "python", "before": ["python"], "after": []}
    ]
    assert "+    remove: true" in reported.err
    assert mine.read_text() == ROSTER + "    remove: true\n"
    assert len(list(mine.parent.glob("experts.yaml.before-*"))) == 1
    assert "<svg" in page.read_text()


def test_an_expert_of_the_workspace_is_not_written_about(
    mine: Path, shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine.parent.mkdir()
    mine.write_text(ROSTER.replace("languages: [python]", "languages: [lua]"))
    theirs = shop / ".hotseat" / "experts.yaml"
    theirs.parent.mkdir()
    theirs.write_text(
        "experts:\n  - name: python\n    languages: []\n"
        "  - {name: house, languages: [python], model: 'house:1b'}\n"
    )
    instead(monkeypatch, lambda arm: 0.8 if arm == "general" else 0.2, None)
    arguments = ["judge", str(shop), "--n", "18", "--write", "--arms", "house"]
    monkeypatch.setattr("hotseat.session.trusted.TrustedWorkspaces.trusts", lambda *_: True)
    assert main(arguments) == 0
    reported = capsys.readouterr().err
    assert "house belongs to the workspace's roster" in reported
    assert "nothing was written" in reported
    assert "house" not in mine.read_text()


def test_without_write_nothing_is_touched(
    mine: Path, shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine.parent.mkdir()
    mine.write_text(ROSTER)
    instead(monkeypatch, lambda arm: 0.2 if arm == "general" else 0.8, None)
    assert main(["judge", str(shop), "--n", "18"]) == 0
    reported = capsys.readouterr().out
    assert "helps python, python: similarity +0.600" in reported
    assert "leave the roster as it is" in reported
    assert mine.read_text() == ROSTER


def test_ctrl_c_reports_what_there_is(
    mine: Path, shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine.parent.mkdir()
    mine.write_text(ROSTER)
    instead(monkeypatch, lambda arm: 0.5, KeyboardInterrupt())
    assert main(["judge", str(shop), "--n", "18", "--write"]) == 130
    assert "stopped before everything was measured" in capsys.readouterr().out
    assert mine.read_text() == ROSTER


def test_what_fails_half_way_is_said_after_what_there_is(
    mine: Path, shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine.parent.mkdir()
    mine.write_text(ROSTER)
    instead(monkeypatch, lambda arm: 0.5, HotseatError("The engine went away"))
    assert main(["judge", str(shop), "--n", "18"]) == 1
    reported = capsys.readouterr()
    assert "edit similarity" in reported.out
    assert "The engine went away" in reported.err


def test_bad_input_is_said(
    mine: Path, shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine.parent.mkdir()
    mine.write_text(ROSTER)
    bare, prose = tmp_path / "bare", tmp_path / "prose"
    bare.mkdir()
    prose.mkdir()
    (prose / "a.txt").write_text("words\n")
    git(prose)
    go = tmp_path / "go"
    go.mkdir()
    (go / "a.go").write_text("package a\n")
    git(go)
    for arguments, said in (
        ([str(bare)], "git lists no files"),
        ([str(tmp_path / "none")], "is not a folder"),
        ([str(prose)], "There is no code in"),
        ([str(go)], "No expert of the roster serves"),
        ([str(shop), "--languages", "cobol"], "has no cobol"),
        ([str(shop), "--arms", "absent"], "no expert 'absent'"),
        ([str(shop), "--html", str(tmp_path / "no" / "r.html")], "does not exist"),
    ):
        assert main(["judge", *arguments]) == 1
        reported = capsys.readouterr().err
        assert said in reported.replace("\n", " "), reported
        assert "Traceback" not in reported
