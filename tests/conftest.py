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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of each test marked `one_in_ci` all variants but the last get the marker `extra`."""
    last: dict[str, pytest.Item] = {}
    for item in items:
        if item.get_closest_marker("one_in_ci") and not item.get_closest_marker("extra"):
            test = item.nodeid.partition("[")[0]
            if test in last:
                last[test].add_marker(pytest.mark.extra)
            last[test] = item
