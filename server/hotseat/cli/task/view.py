"""The progress of a task on stderr, and its steps and diffs as text."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")
"""Control characters, which a terminal could interpret; models may write them."""
_ENDED = ("done", "failed", "cancelled")


class TaskProgress:
    """Prints what is new in a task: its plan, then each step when it begins and ends."""

    def __init__(self) -> None:
        self._note = ""
        self._said: set[tuple[int, str]] = set()
        self._planned: tuple[int, ...] = ()

    def part(self, part: dict[str, Any]) -> None:
        """Print a part of `hotseat/task`."""
        if (task := part.get("task")) is not None:
            self._plan(task)
        if (note := part.get("note")) and note != self._note:
            self._note = note
            say(note)
        if (step := part.get("step")) is not None:
            self._step(step)

    def _plan(self, task: dict[str, Any]) -> None:
        ids = tuple(step["id"] for step in task["steps"])
        if ids and ids != self._planned:
            self._planned = ids
            say(f"Task {task['id']}: {plural(len(ids), 'step')}")
            for step in task["steps"]:
                say(f"  {step_line(step)}")

    def _step(self, step: dict[str, Any]) -> None:
        state = step["state"]
        if state not in ("writing", *_ENDED) or (step["id"], state) in self._said:
            return
        self._said.add((step["id"], state))
        who = f" by {step['expert']}" if step.get("expert") else ""
        note = f": {step['note']}" if step["note"] else ""
        took = f" after {step['seconds']:.1f} s" if state in _ENDED else ""
        say(f"step {step['id']}, {step['path']}: {state}{who}{took}{note}")


def step_line(step: dict[str, Any]) -> str:
    """Return one line on a step."""
    symbols = f" {', '.join(step['symbols'])}" if step["symbols"] else ""
    expert = f" ({step['expert']})" if step.get("expert") else ""
    what = " ".join(step["what"].split())
    return f"{step['id']}. {step['action']} {step['path']}{symbols}{expert}: {what}"


def shown(text: str) -> str:
    """Return the text without control characters, except for tabs and line breaks."""
    return _CONTROL.sub("", text)


def say(text: str) -> None:
    """Print a line on stderr."""
    print(shown(text), file=sys.stderr, flush=True)


def plural(n: int, noun: str) -> str:
    return f"1 {noun}" if n == 1 else f"{n} {noun}s"


def diff_of(files: Sequence[dict[str, Any]]) -> str:
    """Return the diff of what is proposed."""
    return "".join(file["diff"] for file in files if file["state"] == "proposed")


def say_left_out(files: Sequence[dict[str, Any]]) -> None:
    """Print which files are not in the diff, and why."""
    for file in files:
        if file["state"] in ("conflict", "changed"):
            say(f"{file['path']} is left as it is: {file['note']}")
