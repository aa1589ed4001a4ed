"""What is known of a model when a completion request is built for it."""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.completion.prompt.fim_templates import FimChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionModel:
    """Values of one model."""

    fim: FimChoice
    """The format of its prompts."""
    window_tokens: int
    """Prompt and answer together, in estimated tokens."""
    context_tokens: int = 0
    """The part of the window that is reserved for other open files: the same from key to key, so
    that the prompt begins at the same line. 0 for a model that reads slowly."""
    tokens_per_s: float | None = None
    """How fast it reads a prompt; None until that was measured."""
