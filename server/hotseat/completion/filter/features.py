"""What is known of a suggestion when it could be shown.

Owns how each feature is measured, on text alone. The parse result and the log-probabilities are
given, where they are known: nothing here parses or runs a model.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from hotseat.completion.filter.shown_tokens import StreamPart, shown_tokens
from hotseat.completion.postprocess.line_or_block import Mode

NEARBY_LINES_BEFORE = 30
NEARBY_LINES_AFTER = 10
_NEARBY_CHARS = 3000
_TOKEN = re.compile(r"\w+|([^\w\s])\1{0,99}")
"""A rule of a comment (`-----`) is one token, up to the length of a line."""
_MIN_LINE_CHARS = 4
"""Shorter lines are brackets and the like, which repeat honestly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What is known of a suggestion when it could be shown. None is "not measured"."""

    language: str
    mode: Mode
    n_chars: int
    n_lines: int
    parses: bool | None
    """The text around with the suggestion in it has no more syntax errors than without."""
    repeated_share: float
    """The share of its tokens or of its lines that are repetitions, whichever is greater."""
    duplicate_share: float
    """Of its lines: what stands near the cursor already. A single line counts only if it is the one
    just above or below: `return False` is right in many places."""
    mean_logprob: float | None
    """Of the shown tokens, natural logarithm."""
    first_logprob: float | None
    joint_logprob: float | None
    """The sum over the shown tokens: the logarithm of the probability that the model gives to all
    of the text."""
    mid_identifier: bool
    """A letter, digit or underscore on both sides of the cursor."""
    has_suffix: bool
    """After the cursor, in its line, is more than white space."""


def features_of(
    text: str,
    *,
    prefix: str,
    suffix: str,
    language: str,
    mode: Mode,
    parses: bool | None = None,
    logprobs: Sequence[float] = (),
) -> Features:
    """Of `text` between `prefix` and `suffix`, of which some lines around the cursor suffice.

    `logprobs` are those of the shown tokens in order, empty where the engine reports none.
    """
    lines = text.split("\n")
    rest = suffix.partition("\n")[0]
    known = [value for value in logprobs if math.isfinite(value)]
    return Features(
        language=language,
        mode=mode,
        n_chars=len(text),
        n_lines=len(lines),
        parses=parses,
        repeated_share=max(_repeated_tokens(text), _repeated_lines(lines)),
        duplicate_share=_duplicate_lines(lines, prefix, suffix),
        mean_logprob=sum(known) / len(known) if known else None,
        first_logprob=known[0] if known else None,
        joint_logprob=sum(known) if known else None,
        mid_identifier=_is_name(prefix[-1:]) and _is_name(suffix[:1]),
        has_suffix=bool(rest.strip()),
    )


def shown_logprobs(pieces: Sequence[StreamPart], text: str) -> tuple[float, ...]:
    """Of a stream's pieces with their log-probabilities: those of the tokens that are in the shown
    `text`, in order (`shown_tokens.shown_tokens`)."""
    return tuple(token.logprob for token in shown_tokens(pieces, text))


def _repeated_tokens(text: str) -> float:
    """Share of the runs of three tokens that were there before."""
    tokens = [found.group() for found in _TOKEN.finditer(text)]
    n = len(tokens) - 2
    if n <= 0:
        return 0.0
    return 1.0 - len(set(zip(tokens, tokens[1:], tokens[2:], strict=False))) / n


def _repeated_lines(lines: Sequence[str]) -> float:
    bare = [line for raw in lines if len(line := raw.strip()) >= _MIN_LINE_CHARS]
    return 1.0 - len(set(bare)) / len(bare) if bare else 0.0


def _duplicate_lines(lines: Sequence[str], prefix: str, suffix: str) -> float:
    """The first line counts together with what stands before the cursor."""
    before = prefix[-_NEARBY_CHARS:].rsplit("\n", NEARBY_LINES_BEFORE + 1)
    whole = [before[-1] + lines[0], *lines[1:]]
    bare = [line for raw in whole if len(line := raw.strip()) >= _MIN_LINE_CHARS]
    if not bare:
        return 0.0
    after = suffix[:_NEARBY_CHARS].split("\n", NEARBY_LINES_AFTER + 1)
    above = [line for raw in before[:-1] if (line := raw.strip())]
    below = [line for raw in after[1:] if (line := raw.strip())]
    near = {*above, *below} if len(bare) > 1 else {*above[-1:], *below[:1]}
    return sum(line in near for line in bare) / len(bare)


def _is_name(char: str) -> bool:
    return char.isalnum() or char == "_"
