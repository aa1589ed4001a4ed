"""Who answers a question, and which models can hold a conversation."""

from __future__ import annotations

import pytest

from hotseat.conversation.route import can_chat, candidates, languages_asked
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.engines.protocol import ModelInfo


def expert(name: str, *languages: str) -> Expert:
    return Expert(name=name, languages=languages, spec=ModelSpec(f"{name}:1b"))


GENERAL = expert("general")
ROSTER = Roster(
    generalist=GENERAL,
    experts=(expert("go", "go"), expert("web", "html", "javascript"), expert("notes", "markdown")),
)


def names(*languages: str | None, named: str | None = None, roster: Roster = ROSTER) -> list[str]:
    return [e.name for e in candidates(roster, named=named, languages=languages)]


def test_the_region_then_the_file_then_the_generalist() -> None:
    assert names("javascript", "html")[:2] == ["web", "general"]
    assert names("go", "html")[:3] == ["go", "web", "general"]
    assert names("rust", None)[0] == "general"
    assert names()[0] == "general"


def test_then_the_others_once_each() -> None:
    assert names("javascript", "html") == ["web", "general", "go", "notes"]


def test_a_named_expert_answers_alone() -> None:
    assert names("go", named="web") == ["web"]
    with pytest.raises(HotseatError, match="no expert 'x'"):
        names(named="x")


def test_a_language_that_is_switched_off_has_the_generalist() -> None:
    assert names("markdown", "markdown")[0] == "general"


def test_clear_words_come_before_the_place() -> None:
    asked = languages_asked(
        "How do I write a LEFT JOIN?", file_language="go", around=("go",), region_language="go"
    )
    assert asked[0] == "sql"
    assert names(*asked)[0] == "general"
    asked = languages_asked("How do I do this in Go?", file_language="html", around=("html",))
    assert names(*asked)[0] == "go"


def test_a_region_without_an_expert_has_the_file_s() -> None:
    asked = languages_asked(
        "Is that right?", region_language="css", file_language="html", around=("html", "html")
    )
    assert asked[0] == "css"
    assert names(*asked)[0] == "web"


def test_a_general_question_goes_to_the_generalist() -> None:
    asked = languages_asked("How do I undo my last commit?", file_language="go", around=("go",))
    assert names(*asked)[0] == "general"


def test_an_empty_roster_is_an_error() -> None:
    assert names("rust", roster=Roster(experts=(expert("go", "go"),))) == ["go"]
    with pytest.raises(HotseatError, match="roster is empty"):
        names("rust", roster=Roster())


def info(template: str, *capabilities: str) -> ModelInfo:
    return ModelInfo(capabilities=frozenset(capabilities), template=template)


@pytest.mark.parametrize(
    "template",
    [
        "{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}{{ end }}",
        "{% for message in messages %}{{ message['content'] }}{% endfor %}",
        "{{ .System }}\n### Instruction:\n{{ .Prompt }}\n### Response:\n",
        "[INST] {{ .Prompt }} [/INST]",
        "{{ if .Suffix }}<|fim_prefix|>{{ .Prompt }}"
        "{{ else }}<|im_start|>user\n{{ .Prompt }}{{ end }}",
    ],
)
def test_models_for_conversations(template: str) -> None:
    assert can_chat(info(template))


@pytest.mark.parametrize(
    "template",
    [
        "",
        "{{ .Prompt }}",
        "{{ .System }} {{ .Prompt }}",
        "{{- if .Suffix }}<fim_prefix>{{ .Prompt }}<fim_suffix>{{ .Suffix }}<fim_middle>"
        "{{ else }}{{ .Prompt }}{{ end }}",
        "<file_sep>{{ if .Suffix }}<fim_prefix>{{ end }}{{ .Prompt }}",
        "<PRE> {{ .Prompt }} <SUF>{{ .Suffix }} <MID>",
    ],
)
def test_base_models(template: str) -> None:
    assert not can_chat(info(template, "completion", "insert"))


def test_what_the_engine_says_of_itself_counts() -> None:
    assert can_chat(info("", "completion", "tools"))
