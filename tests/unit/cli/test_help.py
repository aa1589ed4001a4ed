"""The help of every command: plain words, whole sentences, nothing cut at 80 columns."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from hotseat import __version__
from hotseat.cli.bench import bench
from hotseat.cli.conversation.memory import memory
from hotseat.cli.expert_group import experts
from hotseat.cli.help import HelpCommand
from hotseat.cli.main import COMMANDS, main
from hotseat.cli.serve.team import team
from hotseat.cli.task import task

BENCHES = list(typer.main.get_command(bench).commands)  # type: ignore[attr-defined]
MEMORY = [str(command.name) for command in memory.registered_commands]
TASK = [str(command.name) for command in task.registered_commands]
TEAM = list(typer.main.get_command(team).commands)  # type: ignore[attr-defined]
GROUPS = {"bench": bench, "experts": experts, "memory": memory, "task": task, "team": team}
ALL = [
    [],
    *([name] for name in COMMANDS),
    *(["bench", name] for name in BENCHES),
    ["experts", "mix"],
    ["experts", "score"],
    *(["memory", name] for name in MEMORY),
    *(["task", name] for name in TASK),
    *(["team", name] for name in TEAM),
]
BORDER = "│╭╮╰╯─"


@pytest.fixture(autouse=True)
def width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")


def shown(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main([*arguments, "--help"]) == 0
    return capsys.readouterr().out


def words(text: str) -> list[str]:
    """Without the frames, and words of a wrapped line one after the other."""
    return "".join(" " if letter in BORDER else letter for letter in text).split()


def command_of(arguments: list[str]) -> Any:
    """The command with its parameters, as typer sees them."""
    if arguments[0] in GROUPS:
        group: Any = typer.main.get_command(GROUPS[arguments[0]])
        return group.commands[arguments[1]] if arguments[1:] else group
    app = typer.Typer(add_completion=False)
    module = importlib.import_module(COMMANDS[arguments[0]])
    app.command(cls=HelpCommand)(getattr(module, arguments[0]))
    return typer.main.get_command(app)


@pytest.mark.parametrize("arguments", ALL, ids=" ".join)
def test_help_is_plain_and_whole(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    printed = shown(arguments, capsys)
    assert not re.search(r"<\w|bool|default: \(", printed), printed
    assert all(len(line) <= 80 for line in printed.splitlines())
    for param in command_of(arguments).params if arguments else ():
        if getattr(param, "hidden", False) or "completion" in param.name:
            continue
        text = str(param.help)
        assert text[0].isupper(), text
        assert text.endswith("."), text
        assert len(text.split()) >= 3, f"{param.name}: '{text}' is too short to explain anything"
        rest = iter(words(printed))
        for word in text.replace("`", "").replace("*", "").split():
            assert any(word == other for other in rest), f"{param.name}: '{word}' is cut"


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    for flag in ("-V", "--version"):
        assert main([flag]) == 0
        assert capsys.readouterr().out == f"hotseat {__version__}\n"


def test_help_as_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help"]) == 0
    assert "doctor" in capsys.readouterr().out
    assert main(["help", "bench", "latency"]) == 0
    assert "Usage: hotseat bench latency" in capsys.readouterr().out
    assert main(["help", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


@pytest.mark.parametrize("level", ["foo", "", "10"])
def test_an_unknown_log_level_is_refused(level: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lsp", "--log-level", level]) == 2
    assert "--log-level" in capsys.readouterr().err


def test_a_flag_has_no_value_and_a_number_has_a_letter() -> None:
    app = typer.Typer()

    def work(
        n: int = typer.Option(3, min=1, help="The number of steps."),
        fast: bool = typer.Option(False, "--fast", help="Leave out the checks."),
        roster: str = typer.Option(None, help="The roster.", show_default="your own"),
    ) -> None: ...

    app.command(cls=HelpCommand)(work)
    printed = CliRunner().invoke(app, ["--help"]).output
    lines = {line.split()[1]: line for line in printed.splitlines() if "--" in line}
    assert re.search(r"--n +N \[x>=1\]", lines["--n"])
    assert re.search(r"--fast +Leave", lines["--fast"])
    assert "[default: your own]" in printed
