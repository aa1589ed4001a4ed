"""Answers that say the same again in another order or with another beginning, and honest ones."""

from __future__ import annotations

import re

import pytest

from hotseat.conversation.answer_text import LOOP_ENDING, AnswerText

INTRO = "Go supports many platforms, among them:\n\n"
ITEMS = [
    "Linux (with Ubuntu, Debian and others)",
    "Windows (with Xcode)",
    "macOS (with macOS X)",
    "Android (with Android Studio)",
    "Chrome OS (with Chrome)",
]
ORDER = [0, 1, 2, 0, 3, 1, 4, 2, 0, 3, 1, 4, 0, 2, 3, 1, 0, 4, 2, 1, 3, 0, 4, 1, 2, 0, 3]
CLAUSE = "the line that is asked to scan the rows is not the one that is asked to read them"
OPENINGS = ["The error is ignored here because", "The error is ignored because", "As said,", "So"]
BLOCK = "```go\nfunc f() error {\n\treturn g()\n}\n```\n"

LOOPS = {
    "items in another order": (
        INTRO + "".join(f"- {ITEMS[i]}\n" for i in ORDER),
        INTRO + "\n".join(f"- {ITEMS[i]}" for i in (0, 1, 2, 3, 4)),
    ),
    "numbered items in another order": (
        "".join(f"{n}. **{ITEMS[i]}**\n" for n, i in enumerate(ORDER, 1)),
        "\n".join(f"{n}. **{ITEMS[i]}**" for n, i in ((1, 0), (2, 1), (3, 2), (5, 3), (7, 4))),
    ),
    "a sentence with other beginnings": (
        "".join(f"{OPENINGS[n % 4]} {CLAUSE}. " for n in (0, 1, 2, 0, 3, 1, 2, 3, 0, 2, 1, 0)),
        f"{OPENINGS[0]} {CLAUSE}.",
    ),
    "sentences in another order": (
        "".join(f"With {ITEMS[i]} it can be built. " for i in ORDER),
        " ".join(f"With {ITEMS[i]} it can be built." for i in range(5)),
    ),
    "blocks and their captions in another order": (
        "".join(f"{ITEMS[i]}:\n\n{BLOCK.replace('g()', f'g{i}()')}\n" for i in ORDER),
        "\n".join(f"{ITEMS[i]}:\n\n{BLOCK.replace('g()', f'g{i}()')}" for i in range(5)),
    ),
}

HONEST = [
    "".join(
        f"- `{word}`: a string that must not be empty when the request is sent to the server.\n"
        for word in ("host", "port", "user", "path", "name", "kind", "size", "mode", "level")
    ),
    INTRO + "".join(f"- {item}\n" for item in ITEMS) + "\nOf these, Linux is the usual one.\n",
    "".join(
        f"## {item}\n\nReturns: a list.\n\nParameters: none.\n\nErrors: none.\n\n" for item in ITEMS
    ),
    f"Before:\n\n{BLOCK}\nAfter, it reads the same:\n\n{BLOCK}\nSo nothing has changed.\n",
    "".join(f"- [ ] {item}\n" for item in ITEMS) + "".join(f"- [x] {item}\n" for item in ITEMS[:2]),
    "Use a mutex. A mutex is a lock. A lock is held by one thread. Use a mutex for a short time.\n",
    "".join(f"| {item} | yes |\n" for item in ITEMS) * 3,
    "```\n" + "".join(f"{ITEMS[i]}\n" for i in ORDER) + "```\n",
]


def written(text: str) -> tuple[AnswerText, int]:
    """The answer, and the characters that it took until it was stopped."""
    answer = AnswerText()
    n_chars = 0
    while n_chars < len(text) and not answer.is_looping:
        answer.add(text[n_chars])
        n_chars += 1
    answer.end()
    return answer, n_chars


@pytest.mark.parametrize("kind", LOOPS)
def test_what_was_said_again_is_cut_out(kind: str) -> None:
    text, left = LOOPS[kind]
    answer, _ = written(text)
    assert answer.ending == LOOP_ENDING
    assert re.sub(r"\n{3,}", "\n\n", answer.text.rstrip()) == left.rstrip()


@pytest.mark.parametrize("kind", LOOPS)
def test_it_is_found_long_before_the_end(kind: str) -> None:
    text, left = LOOPS[kind]
    _, n_chars = written(text)
    assert n_chars <= min(0.8 * len(text), 8 * len(left))


@pytest.mark.parametrize("text", HONEST)
def test_a_text_with_a_few_repeated_lines_stays(text: str) -> None:
    answer, _ = written(text)
    assert answer.text == text
    assert not answer.is_looping
