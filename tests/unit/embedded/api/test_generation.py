"""Which requests to the engine pause others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from hotseat.embedded.api.generation import MAX_COMPLETION_TOKENS, precedence_of
from hotseat.embedded.processes.precedence import Precedence


class Recorder:
    def answer(self, _child: object) -> str:
        return "answer"

    def completion(self, _child: object) -> str:
        return "completion"


@pytest.mark.parametrize(
    ("is_chat", "options", "kind"),
    [
        (False, {"num_predict": 64}, "completion"),
        (False, {"num_predict": MAX_COMPLETION_TOKENS + 1}, "answer"),
        (False, {}, "answer"),
        (True, {"num_predict": 64}, "answer"),
        (True, {"num_predict": 1}, "answer"),
    ],
)
def test_short_continuations_come_before_answers(
    is_chat: bool, options: dict[str, Any], kind: str
) -> None:
    ask = cast(Any, SimpleNamespace(is_chat=is_chat, options=options))
    held: Any = precedence_of(cast(Precedence, Recorder()), ask, cast(Any, None))
    assert held == kind


def test_reading_a_prompt_ahead_pauses_nothing_and_neither_does_ollamas_schedule() -> None:
    ask = cast(Any, SimpleNamespace(is_chat=False, options={"num_predict": 1}))
    for precedence in (cast(Precedence, Recorder()), None):
        with precedence_of(precedence, ask, cast(Any, None)) as held:
            assert held is None
