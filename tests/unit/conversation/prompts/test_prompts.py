"""The prompts' files: their slots, their size, and the exact text that a model gets."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import pytest

from hotseat.conversation import prompts
from hotseat.conversation.prompts import parsed, prompt_file

CASES = Path(__file__).parents[3] / "cases" / "prompts"
NAMES = sorted(
    file.name.removesuffix(".txt")
    for file in files(prompts).iterdir()
    if file.name.endswith(".txt")
)
MAX_TOKENS, MIN_BYTES_PER_TOKEN = 400, 3


@pytest.mark.parametrize("name", NAMES)
def test_each_prompt_is_as_expected(name: str) -> None:
    file = prompt_file(name)
    values = {slot: f"<{slot}>" for slot in file.slots}
    text = f"version {file.version}\n{file.filled(**values)}\n"
    case = CASES / f"{name}.txt"
    if os.environ.get("HOTSEAT_UPDATE_CASES"):
        case.write_text(text)
    assert text == case.read_text(), "raise the prompt's version, and update the case"


@pytest.mark.parametrize("name", NAMES)
def test_the_fixed_part_is_short(name: str) -> None:
    file = prompt_file(name)
    fixed = file.filled(**dict.fromkeys(file.slots, ""))
    assert len(fixed.encode()) < MAX_TOKENS * MIN_BYTES_PER_TOKEN


def test_braces_in_a_value_are_no_slots() -> None:
    file = parsed("version: 1\nslots: question\nAnswer: {question}")
    assert file.filled(question="{drafts} {question}") == "Answer: {drafts} {question}"


@pytest.mark.parametrize(
    "text",
    ["No version", "version: 1\nslots: a\nNo slot", "version: 1\nOf {a}", "version: x\nText"],
)
def test_a_file_with_other_slots_than_it_names_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parsed(text)
