"""What the words of a chat template show."""

from __future__ import annotations

import pytest

from hotseat.embedded.models.chat_template import (
    ChatTemplate,
    detect,
    inspect,
    prefers_chat_template,
)

CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] "
    "+ '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' "
    "}}{% endif %}"
)


def test_a_well_known_template_brings_its_stop_texts() -> None:
    known = detect(CHATML)
    assert known is not None
    assert (known.name, known.stop) == ("chatml", ("<|im_start|>", "<|im_end|>"))
    slightly_other = CHATML.replace("messages", "loop_messages")
    assert detect(slightly_other) == known


@pytest.mark.parametrize("text", ["", "{{ x }}", CHATML * 4, CHATML.replace("im_", "xx_")])
def test_another_template_brings_none(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("text", "capabilities"),
    [
        ("", ()),
        (CHATML, ()),
        ("<think>{{ x }}</think>", ("thinking",)),
        ("{% set c = content.split('</think>') %}", ("thinking",)),
        ("{% set c = content.split('</think>') %}{{ reasoning_content }}", ()),
        ("{% if tools %}<think></think>", ("tools", "thinking")),
    ],
)
def test_capabilities(text: str, capabilities: tuple[str, ...]) -> None:
    assert inspect(text).capabilities == capabilities


@pytest.mark.parametrize(
    ("chat", "own", "own_takes_results", "preferred"),
    [
        (ChatTemplate(), (), False, False),
        (ChatTemplate(exists=True), (), False, False),
        (ChatTemplate(exists=True, thinks=True), (), False, True),
        (ChatTemplate(exists=True, thinks=True), ("insert",), False, False),
        (ChatTemplate(exists=True, thinks=True, takes_tools=True), ("tools",), True, False),
        (ChatTemplate(exists=True, takes_tools=True, takes_tool_results=True), ("tools",), 0, True),
        (ChatTemplate(exists=True, takes_tools=True), ("tools",), False, False),
    ],
)
def test_the_template_that_can_do_more_is_used(
    chat: ChatTemplate, own: tuple[str, ...], own_takes_results: bool, preferred: bool
) -> None:
    result = prefers_chat_template(chat, own, go_takes_tool_results=bool(own_takes_results))
    assert result == preferred
