"""Notifications to the editor about one session, in their order."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from acp.interfaces import Client

log = logging.getLogger(__name__)


class Updates:
    """`send` returns at once; `aclose` waits until all are sent."""

    def __init__(self, client: Client, session_id: str) -> None:
        self.session_id = session_id
        self._client = client
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        self._sending = asyncio.create_task(self._run())

    def send(self, update: Any) -> None:
        """Send an update after those before it."""
        self._queue.put_nowait(update)

    async def flush(self) -> None:
        """Wait until the updates so far are sent, as before a request of permission."""
        await self._queue.join()

    async def aclose(self) -> None:
        """Send what is left."""
        await self.flush()
        self._sending.cancel()
        await asyncio.gather(self._sending, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            update = await self._queue.get()
            try:
                await self._client.session_update(self.session_id, update)
            except (OSError, RuntimeError) as error:  # the editor has gone
                log.warning("The editor did not get an update: %s", error)
            finally:
                self._queue.task_done()
