"""The part of the text around the cursor that goes into a prompt.

Owns the arithmetic of the model's window. Tokens are estimated, not counted: a tokenizer would cost
more than the rest of the prompt. The beginning of the prompt moves in steps and not with each key,
so that the engine's KV cache holds from one key to the next; the suffix is short, because the text
after the cursor is evaluated again each time.
"""

from __future__ import annotations

from dataclasses import dataclass

BYTES_PER_TOKEN = 3
"""A careful estimate for source code: code tokenizers make 3 to 4 bytes of utf-8 a token."""
STEP_LINES = 32
MAX_SUFFIX_LINES = 20
SUFFIX_SHARE = 0.15
FIRST_SUFFIX_SHARE = 1 / 3
"""The share of a prompt that begins with the suffix, for models that cannot fill in the middle; out
of the prefix's room, so that such a prompt is as long as one without a suffix."""
SUFFIX_S = 0.2
"""What reading the suffix may cost at each key: prompts that end with it are read again from
there."""
SUFFIX_STEPS = (24, 48, 96, 192, 384)
"""Tokens; in steps, so that a rate that wavers does not change the prompt with it."""
_MARGIN = 1 / 16
"""The share of the window for control tokens, the path, and text denser than the estimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptParts:
    """Text before and after the cursor, with "\\n" as the only line ending."""

    prefix: str
    suffix: str
    first_line: int
    """The document's line with which `prefix` begins."""
    n_tokens: int
    """Estimated, of both."""


def n_prompt_tokens(n_ctx: int, n_predict: int) -> int:
    """Return the tokens for text in a window of `n_ctx`, of which `n_predict` are for the
    answer."""
    return max(0, n_ctx - n_predict - int(n_ctx * _MARGIN))


def window_chars(n_ctx: int, n_predict: int) -> int:
    """Return how many characters of text, on either side, `window` can use at most."""
    return n_prompt_tokens(n_ctx, n_predict) * BYTES_PER_TOKEN


def suffix_tokens(tokens_per_s: float | None) -> int:
    """Return the most tokens of suffix for a model that reads so fast; no limit of its own while
    the speed is not known."""
    if tokens_per_s is None:
        return SUFFIX_STEPS[-1]
    fitting = [step for step in SUFFIX_STEPS if step <= tokens_per_s * SUFFIX_S]
    return fitting[-1] if fitting else SUFFIX_STEPS[0]


def window(
    prefix_text: str,
    suffix_text: str,
    *,
    cursor_line: int,
    n_ctx: int,
    n_predict: int,
    max_suffix_tokens: int = SUFFIX_STEPS[-1],
    suffix_first: bool = False,
) -> PromptParts:
    """Return both sides, cut to the model's window.

    With `suffix_first` the suffix stands before the prefix. It begins in the line after the
    cursor's, so that it stays the same while the user types, and with it the engine's KV cache.
    `prefix_text` ends at the cursor, which stands in the document's line `cursor_line`; it may have
    been cut anywhere at its beginning, `suffix_text` anywhere at its end.
    """
    prefix_text, suffix_text = _newlines(prefix_text), _newlines(suffix_text)
    budget_bytes = window_chars(n_ctx, n_predict)
    # A fixed share, whatever the suffix takes: else the prefix would begin elsewhere at each key.
    suffix_bytes = int(budget_bytes * SUFFIX_SHARE)
    prefix_bytes = budget_bytes - suffix_bytes
    if suffix_first:
        suffix_text = suffix_text.partition("\n")[2]
        suffix_bytes = int(prefix_bytes * FIRST_SUFFIX_SHARE)
        prefix_bytes -= suffix_bytes
    else:
        suffix_bytes = min(suffix_bytes, max_suffix_tokens * BYTES_PER_TOKEN)
    suffix = _cut_suffix(suffix_text, suffix_bytes)
    prefix, first_line = _cut_prefix(prefix_text, prefix_bytes, cursor_line)
    return PromptParts(
        prefix=prefix,
        suffix=suffix,
        first_line=first_line,
        n_tokens=-(-(_size(prefix) + _size(suffix)) // BYTES_PER_TOKEN),
    )


def _cut_prefix(text: str, max_bytes: int, cursor_line: int) -> tuple[str, int]:
    lines = text.split("\n")
    n_fit, used = 0, 0
    size = len if text.isascii() else _size
    for line in reversed(lines):
        used += size(line) + 1
        if used > max_bytes + 1:
            break
        n_fit += 1
    if n_fit == 0:
        return _last_bytes(lines[-1], max_bytes), cursor_line
    first_line = cursor_line - n_fit + 1
    if n_fit == len(lines) and first_line == 0:
        return text, 0
    if n_fit == len(lines) and n_fit > 1:
        first_line += 1  # the first line may have been cut by the caller
    # Steps are lines of the document, not of this text, and smaller in a small window.
    step = STEP_LINES
    while step > 1 and step * 4 > n_fit:
        step //= 2
    first_line = min(-(-first_line // step) * step, cursor_line)
    return "\n".join(lines[len(lines) - 1 - (cursor_line - first_line) :]), first_line


def _cut_suffix(text: str, max_bytes: int) -> str:
    lines = text.split("\n")
    kept: list[str] = []
    used = 0
    for line in lines[:MAX_SUFFIX_LINES]:
        used += _size(line) + 1
        if used > max_bytes + 1:
            break
        kept.append(line)
    if not kept:
        return _first_bytes(lines[0], max_bytes)
    return "\n".join(kept)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _last_bytes(text: str, n: int) -> str:
    """Whole code points only; half a surrogate pair, which an editor may send, is one."""
    data = text.encode("utf-8", "surrogatepass")
    start = max(0, len(data) - n)
    while start < len(data) and data[start] & 0xC0 == 0x80:
        start += 1
    return data[start:].decode("utf-8", "surrogatepass")


def _first_bytes(text: str, n: int) -> str:
    data = text.encode("utf-8", "surrogatepass")
    end = min(n, len(data))
    while 0 < end < len(data) and data[end] & 0xC0 == 0x80:
        end -= 1
    return data[:end].decode("utf-8", "surrogatepass")


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
