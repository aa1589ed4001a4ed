"""Ctrl-C at any moment: 130, and no traceback."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hotseat.cli.interrupts import run_async
from hotseat.cli.main import main
from hotseat.domain.errors import HotseatError

PRESS_AT_IMPORT = """
import importlib.abc, signal, sys

class Press(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Press())
sys.argv = ["hotseat", *{arguments!r}]
from hotseat.__main__ import start
sys.exit(start())
"""


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("hotseat.cli.main", ["experts"]),
        ("typer", ["status"]),
        ("hotseat.cli.doctor", ["doctor", "--json"]),
        ("hotseat.client.editor", ["ask", "Why?"]),
        ("hotseat.judge.run", ["judge"]),
    ],
)
def test_ctrl_c_while_a_command_starts(
    module: str, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOTSEAT_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    code = PRESS_AT_IMPORT.format(module=module, arguments=arguments)
    ended = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout) == (130, ""), ended.stderr
    assert "Traceback" not in ended.stderr


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_ctrl_c_at_a_question_is_not_a_no(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def press_at_the_question(_prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "run"))
    (tmp_path / "hotseat").mkdir()
    (tmp_path / "hotseat" / "outcomes.sqlite").write_text("x")
    monkeypatch.setattr("builtins.input", press_at_the_question)
    for arguments in (["stats", "--reset"], ["uninstall", "--data"]):
        assert main(arguments) == 130
        assert "Traceback" not in capsys.readouterr().err
    assert (tmp_path / "hotseat" / "outcomes.sqlite").exists()


async def fails_in_its_cleanup() -> None:
    try:
        press()
        await asyncio.sleep(60)
    finally:
        raise HotseatError("The server did not end in time")


async def swallows_it() -> int:
    press()
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        return 1
    return 0


async def is_cancelled_twice() -> None:
    task = asyncio.current_task()
    assert task is not None
    press()
    task.cancel()
    await asyncio.sleep(60)


@pytest.mark.parametrize("work", [fails_in_its_cleanup, swallows_it, is_cancelled_twice])
def test_ctrl_c_is_the_reason_whatever_the_cleanup_raises(work) -> None:  # type: ignore[no-untyped-def]
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run_async(work())
    assert signal.getsignal(signal.SIGINT) is before


def test_an_error_without_ctrl_c_is_reported() -> None:
    async def fails() -> None:
        raise HotseatError("The engine is gone")

    with pytest.raises(HotseatError, match="The engine is gone"):
        run_async(fails())
