"""Which versions of a package the user's package index has, newer than the one that a source names.

pip is asked, so that mirrors, proxies and credentials are those that it is set up with. Nothing is
downloaded but the list.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import Iterable

from hotseat.domain.errors import SourceError
from hotseat.domain.sources import PypiPart
from hotseat.machine import network

ANSWER_S = 30.0
"""The longest wait for the package index."""

_VERSIONS = re.compile(r"^Available versions: (.+)$", re.MULTILINE)


async def newer_version(part: PypiPart, *, within_s: float = ANSWER_S) -> str | None:
    """Return the newest version if the package's is older; "" if there is none newer.

    None if the index did not answer in time or may not be asked, or does not list the version that
    the source names. When cancelled, pip is killed.
    """
    try:
        network.check_download(f"the list of versions of {part.package}")
        pip = await asyncio.create_subprocess_exec(
            *versions_command(part.package),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "NO_COLOR": "1"},
        )
    except (OSError, SourceError):
        return None
    try:
        async with asyncio.timeout(within_s):
            printed, _ = await pip.communicate()
    except TimeoutError:
        return None
    finally:
        if pip.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                pip.kill()
            await pip.wait()
    match = _VERSIONS.search(printed.decode("utf-8", "replace"))
    return newest_above(part.version, match[1].split(",")) if match else None


def versions_command(package: str) -> list[str]:
    """Return pip's command. -P: the current folder must not lend its own `pip` to it."""
    command = [sys.executable, "-P", "-m", "pip", "index", "versions", "--no-input"]
    return [*command, "--disable-pip-version-check", "--only-binary=:all:", package]


def newest_above(version: str, listed: Iterable[str]) -> str | None:
    """Return the newest version above one, "" if there is none, None if that one is not listed.

    `listed` is as pip lists versions: the newest first.
    """
    versions = [one.strip() for one in listed]
    if version not in versions:
        return None
    return versions[0] if versions[0] != version else ""
