"""Options and fixtures for all tests."""

from __future__ import annotations

import signal
import threading

import pytest

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    and threading.current_thread() is threading.main_thread()
):
    # A run in the background ignores Ctrl-C, and the commands that tests start would too.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine-url",
        help="run tests/contract against the engine at this address (default: one of its own)",
    )
    parser.addoption(
        "--openai-url",
        help="run tests/contract/test_openai_server.py against the server at this address, whose "
        "key, if it wants one, is in OPENAI_API_KEY (default: a llama.cpp server of its own)",
    )
    parser.addoption(
        "--openai-adapter",
        help="with --openai-url: an adapter of its first model, to be loaded and unloaded",
    )
