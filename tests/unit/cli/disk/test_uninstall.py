"""`hotseat uninstall`: what it lists, what it removes, and what it leaves."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import typer
from filelock import FileLock
from typer.testing import CliRunner, Result

from hotseat.cli.disk.uninstall import uninstall

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="paths as on Linux")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "run"))
    return tmp_path


def put(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(text)
    return path


def run(*arguments: str, answer: str = "") -> Result:
    app = typer.Typer()
    app.command()(uninstall)
    return CliRunner().invoke(app, arguments, input=answer)


def test_nothing_was_written(home: Path) -> None:
    assert "Hotseat has written nothing" in run("--data", "--yes").stdout
    assert list(home.iterdir()) == []


def test_it_lists_sizes_and_removes_only_after_a_yes(home: Path) -> None:
    model = put(home / "data/hotseat/models/blobs/sha256-ab", "x" * 2_000_000)
    server = put(home / "config/VSCodium/User/globalStorage/hotseat.hotseat/server-1/bin/hotseat")
    remote = put(home / ".vscode-server/data/User/globalStorage/hotseat.hotseat/server-1/x")
    listed = run()
    assert f"{home}/data/hotseat  (2 MB: models" in listed.stdout
    assert "VSCodium" in listed.stdout
    assert run("--data").exit_code == 1, "the end of input is a no"
    assert model.exists()
    assert run("--data", answer="y\n").exit_code == 0
    assert not any(path.exists() for path in (model, server, remote))
    assert (home / "config/VSCodium/User/globalStorage").is_dir(), "the editor's own stays"


def test_other_files_in_shared_folders_stay(home: Path) -> None:
    (home / "run").mkdir(mode=0o700)
    others = [put(home / "run/notes.txt"), put(home / "config/hotseat/mine.md")]
    ours = [
        *(put(home / "run" / name) for name in ("engine.log", "keeper-embedded.lock")),
        *(
            put(home / "config/hotseat" / name)
            for name in ("experts.yaml", "experts.yaml.before-1")
        ),
    ]
    assert run("--data", "--yes").exit_code == 0
    assert all(path.exists() for path in others)
    assert not any(path.exists() for path in ours)


def test_what_a_link_points_to_stays(home: Path) -> None:
    elsewhere = put(home / "disk/models/blobs/sha256-ab")
    (home / "data/hotseat").mkdir(parents=True)
    (home / "data/hotseat/models").symlink_to(home / "disk/models")
    result = run("--data", "--yes")
    assert f"{home}/disk/models stays" in result.stdout
    assert elsewhere.exists()
    assert not (home / "data/hotseat").exists()


def test_an_open_window_is_not_robbed_of_its_files(home: Path) -> None:
    put(home / "data/hotseat/trusted.json")
    (home / "run").mkdir(mode=0o700)
    with FileLock(home / "run/keeper-embedded.lock"):
        refused = run("--data", "--yes")
        assert refused.exit_code == 1
        assert "An editor window uses Hotseat" in refused.stderr
        assert (home / "data/hotseat/trusted.json").exists()
        assert run("--data", "--yes", "--force").exit_code == 0
    assert not (home / "data/hotseat").exists()


def test_completion_leaves_bash_without_errors(home: Path) -> None:
    script = put(home / ".bash_completions/hotseat.sh")
    put(home / ".bashrc", f"alias l=ls\n\nsource '{script}'\nexport A=1\n")
    assert run("--data", "--yes").exit_code == 0
    assert not script.exists()
    assert (home / ".bashrc").read_text() == "alias l=ls\n\nexport A=1\n"


def test_what_cannot_be_removed_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home / "data/hotseat/trusted.json")

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("shutil.rmtree", refuse)
    result = run("--data", "--yes")
    assert result.exit_code == 1
    assert "data/hotseat stays: Permission denied" in result.stderr


def test_a_script_removes_only_with_yes(home: Path) -> None:
    model = put(home / "data/hotseat/models/blobs/sha256-ab", "x" * 2_000_000)
    listed = {"path": f"{home}/data/hotseat", "bytes": 2_000_000, "removed": False}
    (place,) = json.loads(run("--json").stdout)
    assert place == {**listed, "what": place["what"]}
    refused = run("--json", "--data")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "Add --yes" in refused.stderr
    assert model.exists()
    (place,) = json.loads(run("--json", "--data", "--yes").stdout)
    assert place == {**listed, "what": place["what"], "removed": True}
    assert not model.exists()
    assert json.loads(run("--json", "--data", "--yes").stdout) == []
