"""Blocks of code that hold nothing are not shown, not even for a moment."""

from __future__ import annotations

import pytest

from hotseat.conversation.answer_text import AnswerText

TEXTS = {
    "Look:\n\n```go\n\n```\n\nThat is it.\n": "Look:\n\nThat is it.\n",
    "```\n```\nYes.": "Yes.",
    "A\n\n```go\nx\n```\n\n~~~\n~~~\n\nB\n": "A\n\n```go\nx\n```\n\nB\n",
    "- a\n\n   ```\n   ```\n\n- b": "- a\n\n- b",
    "```go\nx\n```\n\n```\nplain\n```\n": "```go\nx\n```\n\n```\nplain\n```\n",
    "````md\n```go\n```\n````\n": "````md\n```go\n```\n````\n",
    "  ```go\n\n  x\n  ```\n": "  ```go\n\n  x\n  ```\n",
    "Use `x` or ``y`` or ~z~.": "Use `x` or ``y`` or ~z~.",
    "`x` is it.\n`y`, too.": "`x` is it.\n`y`, too.",
    "Cut off:\n\n```go\nx := ": "Cut off:\n\n```go\nx := ",
    "Cut off:\n\n```go\n": "Cut off:\n\n",
    "Windows:\r\n\r\n```go\r\n```\r\nx": "Windows:\r\n\r\nx",
}


@pytest.mark.parametrize("raw", TEXTS)
def test_empty_blocks_are_left_out(raw: str) -> None:
    answer = AnswerText()
    answer.add(raw)
    answer.end()
    assert answer.text == TEXTS[raw]


@pytest.mark.parametrize("raw", TEXTS)
def test_what_was_shown_while_it_came_is_not_taken_back(raw: str) -> None:
    answer, shown = AnswerText(), ""
    for char in raw:
        answer.add(char)
        assert answer.text.startswith(shown)
        shown = answer.text
    answer.end()
    assert answer.text.startswith(shown)
