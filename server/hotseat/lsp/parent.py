"""Ends the server when the process of the editor that started it has ended.

pygls stores the editor's process id and never checks it. The end of the pipe is no sure sign: it
can stay open in another child of the editor.
"""

from __future__ import annotations

import asyncio
import os

from hotseat.lsp.server import HotseatServer, log

CHECK_INTERVAL_S = 2.0


async def watch_parent(server: HotseatServer, pid: int) -> None:
    """End the server process when `pid` has ended. A zombie counts as ended."""
    import psutil

    while True:
        await asyncio.sleep(CHECK_INTERVAL_S)
        try:
            gone = psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            gone = True
        except psutil.Error:
            gone = False  # no permission to look at it, so it exists
        if gone:
            log.warning("The editor (process %d) has ended, so the server ends", pid)
            await server.close_session()
            # A thread may still block on stdin or on a file, which would keep the process alive.
            os._exit(1)
