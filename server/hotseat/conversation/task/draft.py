"""The plan that a generalist writes: what it is asked, the schema of its answer, and reading it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hotseat.conversation.excerpt import size_of
from hotseat.conversation.prompt import MESSAGE_BYTES, Message, system_text
from hotseat.conversation.prompts import prompt_file
from hotseat.conversation.task.plan import Action, DraftStep
from hotseat.domain.errors import HotseatError

MAX_PATHS = 60
MAX_SYMBOLS = 60
"""Of those that the schema lists: a grammar of thousands of names would be slow to build."""
MAX_WHAT_CHARS = 300
TOKENS_PER_STEP = 120
MIN_TOKENS = 256


class UnusablePlan(Exception):
    """An answer that holds no plan. The message is a part of a sentence for the user."""


def plan_schema(paths: Sequence[str], symbols: Sequence[str], *, max_steps: int) -> dict[str, Any]:
    """Return the JSON schema of a plan over these files and symbols of the workspace."""
    text = {"type": "string", "maxLength": MAX_WHAT_CHARS}
    after = {"type": "array", "items": {"type": "integer"}, "maxItems": 4}
    create = _object(
        action={"enum": [str(Action.CREATE)]},
        path={"type": "string", "maxLength": 120},
        what=text,
        after=after,
    )
    kinds = [create]
    if paths:
        named: dict[str, Any] = {"type": "string"}
        if symbols:
            named["enum"] = list(symbols[:MAX_SYMBOLS])
        kinds.insert(
            0,
            _object(
                action={"enum": [str(Action.EDIT), str(Action.REWRITE)]},
                path={"enum": list(paths[:MAX_PATHS])},
                symbols={"type": "array", "items": named, "maxItems": 4 if symbols else 0},
                what=text,
                after=after,
            ),
        )
    steps = {"type": "array", "items": {"anyOf": kinds}, "minItems": 1, "maxItems": max_steps}
    return _object(steps=steps)


def plan_messages(
    instruction: str,
    *,
    paths: Sequence[str],
    symbols: Sequence[str],
    persona: str | None,
    max_steps: int,
    n_bytes: int,
) -> tuple[Message, ...]:
    """Return what the generalist is asked. Raises HotseatError if the instruction is too long.

    Files and symbols that do not fit are left out, the last ones first.
    """
    system = system_text(persona, prompt_file("plan").filled(steps=str(max_steps)))
    left = n_bytes - size_of((system, instruction)) - 2 * MESSAGE_BYTES - 80
    if left < 0:
        raise HotseatError("The task is longer than the model's context", hint="Say it shorter")
    files = _fitting(paths[:MAX_PATHS], left * 2 // 3)
    names = _fitting(symbols[:MAX_SYMBOLS], left - size_of(files))
    listed = ["Files:", *files] if files else ["There are no files yet."]
    if names:
        listed += ["", "Definitions:", ", ".join(names)]
    return (("system", system), ("user", "\n".join([*listed, "", f"Task: {instruction}"])))


def read_plan(answer: str) -> list[DraftStep]:
    """Return the steps that an answer holds. Raises UnusablePlan.

    Without a grammar (an engine that ignores schemas) prose around the JSON is passed over.
    """
    if not answer.strip():
        raise UnusablePlan("it is empty")
    start = answer.find("{")
    if start < 0:
        raise UnusablePlan("it is prose, not a list of steps")
    try:
        found, _ = json.JSONDecoder().raw_decode(answer, start)
    except (ValueError, RecursionError):
        raise UnusablePlan("it does not end, or is not JSON") from None
    listed = found.get("steps") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise UnusablePlan("it holds no list of steps")
    steps = [step for one in listed if (step := _read_step(one)) is not None]
    if not steps:
        raise UnusablePlan("it has no steps")
    return steps


def _read_step(value: Any) -> DraftStep | None:
    if not isinstance(value, dict) or not isinstance(value.get("path"), str):
        return None
    try:
        action = Action(value.get("action", ""))
    except ValueError:
        action = None
    return DraftStep(
        path=value["path"],
        what=value["what"] if isinstance(value.get("what"), str) else "",
        action=action,
        symbols=tuple(s for s in _list(value.get("symbols")) if isinstance(s, str)),
        after=tuple(n for n in _list(value.get("after")) if type(n) is int),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _fitting(lines: Sequence[str], n_bytes: int) -> list[str]:
    found = []
    for line in lines:
        n_bytes -= size_of((line,))
        if n_bytes < 0:
            break
        found.append(line)
    return found
