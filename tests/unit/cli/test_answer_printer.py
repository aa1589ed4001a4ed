"""What `hotseat ask` prints while an answer comes: the answer on stdout, the waiting on stderr."""

from __future__ import annotations

import pytest

from hotseat.cli.ask import AnswerPrinter


def printer(*, quiet: bool = False, on_terminal: bool = False) -> AnswerPrinter:
    return AnswerPrinter(quiet=quiet, on_left=lambda: None, on_terminal=on_terminal)


WAITING = ({"note": "go is loading"}, {"waitedS": 1}, {"waitedS": 2})


def test_a_file_gets_each_note_once_and_no_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printer()
    for part in (*WAITING, {"note": "go is loading"}, {"expert": "go"}, {"note": "", "text": "Hi"}):
        shown.part(part)
    shown.end()
    out, err = capsys.readouterr()
    assert out == "Hi\n"
    assert err == "go is loading\ngo answers:\n"


def test_a_terminal_gets_seconds_in_one_line_that_goes(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printer(on_terminal=True)
    for part in (*WAITING, {"expert": "go"}, {"note": "go is reading the prompt"}, {"waitedS": 3}):
        shown.part(part)
    shown.part({"note": "", "text": "Hi"})
    shown.end()
    out, err = capsys.readouterr()
    assert out == "Hi\n"
    loading, reading = [line.split("\r\x1b[K") for line in err.split("\n")]
    assert loading[:4] == ["", "go is loading", "go is loading, 1 s", "go is loading, 2 s"]
    assert loading[4:] == ["go answers:"]
    assert reading == ["", "go is reading the prompt", "go is reading the prompt, 3 s", ""]


def test_text_that_was_cut_out_is_not_printed_again(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printer()
    for part in ({"expert": "go", "text": "No. No. "}, {"text": "No."}):
        shown.part(part)
    shown.part({"expert": "go", "language": "go", "text": "No."})
    shown.part({"text": "\n\nStopped"})
    shown.part({"text": " here."})
    shown.end()
    assert capsys.readouterr().out == "No. No. No.\n\nStopped here.\n"


def test_json_prints_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printer(quiet=True)
    shown.part({"expert": "go", "text": "Hi"})
    shown.end()
    assert capsys.readouterr().out == ""
