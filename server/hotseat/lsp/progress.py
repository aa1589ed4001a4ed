"""`$/progress` while a model is loaded or pulled."""

from __future__ import annotations

import uuid
from types import TracebackType
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from hotseat.lsp.server import HotseatServer, log

if TYPE_CHECKING:
    from hotseat.engines.sources import Progress


class LoadProgress:
    """One progress item for each expert that loads, if the client supports progress."""

    def __init__(self, server: HotseatServer) -> None:
        self._server = server
        self._tokens: dict[str, str] = {}
        self._begun: set[str] = set()

    def show(self, loading: dict[str, float]) -> None:
        """Begin an item for each expert in `loading`, and end those that are no longer in it.

        `loading` holds the seconds since each load began, by the expert's name.
        """
        if not self._server.supports_progress():
            return
        for name in loading.keys() - self._tokens.keys():
            self._tokens[name] = str(uuid.uuid4())
            self._server.start_task(self._begin(name, self._tokens[name]))
        for name in self._tokens.keys() - loading.keys():
            token = self._tokens.pop(name)
            if token in self._begun:
                self._begun.discard(token)
                self._server.work_done_progress.end(token, types.WorkDoneProgressEnd())

    async def _begin(self, name: str, token: str) -> None:
        try:
            await self._server.work_done_progress.create_async(token)
        except JsonRpcException as error:
            log.info("The client refused to show the progress of %s: %s", name, error)
            return
        if self._tokens.get(name) == token:
            self._begun.add(token)
            self._server.work_done_progress.begin(
                token, types.WorkDoneProgressBegin(title=f"Hotseat: loading {name}")
            )


class DownloadProgress:
    """An async context manager around one pull, shown under the client's `token`.

    Without one the server makes it; it shows nothing if the client has no progress.
    """

    def __init__(self, server: HotseatServer, title: str, token: str | int | None) -> None:
        self._server = server
        self._title = title
        self._token = token

    async def __aenter__(self) -> DownloadProgress:
        token = self._token
        if token is None:
            if not self._server.supports_progress():
                return self
            token = str(uuid.uuid4())
            try:
                await self._server.work_done_progress.create_async(token)
            except JsonRpcException as error:
                log.info("The client refused to show progress: %s", error)
                return self
            self._token = token
        begin = types.WorkDoneProgressBegin(title=self._title, percentage=0)
        self._server.work_done_progress.begin(token, begin)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._token is not None:
            self._server.work_done_progress.end(self._token, types.WorkDoneProgressEnd())
            self._server.work_done_progress.tokens.pop(self._token, None)

    def report(self, step: Progress) -> None:
        """Show a step of the pull."""
        if self._token is None:
            return
        percentage = None
        if step.completed_bytes is not None and step.total_bytes:
            percentage = min(100, step.completed_bytes * 100 // step.total_bytes)
        self._server.work_done_progress.report(
            self._token,
            types.WorkDoneProgressReport(message=step.status, percentage=percentage),
        )
