"""`$/progress` while a model is loaded or pulled, and while symbols are indexed."""

from __future__ import annotations

import uuid
from types import TracebackType
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from hotseat.lsp.server import HotseatServer, log

if TYPE_CHECKING:
    from hotseat.engines.sources import Progress
    from hotseat.session.symbols.service import IndexProgress

MIN_INDEXED_FILES = 200
"""Fewer files are read in less time than the user needs to read about it."""


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


class IndexProgressItem:
    """One progress item while the symbols of the workspace are indexed, if that takes a while."""

    def __init__(self, server: HotseatServer) -> None:
        self._server = server
        self._token: str | None = None
        self._has_begun = False

    def show(self, progress: IndexProgress) -> None:
        """Show how many files were read; end the item when there are no more."""
        if not self._server.supports_progress():
            return
        is_over = progress.n_done >= progress.n_total
        if self._token is None:
            if progress.n_total - progress.n_done >= MIN_INDEXED_FILES:
                self._token = str(uuid.uuid4())
                self._server.start_task(self._begin(self._token))
        elif is_over:
            if self._has_begun:
                self._server.work_done_progress.end(self._token, types.WorkDoneProgressEnd())
            self._token, self._has_begun = None, False
        elif self._has_begun:
            self._server.work_done_progress.report(
                self._token,
                types.WorkDoneProgressReport(
                    message=f"{progress.n_done:,} of {progress.n_total:,} files",
                    percentage=progress.n_done * 100 // progress.n_total,
                ),
            )

    async def _begin(self, token: str) -> None:
        try:
            await self._server.work_done_progress.create_async(token)
        except JsonRpcException as error:
            log.info("The client refused to show the progress of the index: %s", error)
            return
        if self._token == token:
            self._has_begun = True
            title = "Hotseat: indexing symbols"
            begin = types.WorkDoneProgressBegin(title=title, percentage=0)
            self._server.work_done_progress.begin(token, begin)


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
