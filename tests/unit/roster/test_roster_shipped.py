"""experts.yaml itself: what comes with Hotseat must be right without a word from anyone."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from hotseat.domain.errors import RosterError
from hotseat.domain.sources import is_sha256, parse_part
from hotseat.roster.language_ids import KNOWN
from hotseat.roster.merge import weights_of
from hotseat.roster.sets import CODE_SETS
from hotseat.roster.shipped import read_shipped, shipped_names, shipped_path, shipped_roster

GB = 1_000_000_000


def test_the_file_is_without_fault() -> None:
    text = shipped_path().read_text("utf-8")
    assert [str(d) for d in read_shipped(text, "experts.yaml").diagnostics] == []


@pytest.mark.parametrize("name", shipped_names())
def test_each_roster_is_complete(name: str) -> None:
    roster = shipped_roster(name)
    assert roster.generalist is not None
    assert roster.disabled_languages == {"markdown", "plaintext"}
    for expert in roster.everyone():
        assert expert.licence, expert.name
        assert expert.size_bytes, expert.name
        assert set(expert.languages) <= KNOWN


@pytest.mark.parametrize("name", ["ollama", "starter", *CODE_SETS])
def test_a_model_has_one_set_of_options_so_that_experts_share_its_seat(name: str) -> None:
    roster = shipped_roster(name)
    specs = {e.spec for e in roster.everyone()}
    assert len(specs) == len({weights_of(e) for e in roster.everyone()})
    assert all(spec.option("num_ctx") for spec in specs)
    assert all(spec.option("num_thread") is None for spec in specs)


def test_the_ollama_roster_serves_many_languages_on_a_small_machine() -> None:
    roster = shipped_roster("ollama")
    languages = {language for e in roster.experts for language in e.languages}
    assert len(languages) >= 15
    budget_bytes = (roster.budget.share or 0) * 8 * GB
    generalist_bytes = roster.generalist.size_bytes if roster.generalist else None
    assert generalist_bytes is not None
    for expert in roster.experts:
        assert (expert.size_bytes or 0) + generalist_bytes < budget_bytes, expert.name


def test_walking_through_the_starter_languages_changes_seats() -> None:
    roster = shipped_roster("starter")
    walk = ["go", "html", "go", "sql", "python"]
    models = [expert.spec.model for lang in walk if (expert := roster.expert_for(lang))]
    assert len(models) == len(walk)
    assert all(before != after for before, after in itertools.pairwise(models))


def test_the_starter_models_can_be_fetched_and_checked() -> None:
    for expert in shipped_roster("starter").everyone():
        assert expert.source is not None
        assert expert.source.sha256 is not None
        assert is_sha256(expert.source.sha256)
        for part in expert.source.parts:
            parse_part(part)


def test_six_languages_share_one_seat_by_adapters_that_are_there() -> None:
    roster = shipped_roster("adapters").on_shared_bases()
    assert len({expert.seat for expert in roster.everyone()}) == 1
    adapters = [Path(expert.adapter or "") for expert in roster.experts]
    assert len(adapters) == 6
    for path in adapters:
        assert path.is_file(), path
        assert path.stat().st_size <= 6_000_000
        assert path.with_suffix(".md").is_file(), "its card says what it is"


def test_an_unknown_roster_is_named_with_those_that_there_are() -> None:
    with pytest.raises(RosterError, match="Did you mean 'starter'"):
        shipped_roster("startr")
    assert set(shipped_names()) == {"ollama", "starter", "adapters", "code", *CODE_SETS}
