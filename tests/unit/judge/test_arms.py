"""Who is judged, and the roster in which one arm serves every language."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import ModelSource, ModelSpec, Roster
from hotseat.judge.arms import arms_of, roster_for
from hotseat.roster.diagnostics import Severity
from hotseat.roster.load import load_choice
from hotseat.roster.shipped import shipped_names, shipped_roster
from support.judged import GENERALIST, ROSTER, expert


def test_experts_that_serve_a_language_are_judged_and_the_generalist_comes_last() -> None:
    arms = arms_of(ROSTER, ["python"])
    assert [arm.name for arm in arms] == ["py", "generalist"]
    assert arms[0].languages == ("python",)
    assert arms[1].is_generalist


def test_experts_on_one_model_are_one_arm() -> None:
    roster = shipped_roster("starter")
    arms = arms_of(roster, ["javascript", "sql", "go"])
    assert [arm.name for arm in arms] == ["web+sql", "generalist"]
    assert arms[0].experts == ("web", "sql")
    assert arms[1].experts == ("go", "python")
    assert arms[1].languages == ("go",)


def test_a_prompt_of_its_own_makes_no_other_arm_but_an_adapter_does() -> None:
    prompted = replace(GENERALIST, name="style", languages=("php",), prompt="We write PHP.")
    tuned = expert(
        "rust", ["rust"], "hotseat/rust:latest", adapter="/r.gguf", base_model="general:1b"
    )
    roster = Roster(generalist=GENERALIST, experts=(prompted, tuned))
    arms = arms_of(roster, ["php", "rust"])
    assert [arm.name for arm in arms] == ["rust", "generalist"]
    assert arms[0].label == "general:1b + r.gguf"


def test_arms_can_be_chosen_and_added() -> None:
    arms = arms_of(ROSTER, ["python"], chosen=["web"], others=["large:7b"])
    assert [arm.name for arm in arms] == ["web", "large-7b", "generalist"]
    assert arms[1].models == ("large:7b",)
    every = arms_of(ROSTER, ["python"], chosen=["all"])
    assert [arm.name for arm in every] == ["py", "web", "generalist"]


def test_names_that_mean_nothing_are_said(tmp_path: Path) -> None:
    with pytest.raises(HotseatError, match="no expert 'pyhton'"):
        arms_of(ROSTER, ["python"], chosen=["pyhton"])
    with pytest.raises(HotseatError, match="There is no adapter"):
        arms_of(ROSTER, ["python"], others=[f"large:7b+{tmp_path}/none.gguf"])
    with pytest.raises(HotseatError, match="only the generalist's own model"):
        arms_of(ROSTER, ["go"])
    with pytest.raises(HotseatError, match="no generalist"):
        arms_of(Roster(experts=ROSTER.experts), ["python"])


@pytest.mark.parametrize("shipped", shipped_names())
def test_one_arm_serves_every_language_in_its_roster(shipped: str, tmp_path: Path) -> None:
    roster = shipped_roster(shipped)
    languages = ["go", "python", "javascript", "sql"]
    for arm in arms_of(roster, languages, suffix_first=True):
        path = tmp_path / "experts.yaml"
        path.write_text(json.dumps(roster_for(arm, [*languages, "vue"], shipped_roster("ollama"))))
        result = load_choice(str(path), None, trusted=True)
        assert not [d for d in result.diagnostics if d.severity is Severity.ERROR]
        for language in (*languages, "vue"):
            served = result.roster.expert_for(language)
            assert served is not None
            assert (served.spec, served.fim) == (arm.expert.spec, arm.expert.fim)
            assert served.source == arm.expert.source
        assert result.roster.language_for(["javascript", "vue"]) == "javascript"
        assert len({e.spec for e in result.roster.everyone()}) == 1


def test_an_adapter_keeps_the_name_that_the_engine_knows(tmp_path: Path) -> None:
    adapter = tmp_path / "go.gguf"
    adapter.touch()
    arm = arms_of(ROSTER, ["go"], others=[f"general:1b+{adapter}"])[0]
    source = ModelSource(parts=("file:/w.gguf",))
    arm = replace(arm, expert=replace(arm.expert, source=source))
    path = tmp_path / "experts.yaml"
    path.write_text(json.dumps(roster_for(arm, ["go"], shipped_roster("ollama"))))
    served = load_choice(str(path), None, trusted=True).roster.expert_for("go")
    assert served is not None
    assert served.spec.model == arm.expert.spec.model
    assert (served.adapter, served.base_model) == (str(adapter), "general:1b")
    assert served.spec == ModelSpec(arm.expert.spec.model, served.spec.options)
