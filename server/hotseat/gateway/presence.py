"""Where this user's gateways are, in small files of the runtime directory, and what they report."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.engines.runtime import runtime_dir
from hotseat.roster.regular_file import read_regular

STATUS_PATH = "/hotseat/gateway"
ANSWER_S = 2.0
_MAX_FILE_BYTES = 10_000
_MAX_ANSWER_BYTES = 1_000_000


@contextmanager
def announced(url: str) -> Iterator[None]:
    """Let `gateway_states` find this process inside the `with` block. A file that cannot be written
    only hides the gateway from `hotseat status`."""
    path = runtime_dir() / f"gateway-{os.getpid()}.json"
    with suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"url": url, "pid": os.getpid()}, file)
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()


async def gateway_states(key: str | None = None) -> list[dict[str, Any]]:
    """Return the report of each gateway that answers in time. `key`: by default the stored one.

    The file of a gateway that was killed is removed.
    """
    paths = sorted(runtime_dir().glob("gateway-*.json"))
    found = await asyncio.gather(*(_state(path, key) for path in paths))
    return [state for state in found if state is not None]


async def _state(path: Path, key: str | None) -> dict[str, Any] | None:
    import psutil

    try:
        where = json.loads(read_regular(path, max_bytes=_MAX_FILE_BYTES))
        url, pid = str(where["url"]), int(where["pid"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    if not psutil.pid_exists(pid):
        with suppress(OSError):
            path.unlink()
        return None
    report = await _report(url, key)
    return None if report is None else {"url": url, "pid": pid, **report}


async def _report(url: str, key: str | None) -> dict[str, Any] | None:
    import httpx

    from hotseat.gateway.key import key_path

    if key is None:
        with suppress(OSError, ValueError, HotseatError):
            key = read_regular(key_path(), max_bytes=_MAX_FILE_BYTES).decode("ascii").strip()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with httpx.AsyncClient(timeout=ANSWER_S, trust_env=False) as client:
            answer = await client.get(url + STATUS_PATH, headers=headers)
            found = answer.json() if len(answer.content) <= _MAX_ANSWER_BYTES else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None
    if answer.status_code != 200 or not isinstance(found, dict):
        return None
    return found if isinstance(found.get("clients"), list) else None
