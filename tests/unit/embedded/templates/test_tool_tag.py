"""The text with which a call of a tool begins, from Go templates."""

from __future__ import annotations

import pytest

from hotseat.embedded.templates.prompts import parsed
from hotseat.embedded.templates.tool_tag import tool_tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("{{ .Prompt }}", "{"),
        ("{{ if .ToolCalls }}{{ range .ToolCalls }}{{ .Function.Name }}{{ end }}{{ end }}", "{"),
        (
            "{{ if .ToolCalls }}<tool_call>\n{{ range .ToolCalls }}x{{ end }}{{ end }}",
            "<tool_call>",
        ),
        (
            "{{ range .Messages }}{{ if .Content }}a{{ else if .ToolCalls }}[TOOL_CALLS] [{{ end }}"
            "{{ end }}",
            "[TOOL_CALLS] [",
        ),
        ('{{ if .ToolCalls }} \n {{ range .ToolCalls }}<c> {"name": 1}{{ end }}{{ end }}', "<c>"),
        ('{{ if .ToolCalls }}{"name": "{{ .Name }}"}{{ end }}', "{"),
        ("{{ if and .ToolCalls .Tools }}<both>{{ end }}", "<both>"),
        ("{{ with .ToolCalls }}<not this>{{ end }}{{ .Response }}", "{"),
    ],
)
def test_the_first_text_of_a_call_is_the_tag(text: str, tag: str) -> None:
    assert tool_tag(parsed(text).template) == tag
