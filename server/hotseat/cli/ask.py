"""`hotseat ask`: a question on the command line, answered as in an editor.

It runs a language server of its own, which the keeper treats as one more window: models that it
loads count against the same budget, and are kept like those of a window that was closed.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import select
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError
from hotseat.machine.platforms import HERE

MAX_FILE_BYTES = 5_000_000
MAX_STDIN_BYTES = 1_000_000
"""Many times what a prompt holds. What follows is not read."""
MAX_STDIN_CHARS = 4_000
"""Of stdin in a question about a file: the question is never cut, and leaves room for the file."""
_SILENCE_S = 2.0
_STDIN_URI = "untitled:stdin"
_RANGE = re.compile(r"(\d+)(?::(\d+))?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")
"""Control characters, which a terminal could interpret; models may write them."""
_START_OF_LINE = "\r\x1b[K"
"""Go to the start of the line and erase it."""


def ask(
    question: Annotated[str, typer.Argument(help="The question to ask; `-` reads it from stdin.")],
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
    go_on: Annotated[
        bool,
        typer.Option(
            "--continue", "-c", help="Go on with the latest conversation in the current folder."
        ),
    ] = False,
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the engine to use.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask an expert a question, optionally about a file or about text on stdin.

    The expert for the language of the lines (or of the file) answers; without a file, the
    generalist answers. The answer is printed on stdout as it arrives, waiting times on stderr.
    Ctrl-C stops the answer.

    hotseat ask "What is a mutex?"

    hotseat ask "Why is this slow?" --file shop/cart.go --range 10:40

    hotseat ask "Does @Cart.add check what @shop/tax.go returns?"

    hotseat ask --continue "And in a loop?"

    git diff | hotseat ask "What can break here?"

    hotseat ask "Review this" -f query.sql --expert generalist --json
    """
    if roster is not None:
        chosen_roster(roster, engine_url=engine_url)  # exits if the roster does not exist
    try:
        shown = _file_and_range(file, lines)
        question, shown = _with_stdin(question, shown)
        conversation = _latest_conversation() if go_on else None
        _index_for(question)
        asked = {"question": question, "conversation": conversation, "expert": expert}
        params = {name: value for name, value in asked.items() if value is not None}
        answer = run_async(_ask(params, shown, roster, engine_url, as_json))
    except HotseatError as error:
        fail(error)
    except asyncio.CancelledError:
        raise typer.Exit(1) from None  # the reader of stdout has closed it
    if as_json:
        print(json.dumps(answer, indent=2))
        return
    for text in answer.get("leftOut") or ():
        _say(f"(Not shown to the model: {_CONTROL.sub('', text)})")
    if shown is not None and (note := _left_out(shown, answer)):
        _say(note)


