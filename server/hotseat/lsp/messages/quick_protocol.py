"""The parts of pygls's protocol that a keystroke passes, shorter: no converter, no generators.

Owns how a message that comes with each key reaches its handler, and how JSON is sent as it is.
"""

from __future__ import annotations

import contextvars
import logging
from typing import Any

from lsprotocol import types
from pygls.exceptions import FeatureNotificationError
from pygls.protocol import LanguageServerProtocol

from hotseat.lsp.messages.frequent import did_change_params, inline_completion_params

log = logging.getLogger(__name__)


class QuickProtocol(LanguageServerProtocol):
    """Passes messages of JSON-RPC 2.0 that were checked by `refusals`."""

    def dispatch_frequent(self, message: dict[str, Any], method: str | None) -> bool:
        """Call the handler of a message that comes with each key, if it has the usual shape.

        Return whether that was done.
        """
        if method == types.TEXT_DOCUMENT_DID_CHANGE and "id" not in message:
            change = did_change_params(message.get("params"))
            if change is not None:
                self._call(method, change)
            return change is not None
        if method == types.TEXT_DOCUMENT_INLINE_COMPLETION and "id" in message:
            request = inline_completion_params(message.get("params"))
            if request is not None:
                context = contextvars.copy_context()  # `msg_id` is a variable of it
                context.run(self._handle_request, message["id"], method, request)
            return request is not None
        return False

    def _call(self, method: str, params: Any) -> None:
        """Call a notification's handler directly. pygls's dispatch would take a quarter of a
        millisecond of each keystroke (a context, a generator, a UUID)."""
        try:
            self.fm.features[method](params)
        except Exception as error:
            log.exception("The notification %s could not be processed", method)
            self._server._report_server_error(error, FeatureNotificationError)

    def notify_json(self, method: str, params: dict[str, Any]) -> None:
        """Send a notification whose parameters are JSON already: `notify` would convert each value
        in them, 600 of a status."""
        self._send_data({"jsonrpc": self.VERSION, "method": method, "params": params})
