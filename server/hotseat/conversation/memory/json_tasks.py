"""Five fixed tasks whose answers are JSON: who solves them all can be trusted with more of them.

A grammar makes every answer JSON of the right shape; so what is checked is what it says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonTask:
    """One task. `answer` is the only right one."""

    text: str
    schema: dict[str, Any]
    answer: dict[str, Any]

    @property
    def messages(self) -> tuple[tuple[str, str], ...]:
        """Return what the model is asked."""
        return ("system", "Answer with JSON only."), ("user", self.text)

    def is_solved_by(self, answer: str) -> bool:
        """Return whether the text is the answer; texts are compared without case and full stops."""
        try:
            found = json.loads(answer)
        except (ValueError, RecursionError):
            return False
        return bool(_plain(found) == _plain(self.answer))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip().rstrip(".").casefold()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_TEXT, _NUMBER, _YES = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
TASKS = (
    JsonTask(
        text='Message: "The server listens on port 8080." Which port? {"port": NUMBER}',
        schema=_object(port=_NUMBER),
        answer={"port": 8080},
    ),
    JsonTask(
        text='Message: "We chose SQLite and not Redis." What was chosen, and what was not? '
        '{"chosen": NAME, "not": NAME}',
        schema=_object(chosen=_TEXT, **{"not": _TEXT}),
        answer={"chosen": "SQLite", "not": "Redis"},
    ),
    JsonTask(
        text='Message: "How do I sort a list?" Is it a question? {"question": true or false}',
        schema=_object(question=_YES),
        answer={"question": True},
    ),
    JsonTask(
        text='Message: "Thanks, that works!" Which decisions are in it? An empty list if there '
        'is none. {"decisions": [TEXT]}',
        schema=_object(decisions={"type": "array", "items": _TEXT, "maxItems": 3}),
        answer={"decisions": []},
    ),
    JsonTask(
        text="Known: 1. Lines have 80 characters. 2. Tests use pytest. "
        'Message: "From now on lines have 100 characters." '
        'Which known statement does it replace? {"replaces": NUMBER}',
        schema=_object(replaces=_NUMBER),
        answer={"replaces": 1},
    ),
)
