"""The server object and its wiring: which file answers which method. Starts and ends the session.

The session, with all that it imports (httpx, YAML, pydantic), is made after `initialize` has been
answered: an editor waits for that answer before it shows anything.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcParseError
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from hotseat import __version__
from hotseat.lsp.protocol import HotseatProtocol
from hotseat.session.settings import Settings

if TYPE_CHECKING:
    from hotseat.lsp.progress import LoadProgress
    from hotseat.session.session import Session

log = logging.getLogger(__name__)


class HotseatServer(LanguageServer):
    """pygls's server with our session. `session` is there from `initialized` on."""

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

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Into the log, never as a pop-up: pygls's default shows each one to the person."""
        if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError, RecursionError)):
            self.protocol.refuse(None, JsonRpcParseError("not JSON"))
        elif not isinstance(error, JsonRpcException) or not source.__name__.startswith("Feature"):
            log.error("%s: %s", getattr(source, "__name__", source), error)

    def start_task(self, work: Any) -> None:
        """Run beside the handlers; an exception in it is logged."""
        task = asyncio.ensure_future(work)
        self.running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self.running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A background task failed", exc_info=error)

    def supports_progress(self) -> bool:
        window = self.initialize_params.capabilities.window if self.initialize_params else None
        return bool(window and window.work_done_progress)
