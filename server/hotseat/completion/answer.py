"""The answer to a completion request, and the stages that a suggestion passes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from hotseat.completion.postprocess.line_or_block import Mode


class Stage(StrEnum):
    """The stages of a completion, in their order.

    `build_request` is the first, `AnswerPipeline` runs those from MODEL to REPAIR, and the filter
    judges each answer again when it could be shown (`filter/score.py`).
    """

    PROMPT = "prompt"
    MODEL = "model"
    """Drops a suggestion when the model wrote nothing but white space or control tokens."""
    STREAM_TRUNCATION = "stream truncation"
    OVERLAP = "overlap"
    INDENTATION = "indentation"
    SYNTAX_CHECK = "syntax check"
    REPAIR = "repair"
    FILTER = "filter"


@dataclass(frozen=True, slots=True)
class Answer:
    """The text to insert at the cursor, and what is known of it. An empty text is no suggestion."""

    text: str
    logprobs: tuple[float, ...] = ()
    """Natural logarithms, of the tokens of `text`; empty where the engine does not report them."""
    token_ends: tuple[int, ...] = ()
    """Where each of these tokens ends in `text`, in characters; empty where it is not known."""
    mode: Mode = "line"
    parses: bool | None = None
    """The code has no more syntax errors with `text` than without; None if it was not checked."""
    dropped_by: Stage | None = None
    """The stage after which nothing was left, for an empty `text`."""
    shortened_by: tuple[Stage, ...] = ()
    """The stages that removed a part of the model's text."""

    def after_typing(self, n_chars: int) -> Answer:
        """Return the rest of the answer after its first `n_chars` were typed.

        Tokens that were typed as a whole do not count any more.
        """
        if not n_chars:
            return self
        left = [
            (logprob, end - n_chars)
            for logprob, end in zip(self.logprobs, self.token_ends, strict=False)
            if end > n_chars
        ]
        return replace(
            self,
            text=self.text[n_chars:],
            logprobs=tuple(x for x, _ in left) if self.token_ends else self.logprobs,
            token_ends=tuple(end for _, end in left),
        )

    def first_chars(self, n_chars: int) -> Answer:
        """Return the answer without what comes after its first `n_chars`."""
        if n_chars >= len(self.text):
            return self
        n_tokens = sum(end < n_chars for end in self.token_ends) + 1 if n_chars else 0
        return replace(
            self,
            text=self.text[:n_chars],
            logprobs=self.logprobs[:n_tokens] if self.token_ends else self.logprobs,
            token_ends=tuple(min(end, n_chars) for end in self.token_ends[:n_tokens]),
        )
