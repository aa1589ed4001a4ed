"""Answers that go round in circles, and honest ones that look a little like it."""

from __future__ import annotations

import pytest

from hotseat.conversation.loops import repeats_itself

COLOURS = ("Yellowish", "Greenish", "Brownish", "Blackish")


@pytest.mark.parametrize(
    "text",
    [
        "Well, " + "the same " * 30,
        "".join(f"{n}. {COLOURS[n % 4]}\n" for n in range(40)),
        "0" * 200,
        "- A sentence that is said.\n- And another one.\n" * 6,
    ],
)
def test_circles(text: str) -> None:
    assert repeats_itself(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1. Red\n2. Yellow\n3. Blue\n",
        "".join(f"case {n}:\n\treturn {n * 7}\n" for n in range(10, 90)),
        "\t\t}\n\t}\n}\n" * 4,
        "| 0 | 0 |\n" * 8,
        " ".join(str(n) for n in range(500)),
    ],
)
def test_honest_text(text: str) -> None:
    assert not repeats_itself(text)
