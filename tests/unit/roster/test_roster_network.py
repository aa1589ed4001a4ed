"""`network:` in rosters: who may set it, and that no mistake widens it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.roster.load import load_choice, load_paths


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("budget: 1GB", "pull"),
        ("network: none", "none"),
        ("network: hosts", "hosts"),
        ("network: pull", "pull"),
        ("network: non", "none"),
        ("network: off", "none"),
        ("network: [hosts]", "none"),
        ("network: hosts\nexperts: [", "hosts"),
        ("network: 'none' # here\nexperts: [", "none"),
        ("experts: [\nnetwork: x", "none"),
        ("experts: [", "pull"),
    ],
)
def test_a_mistake_does_not_widen_it(tmp_path: Path, text: str, level: str) -> None:
    mine = write(tmp_path / "experts.yaml", text)
    assert load_paths(mine, None).roster.network.level == level


@pytest.mark.parametrize("trusted", [True, False])
def test_a_workspace_neither_widens_it_nor_names_hosts(tmp_path: Path, trusted: bool) -> None:
    mine = write(tmp_path / "experts.yaml", "network: hosts\nengine: {host: 'http://gpu.example'}")
    theirs = "network: pull\nengine: {kind: ollama, host: 'http://evil.example'}"
    write(tmp_path / "w" / ".hotseat" / "experts.yaml", theirs)
    result = load_paths(mine, tmp_path / "w", trusted=trusted)
    assert result.roster.network.level == "hosts"
    assert result.roster.network.hosts == {"gpu.example"}
    messages = [d.message for d in result.diagnostics]
    assert "a workspace may not say how far Hotseat may connect" in messages


@pytest.mark.parametrize("choice", ["starter", "other.yaml"])
def test_another_roster_does_not_widen_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    mine = write(tmp_path / "experts.yaml", "network: none")
    write(tmp_path / "other.yaml", "network: pull\nengine: {host: 'http://gpu.example'}")
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(mine))
    monkeypatch.chdir(tmp_path)
    assert load_choice(choice, None, trusted=True).roster.network.level == "none"
    write(mine, "network: hosts")
    write(tmp_path / "other.yaml", "network: none")
    expected = "none" if choice == "other.yaml" else "hosts"
    assert load_choice(choice, None, trusted=True).roster.network.level == expected
