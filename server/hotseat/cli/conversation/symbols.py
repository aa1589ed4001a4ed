"""`hotseat symbols NAME`: where something is defined in a workspace."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.domain.symbols import Symbol
    from hotseat.workspace.symbols.index import SymbolIndex

SHOW_AFTER_S = 0.5
"""Progress is shown when the index takes longer."""
_START_OF_LINE = "\r\x1b[K"


def symbols(
    name: Annotated[
        str, typer.Argument(help="A name, or a part of it: `parse`, `gUN`, `Shop.add`.")
    ],
    path: Annotated[
        Path | None,
        typer.Option(
            "--path", "-p", help="The folder of the workspace.", show_default="the current folder"
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most symbols to show.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Find definitions in a workspace by name: whole, its beginning, initials, a part, or mistyped.

    Reads what has changed since the last time first; progress is on stderr. The exit status is 1 if
    nothing fits.

    hotseat symbols parse_args

    hotseat symbols Shop.add --path ~/src/shop

    hotseat symbols gUN --limit 5 --json
    """
    try:
        index = refreshed_index(path or Path.cwd())
        found = index.find_symbol(name, limit=limit)
        problem = index.state().problem
    except HotseatError as error:
        fail(error)
    if as_json:
        print(
            json.dumps({"symbols": [_as_json(one) for one in found], "problem": problem}, indent=2)
        )
    else:
        for one in found:
            _print(one)
        if problem:
            _say(f"Not everything is indexed: {problem}.")
    if not found:
        if not as_json:
            _say(f"Nothing is called {_shown(name)} here.")
        raise typer.Exit(1)


def refreshed_index(workspace: Path) -> SymbolIndex:
    """Return the index of a folder after reading what has changed in it. Raises HotseatError."""
    from hotseat.session.symbols import refreshed

    progress = _Progress()
    try:
        return refreshed.refreshed_index(workspace, say=_say, on_progress=progress.show)
    finally:
        progress.end()


class _Progress:
    """A line on stderr, written again on a terminal, if the work takes long."""

    def __init__(self) -> None:
        self._show_at_s = time.monotonic() + SHOW_AFTER_S
        self._is_shown = False

    def show(self, done: int, total: int) -> None:
        now_s = time.monotonic()
        if done == total or now_s < self._show_at_s:
            return
        text = f"Indexing {total:,} files: {done * 100 // max(1, total)} %"
        if sys.stderr.isatty():
            self._show_at_s, self._is_shown = now_s + 0.1, True
            print(f"{_START_OF_LINE}{text}", end="", file=sys.stderr, flush=True)
        else:
            self._show_at_s = float("inf")
            _say(f"Indexing {total:,} files …")

    def end(self) -> None:
        if self._is_shown:
            print(_START_OF_LINE, end="", file=sys.stderr, flush=True)


def _print(symbol: Symbol) -> None:
    """Print two lines: what it is and where, then its head, cut to the terminal's width."""
    from hotseat.cli.tables import wide_console

    width = wide_console().width
    print(_shown(f"{symbol.path}:{symbol.first_line + 1}"))
    head = symbol.signature
    if symbol.container and symbol.name in head:
        head = f"{symbol.container}: {head}"
    line = _shown(f"  {symbol.kind}  {head}")
    print(line if len(line) <= width else f"{line[: width - 1]}…")


def _shown(text: str) -> str:
    """Return the text without line ends and control characters, which a file's name may hold."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def _as_json(symbol: Symbol) -> dict[str, Any]:
    return {
        "name": symbol.name,
        "kind": symbol.kind,
        "container": symbol.container,
        "signature": symbol.signature,
        "path": symbol.path,
        "language": symbol.language,
        "firstLine": symbol.first_line + 1,
        "lastLine": symbol.last_line + 1,
        "text": symbol.text,
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
