"""`hotseat ask`: a question on the command line, answered as in an editor.

It runs a language server of its own, which is one window more to the keeper: what it loads counts
against the same budget, and leaves no more behind than a window that was closed.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail
from hotseat.domain.errors import HotseatError

MAX_FILE_BYTES = 5_000_000
_RANGE = re.compile(r"(\d+)(?::(\d+))?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")
"""Models write what they like; a terminal obeys some of it."""


def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="A file that the question is about.")
    ] = None,
    lines: Annotated[
        str | None,
        typer.Option("--range", "-r", metavar="A:B", help="Its lines A to B, counted from 1."),
    ] = None,
    expert: Annotated[
        str | None,
        typer.Option(
            "--expert", "-e", metavar="NAME", help="Who is to answer.", show_default="auto"
        ),
    ] = None,
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Use the engine at this address.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask an expert, with a file or without.

    The expert for the language of the lines (or of the file) answers; without
    a file the generalist does. The answer goes to stdout as it comes, what is
    waited for to stderr; Ctrl-C stops it.

    hotseat ask "What is a mutex?"

    hotseat ask "Why is this slow?" --file shop/cart.go --range 10:40

    hotseat ask "Review this" -f query.sql --expert generalist --json
    """
    if roster is not None:
        chosen_roster(roster, engine_url=engine_url)  # exits where there is none such
    try:
        place = _place(file, lines)
        answer = asyncio.run(_ask(question, place, expert, roster, engine_url, as_json))
    except HotseatError as error:
        fail(error)
    except asyncio.CancelledError:
        raise typer.Exit(1) from None  # whoever read the answer has left
    if as_json:
        print(json.dumps(answer, indent=2))


async def _ask(
    question: str,
    place: tuple[Path, str, dict[str, Any] | None] | None,
    expert: str | None,
    roster: str | None,
    engine_url: str | None,
    as_json: bool,
) -> dict[str, Any]:
    from hotseat.client.editor import Editor
    from hotseat.languages.detect import language_of

    arguments = ["--log-level", "error"]
    arguments += ["--roster", roster] if roster else []
    arguments += ["--engine-url", engine_url] if engine_url else []
    # A question is no work from which habits could be learned.
    options = {"forecast": False, "watchFiles": False}
    params: dict[str, Any] = {"question": question}
    if expert is not None:
        params["expert"] = expert
    async with Editor(arguments, Path.cwd(), options=options) as editor:
        if place is not None:
            path, text, range_ = place
            uri = path.as_uri()
            editor.focus(None)  # the file is shown, and nobody types in it
            editor.open(uri, language_of(uri, None, text.splitlines()) or "plaintext", text)
            params["textDocument"] = {"uri": uri}
            if range_ is not None:
                params["range"] = range_
        reading = asyncio.current_task()
        assert reading is not None
        show = _Show(quiet=as_json, on_left=reading.cancel)
        try:
            answer = await editor.ask(params, show.part)
        finally:
            show.end()
        return answer


class _Show:
    """The answer as it comes, on stdout; everything else on stderr."""

    def __init__(self, *, quiet: bool, on_left: Callable[[], object]) -> None:
        self._quiet = quiet
        self._on_left = on_left
        self._ends_line = True

    def part(self, part: dict[str, Any]) -> None:
        if note := part.get("note"):
            self._say(str(note))
        if name := part.get("expert"):
            self._say(f"{name} answers:")
        text = _CONTROL.sub("", str(part.get("text") or ""))
        if text and not self._quiet:
            self._ends_line = text.endswith("\n")
            self._print(text)

    def end(self) -> None:
        if not self._ends_line:
            self._print("\n")

    def _print(self, text: str) -> None:
        try:
            print(text, end="", flush=True)
        except BrokenPipeError:  # `hotseat ask … | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self._on_left()

    def _say(self, text: str) -> None:
        print(_CONTROL.sub("", text), file=sys.stderr, flush=True)


def _place(file: Path | None, lines: str | None) -> tuple[Path, str, dict[str, Any] | None] | None:
    """The file, its text, and the range as LSP counts. Raises HotseatError."""
    if file is None:
        if lines is not None:
            raise HotseatError("--range says lines of no file", hint="Name the file: --file F")
        return None
    path = file.expanduser().absolute()
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise HotseatError(f"{file} is larger than {MAX_FILE_BYTES // 1_000_000} MB")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise HotseatError(f"{file} is not text in UTF-8") from None
    except OSError as error:
        raise HotseatError(f"{file} cannot be read: {error.strerror}") from None
    return path, text, None if lines is None else _range(lines)


def _range(lines: str) -> dict[str, Any]:
    met = _RANGE.fullmatch(lines.strip())
    first, last = (int(met[1]), int(met[2] or met[1])) if met else (0, 0)
    if not 1 <= first <= last:
        raise HotseatError(
            f"'{lines}' is no range of lines", hint="Write --range 10:40 for the lines 10 to 40"
        )
    return {"start": {"line": first - 1, "character": 0}, "end": {"line": last, "character": 0}}
