"""docs/experts-yaml.md agrees with the code: its examples load, and every key is explained."""

from __future__ import annotations

import re

import pytest

from hotseat.completion.prompt.fim_templates import FAMILIES
from hotseat.roster import schema
from hotseat.roster.load import load_text
from hotseat.roster.shipped import shipped_names, shipped_roster
from support.repository import REPOSITORY

DOC = REPOSITORY / "docs" / "experts-yaml.md"
TEXT = DOC.read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.split(":")[0])
def test_each_example_is_without_fault(text: str) -> None:
    base = shipped_roster("ollama")
    result = load_text(text, filename=str(DOC), base=base)
    assert [str(d) for d in result.diagnostics] == []
    assert result.roster != base


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 8


def test_every_key_is_explained() -> None:
    entries = (
        schema.RosterFile,
        schema.EngineEntry,
        schema.BudgetEntry,
        schema.CompletionEntry,
        schema.OptionsEntry,
        schema.ModelEntry,
        schema.GeneralistEntry,
        schema.ExpertEntry,
    )
    explained = set(re.findall(r"`(\w+)[`:]", TEXT)) | set(re.findall(r"^ *-? *(\w+):", TEXT, re.M))
    missing = {key for entry in entries for key in entry.model_fields} - explained
    assert missing == set()


def test_every_shipped_roster_is_named() -> None:
    assert all(f"`{name}`" in TEXT for name in shipped_names())


def test_every_fim_family_is_named() -> None:
    assert [family for family in FAMILIES if f"`{family}`" not in TEXT] == []
