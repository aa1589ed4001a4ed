"""`hotseat unload`, `stop` and `status` where nothing runs, and their exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hotseat.cli.main import main
from hotseat.domain.errors import EngineUnavailable
from hotseat.keeper.commands import stopping, unloading
from hotseat.residency.released_models import Release, ReleaseAnswer, ReleaseOutcome


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = tmp_path / "experts.yaml"
    roster.write_text(
        "use: starter\nengine: {kind: auto, host: 'http://127.0.0.1:9'}\n"
        "experts: [{name: zig, languages: [zig], model: zig:1b}]\n"
    )
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(roster))
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def answers(monkeypatch: pytest.MonkeyPatch, *outcomes: ReleaseOutcome) -> None:
    """Have each model be answered with one of the outcomes."""

    async def unload(releases: list[Release] | None) -> list[ReleaseAnswer]:
        wanted = releases or [Release(model="zig:1b")]
        return [
            ReleaseAnswer(model=release.model, outcome=outcome, holder="go")
            for release, outcome in zip(wanted, outcomes, strict=True)
        ]

    monkeypatch.setattr(unloading, "unload", unload)


def test_where_nothing_runs_there_is_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, text in (
        (["stop"], "Nothing to stop"),
        (["unload", "--all"], "No model of Hotseat's is in memory"),
        (["unload", "zig"], "zig is not in memory"),
        (["unload", "zig:1b"], "zig:1b is not in memory"),
        (["status"], "Nothing is in memory"),
    ):
        assert main(arguments) == 0
        assert text in capsys.readouterr().out
    assert main(["status", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["engines"], found["held"]) == ([], [])


@pytest.mark.parametrize("arguments", [["rust"], [""]])
def test_a_name_that_means_nothing_is_an_error_also_as_json(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["unload", *arguments]) == 1
    assert "hotseat: " in capsys.readouterr().err
    assert main(["unload", *arguments, "--json"]) == 1
    error = json.loads(capsys.readouterr().out)
    assert error["error"]
    assert error["hint"]


@pytest.mark.parametrize("arguments", [[], ["zig", "--all"]])
def test_a_command_line_that_names_nothing_or_too_much_is_wrong(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["unload", *arguments]) == 2
    assert "Name what to unload, or use --all" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (ReleaseOutcome.UNLOADED, 0),
        (ReleaseOutcome.ABSENT, 0),
        (ReleaseOutcome.BUSY, 0),
        (ReleaseOutcome.HELD, 1),
        (ReleaseOutcome.FOREIGN, 1),
    ],
)
def test_the_exit_status_says_whether_a_model_stays(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    outcome: ReleaseOutcome,
    status: int,
) -> None:
    answers(monkeypatch, outcome)
    assert main(["unload", "zig", "--json"]) == status
    (model,) = json.loads(capsys.readouterr().out)["models"]
    assert (model["name"], model["model"], model["outcome"]) == ("zig", "zig:1b", outcome.value)
    assert main(["unload", "--all"]) == status
    assert "zig:1b " in capsys.readouterr().out


def test_an_engine_that_does_not_end_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def stop() -> stopping.Stopped:
        raise EngineUnavailable("It cannot be ended", hint="Restart the machine")

    monkeypatch.setattr(stopping, "stop", stop)
    assert main(["stop", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "It cannot be ended"
