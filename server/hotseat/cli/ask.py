"""`hotseat ask`: a question on the command line, answered as in an editor.

It runs a language server of its own, which the keeper treats as one more window: models that it
loads count against the same budget, and are kept like those of a window that was closed.
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
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError

MAX_FILE_BYTES = 5_000_000
_RANGE = re.compile(r"(\d+)(?::(\d+))?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")
"""Control characters, which a terminal could interpret; models may write them."""


def ask(
    question: Annotated[str, typer.Argument(help="The question to ask.")],
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="The file that the question is about.")
    ] = None,
    lines: Annotated[
        str | None,
        typer.Option(
            "--range", "-r", metavar="A:B", help="The lines A to B of the file, counted from 1."
        ),
    ] = None,
    expert: Annotated[
        str | None,
        typer.Option(
            "--expert", "-e", metavar="NAME", help="The expert that answers.", show_default="auto"
        ),
    ] = None,
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the engine to use.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask an expert a question, optionally about a file.

    The expert for the language of the lines (or of the file) answers; without a file, the
    generalist answers. The answer is printed on stdout as it arrives, waiting times on stderr.
    Ctrl-C stops the answer.

    hotseat ask "What is a mutex?"

    hotseat ask "Why is this slow?" --file shop/cart.go --range 10:40

    hotseat ask "Review this" -f query.sql --expert generalist --json
    """
    if roster is not None:
        chosen_roster(roster, engine_url=engine_url)  # exits if the roster does not exist
    try:
        file_and_range = _file_and_range(file, lines)
        answer = run_async(_ask(question, file_and_range, expert, roster, engine_url, as_json))
    except HotseatError as error:
        fail(error)
    except asyncio.CancelledError:
        raise typer.Exit(1) from None  # the reader of stdout has closed it
    if as_json:
        print(json.dumps(answer, indent=2))


async def _ask(
    question: str,
    file_and_range: tuple[Path, str, dict[str, Any] | None] | None,
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
    # Habits are not learned from a question.
    options = {"forecast": False, "watchFiles": False}
    params: dict[str, Any] = {"question": question}
    if expert is not None:
        params["expert"] = expert
    async with Editor(arguments, Path.cwd(), options=options) as editor:
        if file_and_range is not None:
            path, text, range_ = file_and_range
            uri = path.as_uri()
            editor.focus(None)  # the file is shown, but nothing is typed in it
            editor.open(uri, language_of(uri, None, text.splitlines()) or "plaintext", text)
            params["textDocument"] = {"uri": uri}
            if range_ is not None:
                params["range"] = range_
        reading = asyncio.current_task()
        assert reading is not None
        printer = _AnswerPrinter(quiet=as_json, on_left=reading.cancel)
        try:
            answer = await editor.ask(params, printer.part)
        finally:
            printer.end()
        return answer


class _AnswerPrinter:
    """Prints the answer on stdout as it arrives, and everything else on stderr."""

    def __init__(self, *, quiet: bool, on_left: Callable[[], object]) -> None:
        self._quiet = quiet
        self._on_left = on_left
        self._ends_line = True

    def part(self, part: dict[str, Any]) -> None:
        if note := part.get("note"):
            self._print_note(str(note))
        if name := part.get("expert"):
            self._print_note(f"{name} answers:")
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

    def _print_note(self, text: str) -> None:
        print(_CONTROL.sub("", text), file=sys.stderr, flush=True)


def _file_and_range(
    file: Path | None, lines: str | None
) -> tuple[Path, str, dict[str, Any] | None] | None:
    """Return the file, its text, and the range in LSP's counting. Raises HotseatError."""
    if file is None:
        if lines is not None:
            raise HotseatError("--range needs a file", hint="Name the file with --file F")
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
            f"'{lines}' is not a range of lines", hint="Write --range 10:40 for the lines 10 to 40"
        )
    return {"start": {"line": first - 1, "character": 0}, "end": {"line": last, "character": 0}}
