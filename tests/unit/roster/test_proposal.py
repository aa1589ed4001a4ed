"""What a machine and a user get proposed."""

from __future__ import annotations

import pytest

from hotseat.domain.errors import RosterError
from hotseat.roster.edit import with_use
from hotseat.roster.proposal import (
    download_bytes,
    needed_experts,
    needed_models,
    roster_for,
    usual_languages,
)
from hotseat.roster.shipped import shipped_roster

GB = 10**9


@pytest.mark.parametrize(
    ("total_bytes", "has_library", "name"),
    [
        (4 * GB, False, "starter"),
        (8 * GB, False, "code"),
        (64 * GB, False, "code"),
        (4 * GB, True, "ollama"),
        (64 * GB, True, "ollama"),
    ],
)
def test_the_roster_for_a_machine(total_bytes: int, has_library: bool, name: str) -> None:
    assert roster_for(total_bytes, has_library=has_library, why_embedded="Because")[0] == name


def test_the_reason_is_one_sentence() -> None:
    name, reason = roster_for(16 * GB, has_library=False, why_embedded="No Ollama was found")
    assert name == "code"
    assert reason == (
        "No Ollama was found, and this machine has 16.0 GB of memory: the roster 'code' has code "
        "models for 16 GB."
    )


def test_a_language_that_was_touched_in_passing_does_not_count() -> None:
    assert usual_languages({"go": 300, "sql": 12, "css": 12, "lua": 5, "perl": 1}) == (
        *("go", "css", "sql"),
    )
    assert usual_languages({"go": 2, "sql": 1}) == ("go",)
    assert usual_languages({}) == ()


def test_only_the_models_of_the_users_languages_are_needed() -> None:
    roster = shipped_roster("code-16gb")
    few = needed_models(needed_experts(roster, ["go", "python"]), installed=())
    assert [model.name for model in few] == ["qwen2.5-coder:1.5b-q8_0", "qwen3.5:2b-q4_k_m"]
    assert few[0].experts == ("python", "go")
    assert few[0].source.startswith("hf:ggml-org/")
    more = needed_models(needed_experts(roster, ["go", "html"]), installed=())
    assert len(more) == 3
    assert len(needed_models(needed_experts(roster, []), installed=())) == 3


def test_languages_without_an_expert_need_the_generalist() -> None:
    roster = shipped_roster("code-16gb")
    assert [e.name for e in needed_experts(roster, ["cobol", "markdown"])] == ["generalist"]


def test_what_is_installed_is_not_downloaded() -> None:
    experts = needed_experts(shipped_roster("code-16gb"), ["go"])
    models = needed_models(experts, installed=["QWEN2.5-coder:1.5b-Q8_0"])
    assert [model.is_installed for model in models] == [True, False]
    assert download_bytes(models) == 1_280_000_000


MINE = "# mine\n\n---\nuse: starter   # small\nbudget: 2GB\n"


def test_another_shipped_roster_below_a_file() -> None:
    assert with_use("", "code") == "use: code\n"
    assert with_use(MINE, "code") == MINE.replace("starter", "code")
    assert with_use("use: 'starter'\n", "code") == "use: code\n"
    assert with_use("# mine\n\nbudget: 2GB\n", "code") == "# mine\n\nuse: code\nbudget: 2GB\n"
    without_newline = with_use("budget: 2GB\nuse: starter", "code")
    assert without_newline == "budget: 2GB\nuse: code"


@pytest.mark.parametrize("text", ["{budget: 2GB}\n", "- a\n", "a: [\n", '"use": starter\n'])
def test_a_file_that_cannot_be_changed_safely(text: str) -> None:
    with pytest.raises(RosterError) as caught:
        with_use(text, "code")
    assert "by hand" in caught.value.hint
