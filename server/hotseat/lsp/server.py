"""The server object: the session, its background tasks, and the handling of unexpected errors.

The session, with all that it imports (httpx, YAML, pydantic), is made after `initialize` has been
answered: an editor waits for that answer before it shows anything.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from hotseat import __version__
from hotseat.lsp.protocol import HotseatProtocol
from hotseat.session.settings import Settings

if TYPE_CHECKING:
    from hotseat.lsp.progress import LoadProgress
    from hotseat.session.session import Session

log = logging.getLogger(__name__)

UNTIL_EXIT = "until exit"
"""Name of the tasks that the end of the session does not end."""
CLOSE_S = 5.0
"""Statistics and habits are written at the end; a file system that hangs must not keep the server.
"""


class HotseatServer(LanguageServer):
    """pygls's server with a Hotseat session. `session` is None until `initialized` arrives."""

    protocol: HotseatProtocol

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            "hotseat",
            __version__,
            protocol_cls=HotseatProtocol,
            converter_factory=default_converter,
        )
        self.settings = settings
        self.initialize_params: types.InitializeParams | None = None
        self.session: Session | None = None
        self.load_progress: LoadProgress | None = None
        self.running: set[asyncio.Task[Any]] = set()
        self.roster_error = ""
        """The error of the roster that was shown last."""
        self.roster_diagnostics: set[str] = set()
        """The URIs of rosters that are not open and for which diagnostics are published."""
        self.roster_checks: dict[str, bool] = {}
        """The URIs of rosters that are checked now, and whether each changed meanwhile."""

    async def close_session(self) -> None:
        """Close the session, if there is one. May be called again. Gives up after `CLOSE_S`."""
        if self.session is None:
            return
        for task in self.running:
            if task.get_name() != UNTIL_EXIT:
                task.cancel()  # a session that still starts would connect after it was closed
        try:
            await asyncio.wait_for(self.session.aclose(), CLOSE_S)
        except TimeoutError:
            log.warning("The session was not closed within %g s: a file is out of reach", CLOSE_S)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log the error. pygls's default would show each one to the user as a pop-up."""
        if not isinstance(error, JsonRpcException) or not source.__name__.startswith("Feature"):
            log.error("%s: %s", getattr(source, "__name__", source), error)

    def start_task(self, work: Any, *, until_exit: bool = False) -> None:
        """Run a coroutine in the background until the session is closed, or until the process ends.

        An exception in it is logged.
        """
        task = asyncio.ensure_future(work)
        if until_exit:
            task.set_name(UNTIL_EXIT)
        self.running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self.running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A background task failed", exc_info=error)

    def supports_progress(self) -> bool:
        """Return whether the client shows `$/progress` that the server begins."""
        window = self.initialize_params.capabilities.window if self.initialize_params else None
        return bool(window and window.work_done_progress)
