"""Which code models a machine gets."""

from __future__ import annotations

import pytest

from hotseat.domain.sources import HubPart, parse_part
from hotseat.roster.load import load_text
from hotseat.roster.merge import weights_of
from hotseat.roster.sets import CODE_LEAST_BYTES, CODE_SETS, code_set
from hotseat.roster.shipped import shipped_names, shipped_roster

GIB = 1 << 30
GB = 10**9


@pytest.mark.parametrize(
    ("total_bytes", "name"),
    [
        (0, "code-8gb"),
        (int(7.6 * GIB), "code-8gb"),
        (12 * GIB, "code-8gb"),
        (int(15.3 * GIB), "code-16gb"),
        (16 * GB, "code-16gb"),
        (24 * GIB, "code-16gb"),
        (int(30.9 * GIB), "code-32gb"),
        (32 * GB, "code-32gb"),
        (512 * GIB, "code-32gb"),
    ],
)
def test_the_set_for_a_machine(total_bytes: int, name: str) -> None:
    assert code_set(total_bytes) == name


def test_code_is_the_set_for_this_machine() -> None:
    assert set(CODE_SETS) < set(shipped_names())
    assert shipped_roster("code") in [shipped_roster(name) for name in CODE_SETS]
    mine = load_text("use: code\nbudget: 2GB\n", filename="experts.yaml", base=None)
    assert mine.diagnostics == ()
    assert mine.base == "code"
    assert mine.roster.experts == shipped_roster("code").experts


@pytest.mark.parametrize(
    ("name", "least_bytes"),
    [("code-8gb", CODE_LEAST_BYTES), ("code-16gb", 14 * GIB), ("code-32gb", 28 * GIB)],
)
def test_a_set_fits_into_its_budget_with_room_for_its_context(name: str, least_bytes: int) -> None:
    roster = shipped_roster(name)
    sizes = {weights_of(e): e.size_bytes or 0 for e in roster.everyone()}
    assert sum(sizes.values()) < 0.85 * (roster.budget.share or 0) * least_bytes


@pytest.mark.parametrize("name", CODE_SETS)
def test_every_model_of_a_set_is_on_the_hub_under_a_licence_for_any_use(name: str) -> None:
    roster = shipped_roster(name)
    for expert in roster.everyone():
        assert expert.source is not None
        (source,) = expert.source.parts
        assert isinstance(parse_part(source), HubPart)
        assert expert.licence == "Apache-2.0"
    languages = {language for e in roster.experts for language in e.languages}
    ollama = {language for e in shipped_roster("ollama").experts for language in e.languages}
    assert languages == ollama


def test_parts_on_the_hub_are_not_joined() -> None:
    text = "models: {'m:1b': {source: ['hf:o/r#a.gguf', 'hf:o/r#b.gguf']}}\n"
    (error,) = load_text(text, filename="experts.yaml", base=shipped_roster("starter")).diagnostics
    assert "a file on the hub is a source by itself" in error.message
    assert "split file" in error.hint
