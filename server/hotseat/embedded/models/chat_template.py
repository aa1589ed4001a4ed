"""What the Jinja chat template in a GGUF file shows of a model: thinking, tools, stop texts.

Pure. Ollama searches such templates for words, and so does this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

THINK_TAGS = ("<think>", "</think>")
_THINK_SPLITS = ("content.split('</think>')", 'content.split("</think>")')
_TOOL_ROLES = (
    *("tool_response", "tool_results", "role'] == 'tool'", 'role\'] == "tool"'),
    *("role\"] == 'tool'", 'role"] == "tool"', "message.role == 'tool'"),
    *('message.role == "tool"', "ipython"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTemplate:
    """What a chat template can do. All is False for a model without one."""

    exists: bool = False
    thinks: bool = False
    takes_tools: bool = False
    takes_tool_results: bool = False

    @property
    def capabilities(self) -> tuple[str, ...]:
        return (("tools",) if self.takes_tools else ()) + (("thinking",) if self.thinks else ())


def inspect(text: str) -> ChatTemplate:
    """Return what the template in `text` can do."""
    splits_thinking = any(words in text for words in _THINK_SPLITS)
    takes_tools = "tools" in text or "tool_call" in text
    return ChatTemplate(
        exists=bool(text),
        thinks=all(tag in text for tag in THINK_TAGS)
        or (splits_thinking and "reasoning_content" not in text and "<SPECIAL_12>" not in text),
        takes_tools=takes_tools,
        takes_tool_results=takes_tools
        and ("tool_calls" in text or "assistant_tool_call" in text)
        and any(words in text for words in _TOOL_ROLES),
    )


def prefers_chat_template(
    chat: ChatTemplate, go_capabilities: Sequence[str], *, go_takes_tool_results: bool
) -> bool:
    """Return whether the GGUF's template is used, although the model has one of its own.

    As in Ollama: the one that can do more is used, but tools are not lost.
    """
    can, go_can = set(chat.capabilities), set(go_capabilities)
    if not chat.exists:
        return False
    if len(can) > len(go_can):
        return not go_takes_tool_results or chat.takes_tool_results
    if can != go_can or "tools" not in can:
        return False
    return chat.takes_tool_results and not go_takes_tool_results


_ALIKE_CHARS = 100
"""Ollama takes a template for a known one at a smaller Levenshtein distance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A well-known template: its name in Ollama, texts that it contains, and stop texts.

    `lengths` are the characters of its versions. `lacks` are texts of other templates.
    """

    name: str
    marks: tuple[str, ...]
    lengths: tuple[int, ...]
    stop: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    temperature: float | None = None


# From Ollama's template/*.json and the lengths in template/index.json.
_KNOWN = (
    Known(
        name="chatml",
        marks=("<|im_start|>", "<|im_end|>"),
        lengths=(196, 209, 291, 306, 327, 328, 358, 441, 450, 629, 1842),
        stop=("<|im_start|>", "<|im_end|>"),
    ),
    Known(
        name="llama3-instruct",
        marks=("<|start_header_id|>", "<|eot_id|>"),
        lengths=(389, 4614),
        stop=("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
    ),
    Known(
        name="gemma-instruct",
        marks=("<start_of_turn>", "System role not supported"),
        lengths=(591,),
        stop=("<start_of_turn>", "<end_of_turn>"),
    ),
    Known(
        name="gemma3-instruct",
        marks=("<start_of_turn>", "first_user_prefix"),
        lengths=(1532,),
        stop=("<end_of_turn>",),
        temperature=0.1,
    ),
    Known(
        name="llama2-chat",
        marks=("[INST]", "<<SYS>>"),
        lengths=(813, 815),
        stop=("[INST]", "[/INST]", "<<SYS>>", "<</SYS>>"),
    ),
    Known(
        name="mistral-instruct",
        marks=("[INST]",),
        lacks=("<<SYS>>",),
        lengths=(470, 477),
        stop=("<|im_start|>", "<|im_end|>"),
    ),
    Known(
        name="phi-3",
        marks=("<|end|>", "<|assistant|>"),
        lengths=(218, 254, 269),
        stop=("<|end|>", "<|system|>", "<|user|>", "<|assistant|>"),
    ),
    Known(
        name="zephyr",
        marks=("<|user|>", "<|assistant|>", "eos_token"),
        lacks=("<|end|>",),
        lengths=(306, 410),
        stop=("<|system|>", "</s>", "<|user|>", "<|assistant|>"),
    ),
    Known(
        name="command-r",
        marks=("<|START_OF_TURN_TOKEN|>", "<|CHATBOT_TOKEN|>"),
        lengths=(1204,),
        stop=("<|START_OF_TURN_TOKEN|>", "<|END_OF_TURN_TOKEN|>"),
    ),
    Known(
        name="openchat",
        marks=("GPT4 Correct", "<|end_of_turn|>"),
        lengths=(222,),
        stop=("<|end_of_turn|>",),
    ),
    Known(
        name="alpaca",
        marks=("### Instruction:", "<|EOT|>"),
        lengths=(1041,),
        stop=("###Instruction:", "###Response"),
    ),
    Known(
        name="starcoder2-instruct",
        marks=("exceptionally intelligent coding assistant", "### Instruction"),
        lengths=(574,),
        stop=("###Instruction", "###Response", "<|endoftext|>"),
    ),
    Known(
        name="magicoder",
        marks=("exceptionally intelligent coding assistant", "@@ Instruction"),
        lengths=(571,),
        stop=("@@Instruction", "@@Response"),
    ),
    Known(
        name="codellama-70b-instruct",
        marks=("Source: ", "<step>"),
        lengths=(531,),
        stop=("Source:", "Destination:", "<step>"),
    ),
    Known(
        name="granite-instruct",
        marks=("Question:", "Answer:"),
        lengths=(376,),
        stop=("System:", "Question:", "Answer:"),
    ),
    Known(
        name="falcon-instruct",
        marks=("Falcon:",),
        lengths=(340, 356),
        stop=("User:", "Assistant:"),
    ),
    Known(
        name="solar-instruct",
        marks=("### System:", "### User:", "### Assistant:"),
        lengths=(409,),
        stop=("###System:", "###User:", "###Assistant"),
    ),
    Known(
        name="chatqa",
        marks=("User: ", "Assistant:", "bos_token"),
        lacks=("Falcon",),
        lengths=(459, 690),
        stop=("System:", "User:", "Assistant:", "<|begin_of_text|>"),
    ),
    Known(
        name="alfred",
        marks=("<start_user>", "<end_message>"),
        lengths=(533,),
        stop=("<start_system>", "<end_message>", "<start_user>", "<start_assistant>"),
    ),
)


def detect(text: str) -> Known | None:
    """Return the well-known template that `text` is, or None.

    Ollama compares with whole templates; this compares the length and the marks of each.
    """
    for known in _KNOWN:
        has_marks = all(mark in text for mark in known.marks)
        lacks_others = not any(mark in text for mark in known.lacks)
        is_alike = any(abs(len(text) - length) < _ALIKE_CHARS for length in known.lengths)
        if has_marks and lacks_others and is_alike:
            return known
    return None
