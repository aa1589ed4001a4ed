"""Definitions in the workspace, for other programs: the index is read again before each search."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.session.symbols.refreshed import refreshed_index

REFRESH_S = 20.0
"""For reading what has changed; a search that would wait longer fails, and reading goes on."""
LIMIT = 20

log = logging.getLogger("hotseat.mcp")


class WorkspaceSymbols:
    def __init__(self, workspace: Path, *, refresh_s: float = REFRESH_S) -> None:
        self._workspace = workspace
        self._refresh_s = refresh_s
        self._reading: asyncio.Task[Any] | None = None

    async def find(self, name: str) -> dict[str, Any]:
        """Return the definitions that fit the name, best first. Raises HotseatError."""
        if not name.strip():
            raise HotseatError("name is empty", hint="Use a name such as `parse` or `Shop.add`")
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(
                asyncio.to_thread(refreshed_index, self._workspace, say=log.info)
            )
        try:
            async with asyncio.timeout(self._refresh_s):
                index = await asyncio.shield(self._reading)
        except TimeoutError:
            raise HotseatError(
                f"{self._workspace} is still being indexed after {self._refresh_s:g} s",
                hint="Ask again later",
            ) from None
        found = await asyncio.to_thread(index.find_symbol, name.strip(), limit=LIMIT)
        state = await asyncio.to_thread(index.state)
        symbols = [
            {
                "name": one.qualified,
                "kind": str(one.kind.value),
                "path": one.path,
                "line": one.first_line + 1,
                "language": one.language,
                "signature": one.signature,
            }
            for one in found
        ]
        return {"symbols": symbols, "problem": state.problem}
