"""The uvicorn of Hotseat's servers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from hotseat.serving.listening import BACKLOG


def make_server(app: ASGIApp, protocol: type[H11Protocol], *, grace_s: int) -> Server:
    """Return a server that is not started. At its end, answers have `grace_s` to finish."""
    return Server(
        uvicorn.Config(
            app,
            http=protocol,
            backlog=BACKLOG,
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=grace_s,
        )
    )


class Server(uvicorn.Server):
    """uvicorn without signal handling: it would raise signals again at the end, before our
    cleanup."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
