"""Who answers a question, and which models can hold a conversation."""

from __future__ import annotations

import pytest

from hotseat.conversation.route import can_chat, candidates
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
