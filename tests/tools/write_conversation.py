"""Write a long conversation with questions for `hotseat bench memory`, out of this project's pages.

    python tests/tools/write_conversation.py --turns 10000 > /tmp/long.jsonl

Each turn is one to four sentences of docs/ in an order that depends on nothing but --seed; a
question has six words of the turn that answers it. It is for times: what a share of answers says
about real conversations needs real conversations.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_SENTENCE = re.compile(r"[A-Z][^.|`\n]{30,300}\.")
_WORD = re.compile(r"[A-Za-z_]{4,}")
_TURNS_A_DAY = 20


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    pages = (page.read_text(encoding="utf-8") for page in sorted(DOCS.rglob("*.md")))
    sentences = [one[0] for page in pages for one in _SENTENCE.finditer(page.replace("\n", " "))]
    turns = [
        {
            "role": "assistant" if n % 2 else "user",
            "day": n // _TURNS_A_DAY,
            "text": " ".join(chance.sample(sentences, chance.randint(1, 4))),
        }
        for n in range(chosen.turns)
    ]
    questions = []
    for n in chance.sample(range(len(turns)), chosen.questions):
        words = sorted(set(_WORD.findall(str(turns[n]["text"]))))
        asked = " ".join(chance.sample(words, min(6, len(words))))
        questions.append(
            {
                "question": f"What about {asked}?",
                "kind": "words",
                "answer_turns": [n],
                "asked_day": turns[-1]["day"],
            }
        )
    json.dump({"id": "long", "turns": turns, "questions": questions}, sys.stdout)


if __name__ == "__main__":
    main()
