"""Which of pip's listed versions is newer than the one in use."""

from __future__ import annotations

import asyncio
import sys

import pytest

from hotseat.domain.sources import PypiPart
from hotseat.engines.sources import pypi_versions
from hotseat.engines.sources.pypi_versions import newer_version, newest_above


def test_only_a_listed_version_has_newer_ones() -> None:
    listed = ["1.10", " 1.9", " 1.0"]
    assert newest_above("1.9", listed) == "1.10"
    assert newest_above("1.10", listed) == ""
    assert newest_above("2.0rc1", listed) is None, "pip lists no pre-releases"


async def test_the_wait_for_the_index_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = [sys.executable, "-c", "import time; time.sleep(600)"]
    monkeypatch.setattr(pypi_versions, "versions_command", lambda package: silent)
    part = PypiPart(package="a", version="1", member="m")
    async with asyncio.timeout(30):
        assert await newer_version(part, within_s=0.01) is None
