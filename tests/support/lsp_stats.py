"""`hotseat stats --json`, run on the data directory of the test."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any


async def stats() -> dict[str, Any]:
    """Of `hotseat stats --json`, on the machine of the test."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hotseat", "stats", "--json", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return dict(json.loads(out))
