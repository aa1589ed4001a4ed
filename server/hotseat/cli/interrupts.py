"""Ctrl-C while a command runs or asks: 130, at any moment and without a traceback."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Coroutine
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")

INTERRUPTED = 130
"""The exit status of a command that Ctrl-C has ended: 128 + SIGINT, as shells have it."""


def says_yes(question: str) -> bool:
    """Ask on the terminal. The end of input, and every answer but y or yes, is a no.

    Ctrl-C raises KeyboardInterrupt; typer's own prompt would take it for a no.
    """
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` as `asyncio.run` does.

    Raises KeyboardInterrupt if Ctrl-C was pressed meanwhile, whatever the work raised when it was
    cancelled: an error of its cleanup is not the reason for its end.
    """
    if threading.current_thread() is not threading.main_thread():
        return asyncio.run(work)  # only the main thread gets signals
    pressed = False

    async def watched() -> T:
        of_the_runner = signal.getsignal(signal.SIGINT)

        def note(number: int, frame: FrameType | None) -> None:
            nonlocal pressed
            pressed = True
            if callable(of_the_runner):
                of_the_runner(number, frame)

        if callable(of_the_runner):
            signal.signal(signal.SIGINT, note)
        try:
            return await work
        finally:
            if callable(of_the_runner):
                signal.signal(signal.SIGINT, of_the_runner)

    try:
        found = asyncio.run(watched())
    except (Exception, asyncio.CancelledError) as error:
        if pressed:
            raise KeyboardInterrupt from error
        raise
    if pressed:
        raise KeyboardInterrupt
    return found
