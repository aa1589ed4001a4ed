"""The program around the commands: errors, exit statuses, and the page that lists them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hotseat.cli import status as status_module
from hotseat.cli.main import COMMANDS, main
from hotseat.domain.errors import HotseatError
from support.repository import REPOSITORY


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """`hotseat status` raises what a test sets."""
    monkeypatch.delenv("HOTSEAT_DEBUG", raising=False)
    return monkeypatch


def raising(error: BaseException) -> object:
    def run_async(work: object) -> None:
        work.close()  # type: ignore[attr-defined]
        raise error

    return run_async


@pytest.mark.parametrize("error", [KeyError("url"), RuntimeError(), ZeroDivisionError("by 0")])
def test_an_unexpected_error_is_a_sentence(
    fails: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    fails.setattr(status_module, "run_async", raising(error))
    assert main(["status", "--json"]) == 1
    out, err = capsys.readouterr()
    assert "this should not happen" in err
    assert "HOTSEAT_DEBUG=1" in err
    assert "Error" not in err
    assert "Traceback" not in err
    assert json.loads(out)["hint"]


def test_an_error_that_no_command_expected_says_its_hint_once(
    fails: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fails.setattr(
        "hotseat.keeper.read_state.runtime_dir", raise_(HotseatError("It is gone", hint="Look"))
    )
    assert main(["status"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "hotseat: It is gone\n  Look\n")


def raise_(error: Exception) -> object:
    def work() -> None:
        raise error

    return work


def test_ctrl_c_is_130(fails: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    fails.setattr(status_module, "run_async", raising(KeyboardInterrupt()))
    assert main(["status"]) == 130
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["status", "--nonsense"], ["ask"], ["rm"], ["engine", "--port", "x"]],
)
def test_a_wrong_command_line_is_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().out == ""


def test_the_page_lists_every_command() -> None:
    page = (REPOSITORY / "docs" / "command-line.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z]+)` \|", page, re.MULTILINE)) == set(COMMANDS)


def test_a_wrong_value_is_named_without_the_words_of_a_library(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["lsp", "--log-level", "loud"]) == 2
    err = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert "Value error" not in err
    assert "'loud' is not one of 'debug', 'info', 'warning', 'error'" in err


@pytest.mark.parametrize("command", ["experts", "help"])
@pytest.mark.skipif(os.name != "posix", reason="pipes end in another way")
def test_a_reader_that_has_enough_ends_a_command_silently(tmp_path: Path, command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as out:
        ended = subprocess.run(
            [sys.executable, "-m", "hotseat", command],
            check=False,
            env={**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (ended.returncode, ended.stderr) == (141, "")
