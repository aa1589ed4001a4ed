"""`hotseat trust`: what is remembered, and that a changed roster is not what was trusted."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from hotseat.cli.trust import trust
from hotseat.session.rosters import RosterFiles
from hotseat.session.settings import Settings
from hotseat.session.trusted import TrustedWorkspaces


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a workspace whose roster needs trust; the user's data are elsewhere."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(tmp_path / "experts.yaml"))
    (tmp_path / "experts.yaml").write_text("use: starter\n")
    folder = tmp_path / "shop"
    (folder / ".hotseat").mkdir(parents=True)
    (folder / ".hotseat" / "experts.yaml").write_text("budget: 1GB\n")
    return folder


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(trust)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def budget(workspace: Path, settings: Settings | None = None) -> int | None:
    files = RosterFiles(settings or Settings(), workspace)
    files.read()
    return files.roster.budget.limit_bytes


def test_a_trusted_roster_counts_until_it_changes(workspace: Path) -> None:
    assert budget(workspace) is None
    result = run(workspace)
    assert result.exit_code == 0
    assert "may not set the memory budget" in result.stdout
    assert budget(workspace) == 1_000_000_000
    assert str(workspace) in run("--list").stdout
    (workspace / ".hotseat" / "experts.yaml").write_text("budget: 900GB\n")
    assert budget(workspace) is None
    assert "has changed" in run("--list").stdout
    assert run(workspace).exit_code == 0
    assert budget(workspace) == 900_000_000_000


def test_the_editors_word_counts_either_way(workspace: Path) -> None:
    assert budget(workspace, Settings(trusted=True)) == 1_000_000_000
    run(workspace)
    assert budget(workspace, Settings(trusted=False)) is None


def test_trust_can_be_ended(workspace: Path, tmp_path: Path) -> None:
    run(workspace)
    assert run("--remove", workspace).exit_code == 0
    assert budget(workspace) is None
    assert "No workspace is trusted" in run("--list").stdout
    assert run("--remove", workspace).exit_code == 1


def test_a_link_leads_to_the_same_workspace(workspace: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(workspace)
    run(link)
    assert TrustedWorkspaces().trusts(workspace)
    assert not TrustedWorkspaces().trusts(tmp_path)


@pytest.mark.parametrize("arguments", [(), ("nowhere",), ("--remove", "nowhere")])
def test_what_cannot_be_trusted_is_said(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert "hotseat:" in result.stderr


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 5}'])
def test_a_broken_file_trusts_no_workspace_and_is_written_again(workspace: Path, text: str) -> None:
    store = TrustedWorkspaces()
    run(workspace)
    store.path.write_text(text)
    assert not store.trusts(workspace)
    assert run(workspace).exit_code == 0
    assert store.trusts(workspace)
