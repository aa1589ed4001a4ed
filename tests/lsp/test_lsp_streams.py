"""What the server does where stdin and stdout are no pipes to an editor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SERVER = f'exec "{sys.executable}" -m hotseat lsp'
EXIT_S = 30.0


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(tmp_path / "experts.yaml"))
    (tmp_path / "experts.yaml").write_text("engine: {kind: ollama, host: 'http://127.0.0.1:9'}\n")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "text").write_text("no message of any kind\n" * 5000)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(os.path.abspath, sys.path)))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "streams",
    [
        "</dev/null",
        "</dev/null >/dev/null",
        "<empty",
        "<text",
        "<&-",
        "<&- >&-",
        "<&- 2>&-",
        "</dev/null >&-",
        ">&-",  # stdin is a pipe that stays open
    ],
)
@pytest.mark.one_in_ci
def test_it_ends_by_itself_without_an_error(streams: str) -> None:
    out, into = os.pipe()
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", f"{SERVER} {streams}"],
            stdin=out,
            capture_output=True,
            timeout=EXIT_S,
            check=False,
        )
    finally:
        os.close(out)
        os.close(into)
    assert done.returncode == 0, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert b"Error" not in done.stderr
    assert done.stdout == b""


def test_a_conversation_in_a_file_is_answered_to_its_end(tmp_path: Path) -> None:
    messages: list[dict[str, object]] = [
        {"id": 1, "method": "initialize", "params": {"capabilities": {}, "processId": None}},
        {"method": "x/padding", "params": {"text": "x" * 300_000}},  # more than a pipe holds
        {"id": 2, "method": "x/unknown"},
    ]
    texts = [json.dumps({"jsonrpc": "2.0", **message}) for message in messages]
    (tmp_path / "in").write_text("".join(f"Content-Length: {len(t)}\r\n\r\n{t}" for t in texts))
    done = subprocess.run(
        ["/bin/sh", "-c", f"{SERVER} <in >out"], capture_output=True, timeout=EXIT_S, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    answers = (tmp_path / "out").read_text()
    assert '"id": 1' in answers or '"id":1' in answers
    assert '"id": 2' in answers or '"id":2' in answers
