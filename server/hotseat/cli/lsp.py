"""`hotseat lsp`: the language server on stdin and stdout."""

from __future__ import annotations

import logging
import os
import sys
from enum import StrEnum
from typing import Annotated

import typer


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def lsp(
    roster: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help="The name of a shipped roster (ollama, starter, adapters, code), or a file.",
            show_default="your own",
        ),
    ] = None,
    engine_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the engine to use.")
    ] = None,
    budget_mb: Annotated[
        int | None,
        typer.Option(
            "--budget-mb", min=1, help="The memory budget for models, in MB of 10^6 bytes."
        ),
    ] = None,
    completion_fallback: Annotated[
        bool,
        typer.Option(
            "--completion-fallback",
            help="Send suggestions as completion items, for editors without inline completion.",
        ),
    ] = False,
    no_statistics: Annotated[
        bool,
        typer.Option(
            "--no-statistics", help="Record nothing about suggestions, for scripts that type."
        ),
    ] = False,
    log_level: Annotated[
        LogLevel,
        typer.Option(case_sensitive=False, help="The lowest level that the log on stderr shows."),
    ] = LogLevel.WARNING,
    stdio: Annotated[
        bool,
        typer.Option(
            "--stdio", hidden=True, help="Accepted because editors add it; it has no effect."
        ),
    ] = True,
) -> None:
    """Run the language server, which editors start. If it does not start, run `hotseat doctor`."""
    from hotseat.lsp.main import create_server
    from hotseat.lsp.stdio import serve
    from hotseat.session.settings import Settings

    if sys.stderr is None:  # stderr is closed: discard the log
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until exit
    logging.basicConfig(
        stream=sys.stderr,
        level=log_level.value.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    # pygls logs whole messages, file contents included, at INFO and DEBUG.
    logging.getLogger("pygls").setLevel(logging.ERROR)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Threads (rosters, SQLite) yield to a keystroke ten times sooner than by default.
    sys.setswitchinterval(0.0005)
    if sys.stdin is None or sys.stdout is None:
        closed = "stdin" if sys.stdin is None else "stdout"
        logging.getLogger(__name__).warning("%s is closed: no editor can be served", closed)
        return
    # Output on stdout that is not part of the protocol would break the connection to the editor.
    protocol_out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    settings = Settings(
        roster=roster,
        engine_url=engine_url,
        budget_bytes=budget_mb * 1_000_000 if budget_mb else None,
        completion_fallback=completion_fallback,
        statistics=not no_statistics,
    )
    serve(create_server(settings), protocol_out)
