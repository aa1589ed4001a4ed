"""What the environment of a daemon on this machine says of its limit."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hotseat.keeper.engine.configured_limit import DEFAULT_MODELS, VARIABLE, configured_limit

LISTEN = (
    "import socket, sys; s = socket.create_server(('127.0.0.1', 0));"
    "print(s.getsockname()[1], flush=True); sys.stdin.read()"
)


@contextmanager
def daemon(setting: str | None) -> Iterator[str]:
    """A process that listens, with that value of OLLAMA_MAX_LOADED_MODELS; its address."""
    environment = {k: v for k, v in os.environ.items() if k != VARIABLE}
    if setting is not None:
        environment[VARIABLE] = setting
    with subprocess.Popen(
        [sys.executable, "-c", LISTEN],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hide who listens")
@pytest.mark.parametrize(
    ("setting", "expected"),
    [("1", (1, 0)), (" 4 ", (4, 0)), ("0", (None, DEFAULT_MODELS)), (None, (None, DEFAULT_MODELS))],
)
def test_the_setting_is_read(setting: str | None, expected: tuple[int | None, int]) -> None:
    with daemon(setting) as url:
        assert configured_limit(url) == expected


def test_nothing_is_known_where_nobody_listens() -> None:
    assert configured_limit("http://127.0.0.1:1") == (None, 0)