def _index_for(question: str) -> None:
    """Bring the index of the folder up to date, if the question names something with an @."""
    from hotseat.conversation.context.mentions import mentions

    if mentions(question):
        from hotseat.cli.conversation.symbols import refreshed_index

        try:
            refreshed_index(Path.cwd())
        except HotseatError as error:
            _say(f"{error.message}: what the question names with an @ is not looked up.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """The text that the question is about; `range` in LSP's counting, None for the whole of it."""

    uri: str
    text: str
    range: dict[str, Any] | None


def _latest_conversation() -> str:
    """Return the id. Raises HotseatError."""
    from hotseat.storage.conversations import ConversationStore, conversations_path

    latest = ConversationStore(conversations_path(Path.cwd())).conversations(1)
    if not latest:
        raise HotseatError(
            "There is no conversation in this folder to go on with",
            hint="Ask without --continue first; `hotseat memory list` shows what is remembered",
        )
    return latest[0].id


async def _ask(
    params: dict[str, Any],
    shown: _Shown | None,
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
    options = {"forecast": False, "watchFiles": False, "indexSymbols": False}
    async with Editor(arguments, Path.cwd(), options=options) as editor:
        if shown is not None:
            language = language_of(shown.uri, None, shown.text.splitlines()) or "plaintext"
            editor.focus(None)  # the file is shown, but nothing is typed in it
            editor.open(shown.uri, language, shown.text)
            params["textDocument"] = {"uri": shown.uri}
            if shown.range is not None:
                params["range"] = shown.range
        reading = asyncio.current_task()
        assert reading is not None
        printer = AnswerPrinter(
            quiet=as_json, on_left=reading.cancel, on_terminal=sys.stderr.isatty()
        )
        try:
            answer = await editor.ask(params, printer.part)
        finally:
            printer.end()
        return answer


class AnswerPrinter:
    """The output of one answer. `on_left` is called when the reader of stdout has closed it.

    `on_terminal`: stderr is one. Then the line of what is waited for is written again each second,
    and erased when the text comes. Text that is printed cannot be taken back: if the server cut a
    repetition out of it, what is printed stays, and the answer goes on after it.
    """

    def __init__(
        self, *, quiet: bool, on_left: Callable[[], object], on_terminal: bool = False
    ) -> None:
        self._quiet = quiet
        self._on_left = on_left
        self._counts_seconds = on_terminal
        self._note = ""
        self._name = ""
        self._is_waiting_shown = False
        self._text = ""
        """The answer's text as the server has it."""
        self._printed = ""
        self._n_chars_printed = 0
        """Of `_text`."""

    def part(self, part: dict[str, Any]) -> None:
        """Print what is new in the answer: a part of `hotseat/ask`."""
        if (name := part.get("expert")) is not None:
            self._begin(str(name))
        if (note := part.get("note")) is not None:
            self._take_note(str(note))
        if (waited_s := part.get("waitedS")) and self._counts_seconds:
            self._show_waiting(f"{self._note or 'waiting'}, {waited_s} s")
        if text := _CONTROL.sub("", str(part.get("text") or "")):
            self._text += text
            self._print_text()

    def end(self) -> None:
        """The answer has ended: end its line."""
        self._erase_waiting()
        if self._printed and not self._printed.endswith("\n"):
            self._print("\n")

    def _begin(self, name: str) -> None:
        self._text, self._n_chars_printed = "", 0
        if name != self._name:
            self._name = name
            self._print_line(f"{name} answers:")

    def _take_note(self, note: str) -> None:
        is_new = note not in ("", self._note)
        self._note = note
        if is_new and not self._counts_seconds:
            self._print_line(note)
        elif is_new:
            self._show_waiting(note)

    def _print_text(self) -> None:
        new = self._text[self._n_chars_printed :]
        self._n_chars_printed = len(self._text)
        if not self._printed.startswith(self._text):
            self._erase_waiting()
            self._print(new)

    def _print(self, text: str) -> None:
        self._printed += text
        if self._quiet:
            return
        try:
            print(text, end="", flush=True)
        except BrokenPipeError:  # `hotseat ask … | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self._on_left()

    def _show_waiting(self, text: str) -> None:
        self._is_waiting_shown = True
        print(f"{_START_OF_LINE}{_CONTROL.sub('', text)}", end="", file=sys.stderr, flush=True)

    def _erase_waiting(self) -> None:
        if self._is_waiting_shown:
            self._is_waiting_shown = False
            print(_START_OF_LINE, end="", file=sys.stderr, flush=True)

    def _print_line(self, text: str) -> None:
        self._erase_waiting()
        print(_CONTROL.sub("", text), file=sys.stderr, flush=True)


def _with_stdin(question: str, shown: _Shown | None) -> tuple[str, _Shown | None]:
    """Return the question, and the text that it is about, with what stdin adds to them.

    Without a file, text on stdin is shown as a file is. Raises HotseatError.
    """
    if question == "-":
        question = _read_stdin().strip()
        if not question:
            raise HotseatError("stdin holds no question", hint="echo 'Why?' | hotseat ask -")
        return question, shown
    text = _read_stdin() if _is_piped() else ""
    if not text.strip():
        return question, shown
    if shown is None:
        n_lines = text.count("\n") + 1
        return question, _Shown(uri=_STDIN_URI, text=text, range=_lines(1, n_lines))
    if len(text) > MAX_STDIN_CHARS:
        _say(f"Only the first {MAX_STDIN_CHARS:,} characters of stdin are used beside a file.")
    return f"{question}\n\n```\n{text[:MAX_STDIN_CHARS]}\n```", shown


def _is_piped() -> bool:
    """Return whether stdin is a pipe or a file, not a terminal, /dev/null or closed."""
    try:
        kind = os.fstat(sys.stdin.fileno()).st_mode
    except (AttributeError, OSError, ValueError):
        return False
    return stat.S_ISFIFO(kind) or stat.S_ISREG(kind) or stat.S_ISSOCK(kind)


def _read_stdin() -> str:
    """Return the text on stdin, up to MAX_STDIN_BYTES. Raises HotseatError if it is not text."""
    if sys.stdin is None:
        return ""
    source = sys.stdin.buffer
    if HERE.selects_pipes and not select.select([source], [], [], _SILENCE_S)[0]:
        _say("Reading stdin to its end …")
    data = source.read(MAX_STDIN_BYTES + 1)
    if len(data) > MAX_STDIN_BYTES:
        _say(f"Only the first {MAX_STDIN_BYTES // 1_000_000} MB of stdin are read.")
        data = data[:MAX_STDIN_BYTES].rpartition(b"\n")[0] or data[: MAX_STDIN_BYTES - 4]
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise HotseatError("stdin is not text in UTF-8", hint="Pipe text, such as `git diff`")
    return text


def _left_out(shown: _Shown, answer: dict[str, Any]) -> str:
    """Return a sentence on what the model was not shown of a text on stdin; else empty."""
    if shown.uri != _STDIN_URI:
        return ""
    n_lines = len(shown.text.splitlines())
    ends = [source["range"]["end"] for source in answer.get("sources") or ()]
    n_shown = max((end["line"] + (end["character"] > 0) for end in ends), default=0)
    if n_shown >= n_lines:
        return ""
    return f"(The model was shown {n_shown:,} of the {n_lines:,} lines of stdin: no more fit.)"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _file_and_range(file: Path | None, lines: str | None) -> _Shown | None:
    """Return the file's text, and the range in it. Raises HotseatError."""
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
    return _Shown(uri=path.as_uri(), text=text, range=None if lines is None else _range(lines))


def _range(lines: str) -> dict[str, Any]:
    met = _RANGE.fullmatch(lines.strip())
    first, last = (int(met[1]), int(met[2] or met[1])) if met else (0, 0)
    if not 1 <= first <= last:
        raise HotseatError(
            f"'{lines}' is not a range of lines", hint="Write --range 10:40 for the lines 10 to 40"
        )
    return _lines(first, last)


def _lines(first: int, last: int) -> dict[str, Any]:
    """Return the range of these lines, counted from 1."""
    return {"start": {"line": first - 1, "character": 0}, "end": {"line": last, "character": 0}}
