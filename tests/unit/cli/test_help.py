"""The help of commands: flags are listed without a type."""

from __future__ import annotations

import pytest

from hotseat.cli.main import main


@pytest.mark.parametrize(
    "arguments", [["experts"], ["bench"], ["bench", "complete"], []], ids=" ".join
)
def test_help_lists_flags_without_a_type(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--help"]) == 0
    printed = capsys.readouterr().out
    assert "--help" in printed
    assert "bool" not in printed
