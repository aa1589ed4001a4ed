"""Prompts from conversations, as Ollama's templates write them."""

from __future__ import annotations

from typing import Any

import pytest

from hotseat.embedded.templates.nodes import TemplateError
from hotseat.embedded.templates.prompts import Thinking, parsed

CHATML = (
    "{{- range .Messages }}<|{{ .Role }}|>{{ .Content }}<|end|>\n{{ end }}<|assistant|>"
)  # fmt: skip
OLDER = "{{ if .System }}<s>{{ .System }}</s>{{ end }}<u>{{ .Prompt }}</u><a>{{ .Response }}</a>"
THINKING = (
    "{{ range .Messages }}<{{ .Role }}>"
    "{{ if and (eq .Role `assistant`) .Thinking }}<think>{{ .Thinking }}</think>{{ end }}"
    "{{ .Content }}{{ end }}<assistant>"
    "{{ if .IsThinkSet }}{{ if .Think }}[{{ .ThinkLevel }}]{{ else }}[off]{{ end }}{{ end }}"
)


def says(role: str, content: str, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


SYSTEM, FIRST, ANSWER, SECOND = (
    says("system", "Be brief."),
    says("user", "Hi"),
    says("assistant", "Hello"),
    says("user", "Bye"),
)


def test_a_template_of_messages_gets_all_of_them() -> None:
    prompt = parsed(CHATML).chat([SYSTEM, FIRST, ANSWER, SECOND])
    assert prompt == (
        "<|system|>Be brief.<|end|>\n<|user|>Hi<|end|>\n<|assistant|>Hello<|end|>\n"
        "<|user|>Bye<|end|>\n<|assistant|>"
    )


def test_messages_of_one_role_in_a_row_are_one() -> None:
    assert "<|user|>Hi\n\nBye<|end|>" in parsed(CHATML).chat([FIRST, SECOND])
    tools = [says("tool", "1"), says("tool", "2")]
    assert parsed(CHATML).chat(tools).count("<|tool|>") == 2


def test_a_role_that_nobody_knows_is_passed_on() -> None:
    assert parsed(CHATML).chat([says("narrator", "Once")]).startswith("<|narrator|>Once")


def test_an_older_template_is_applied_to_each_round() -> None:
    prompt = parsed(OLDER).chat([SYSTEM, FIRST, ANSWER, SECOND])
    assert prompt == "<s>Be brief.</s><u>Hi</u><a>Hello</a><u>Bye</u><a>"


def test_an_older_template_ends_where_the_answer_goes_on() -> None:
    assert parsed(OLDER).chat([FIRST, ANSWER]) == "<u>Hi</u><a>Hello"
    ends_inside = "{{ .Prompt }}{{ if .System }}x{{ .Response }}y{{ end }}z"
    assert parsed(ends_inside).chat([SYSTEM, FIRST]) == "Hix"


def test_a_template_without_a_place_for_the_answer_gets_one_at_its_end() -> None:
    assert (
        parsed("Q: {{ .Prompt }} A: ").chat([FIRST, ANSWER, SECOND]) == "Q: Hi A: HelloQ: Bye A: "
    )


def test_infill_gets_prompt_and_suffix() -> None:
    template = parsed("<P>{{ .Prompt }}<S>{{ .Suffix }}<M>")
    assert template.infill("a", "b") == "<P>a<S>b<M>"
    assert template.capabilities == ("insert",)


def test_capabilities_are_what_the_template_mentions() -> None:
    assert parsed(CHATML).capabilities == ()
    assert parsed("{{ if .Tools }}{{ $.Tools }}{{ end }}{{ .Messages }}").capabilities == ("tools",)
    assert parsed(THINKING).capabilities == ("thinking",)


def test_the_tags_around_thinking_are_found() -> None:
    assert parsed(THINKING).tags == ("<think>", "</think>")
    assert parsed("{{ .Thinking }}").tags == ("", "")


@pytest.mark.parametrize(
    ("thinking", "end"),
    [
        (Thinking(), "<assistant>"),
        (Thinking(is_set=True), "<assistant>[off]"),
        (Thinking(on=True, level="high", is_set=True), "<assistant>[high]"),
    ],
)
def test_a_template_learns_whether_to_think(thinking: Thinking, end: str) -> None:
    prompt = parsed(THINKING).chat([FIRST, {**ANSWER, "thinking": "hm"}], thinking=thinking)
    assert prompt == "<user>Hi<assistant><think>hm</think>Hello" + end


def test_tools_and_calls_are_seen_as_in_go() -> None:
    tool = {
        "type": "function",
        "function": {"name": "now", "description": "Time", "parameters": {}},
    }
    call = {"function": {"name": "now", "arguments": {"zone": "utc"}}}
    template = parsed(
        "{{ range .Tools }}{{ .Function.Name }}: {{ .Function }};{{ end }}"
        "{{ range .Messages }}{{ range .ToolCalls }}{{ .Function.Name }}{{ .Function.Arguments }}"
        "{{ end }}{{ end }}"
    )
    prompt = template.chat([says("assistant", "", tool_calls=[call])], [tool])
    assert prompt == ('now: {"name":"now","description":"Time","parameters":{}};now{"zone":"utc"}')


def test_a_conversation_of_a_thousand_messages_stays_within_the_limits() -> None:
    numbered = "{{ range $i, $_ := .Messages }}{{ $last := eq (len (slice $.Messages $i)) 1 }}"
    numbered += "{{ .Content }}{{ if $last }}!{{ end }}{{ end }}"
    messages = [says(("user", "assistant")[i % 2], f"{i} ") for i in range(1000)]
    assert parsed(numbered).chat(messages).endswith("999 !")


def test_a_field_that_is_not_there_is_an_error_or_nothing() -> None:
    assert parsed("{{ if .Nothing }}x{{ end }}{{ .Messages }}").chat([]) == "[]"
    with pytest.raises(TemplateError, match="nil pointer"):
        parsed("{{ .Nothing.More }}{{ .Messages }}").chat([])
