"""Prints an answer on stdout as it arrives, and everything else on stderr."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from typing import Any

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")
"""Control characters, which a terminal could interpret; models may write them."""
_START_OF_LINE = "\r\x1b[K"
"""Go to the start of the line and erase it."""


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
