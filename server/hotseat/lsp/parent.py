"""Ends the server when the editor that started it is gone: pygls notes its process id and never
looks at it, and a pipe can stay open in another child of the editor."""

from __future__ import annotations

import asyncio
import os

from hotseat.lsp.server import HotseatServer, log

LOOK_S = 2.0


async def watch_parent(server: HotseatServer, pid: int) -> None:
    """Look every LOOK_S; a process id of a zombie counts as gone."""
    import psutil

    while True:
        await asyncio.sleep(LOOK_S)
        try:
            gone = psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            gone = True
        except psutil.Error:
            gone = False  # not ours to look at, so it is there
        if gone:
            log.warning("The editor (process %d) is gone: ending", pid)
            if server.session is not None:
                await server.session.aclose()
            # A thread of pygls still blocks on stdin, and would keep the process alive.
            os._exit(1)
