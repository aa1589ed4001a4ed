"""Completion of commands and options in shells, by the scripts that `--show-completion` prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BASH = shutil.which("bash") or ""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A `hotseat` on PATH, and a home directory of the test's own."""
    program = tmp_path / "bin" / "hotseat"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m hotseat "$@"\n')
    program.chmod(0o755)
    (tmp_path / "home").mkdir()
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HOME": str(tmp_path / "home")}


def in_bash(script: str, environment: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [BASH, "--norc", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.skipif(not BASH, reason="bash is not installed")
def test_bash_completes_commands_and_options(environment: dict[str, str]) -> None:
    complete = """
    complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hotseat_completion hotseat
                       printf '%s\\n' "${COMPREPLY[@]}"; }
    """
    script = f"source <(hotseat --show-completion)\n{complete}\ncomplete -p hotseat >/dev/null\n"
    assert in_bash(script + "complete_words hotseat sta", environment) == ["status", "stats"]
    options = in_bash(script + "complete_words hotseat experts --s", environment)
    assert options == ["--schema"]


@pytest.mark.skipif(not BASH, reason="bash is not installed")
def test_bash_keeps_the_completion_that_was_installed(
    environment: dict[str, str], tmp_path: Path
) -> None:
    in_bash("hotseat --install-completion; :", environment)
    assert ".bash_completions/hotseat.sh" in (tmp_path / "home/.bashrc").read_text()
    assert "_hotseat_completion" in (tmp_path / "home/.bash_completions/hotseat.sh").read_text()


@pytest.mark.parametrize(
    ("shell", "registers"),
    [("zsh", "compdef _hotseat_completion hotseat"), ("fish", "complete --command hotseat")],
)
def test_scripts_of_other_shells(
    shell: str, registers: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hotseat.cli.main import main

    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    assert main(["--show-completion", shell]) == 0
    assert registers in capsys.readouterr().out
