"""A checked request for an answer: what it asks for, and the lines in which it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hotseat.embedded.api.tools import Tool, ToolCall
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.store import StoredModel
from hotseat.embedded.options import DEFAULT_N_CTX
from hotseat.embedded.templates.prompts import PromptTemplate, Thinking
from hotseat.serving import wire

Prompt = str | list[int | str]
"""A prompt for llama.cpp: text, or tokens and texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRequest:
    """A request that was checked."""

    model: StoredModel
    card: ModelCard
    name: str
    """The model's name as the client wrote it; answers repeat it."""
    is_chat: bool
    options: dict[str, Any]
    keep_alive_s: float | None
    stream: bool
    n_ctx: int = DEFAULT_N_CTX
    """Tokens of the context that the model is loaded with."""
    prompt: Prompt | None = None
    """None: `messages` must be rendered first."""
    messages: list[dict[str, Any]] = field(default_factory=list)
    template: PromptTemplate | None = None
    """Renders the messages; None: llama.cpp does, with the template in the GGUF file."""
    template_arguments: dict[str, Any] = field(default_factory=dict)
    """For the template in the GGUF file."""
    thinking: Thinking = field(default_factory=Thinking)
    think_tags: tuple[str, str] = ("", "")
    """The texts around thinking in the answer; empty: the answer is not split."""
    drops_messages: bool = True
    """Whether a prompt that is too long may lose messages."""
    truncate: bool = True
    """Whether a prompt that is too long is shortened; otherwise it is refused."""
    shift: bool = True
    """Whether an answer goes on when it has filled the context."""
    context: tuple[int, ...] = ()
    """Tokens of an earlier conversation, before the prompt."""
    returns_context: bool = False
    tools: tuple[Tool, ...] = ()
    """What the model may call."""
    n_probs: int = 0
    top_logprobs: int = 0
    schema: dict[str, Any] | None = None
    may_load: bool = True
    """Whether the model is loaded for this request if it is not in memory."""
    owner: str = ""
    """The client whose earlier prompts may be reused; those of others are read again."""
    is_empty: bool = False
    is_debug: bool = False
    """The prompt is returned instead of an answer."""

    @property
    def is_native(self) -> bool:
        """Return whether llama.cpp applies the template and finds the calls of tools."""
        return bool(self.tools) and self.template is None

    @property
    def may_be_drafted(self) -> bool:
        """Return whether a process that drafts tokens may answer.

        Never where log-probabilities are asked for: those of drafted tokens are not known. Not for
        a load, nor for the reading of a completion's prompt, which takes a model as it is in
        memory.
        """
        is_read = not self.may_load and not self.is_chat
        return not (self.n_probs or is_read or self.is_empty)

    def text(self, text: str, thinking: str = "", calls: Sequence[ToolCall] = ()) -> dict[str, Any]:
        """Return a line of the answer; the caller adds other fields."""
        line: dict[str, Any] = {"model": self.name, "created_at": wire.now_text()}
        thought = {"thinking": thinking} if thinking else {}
        if self.is_chat:
            called = {"tool_calls": list(calls)} if calls else {}
            line["message"] = {"role": "assistant", "content": text, **thought, **called}
        else:
            line |= {"response": text, **thought}
        return line
