"""Options and fixtures for all tests."""

from __future__ import annotations

import pytest


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For `-n 2 --dist loadgroup`: a file's tests stay together, and editors do not compete."""
    for item in items:
        folder = item.path.parent.name
        together = folder if folder in ("nvim", "vscode") else str(item.path)
        item.add_marker(pytest.mark.xdist_group(together))
