"""Which part of a prompt is kept when it is longer than the context, as in Ollama.

Pure. A conversation loses its oldest messages, but not system messages and not the last message.
What is still too long loses tokens after the first `num_keep`, so many that about half of the rest
of the context is free for the answer.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def kept_messages(messages: Sequence[dict[str, Any]], start: int) -> list[dict[str, Any]]:
    """Return the messages from `start`, after the system messages before it."""
    system = [message for message in messages[:start] if message.get("role") == "system"]
    return [*system, *messages[start:]]


def first_that_fits(n_messages: int, n_tokens: int) -> Generator[int, int | None, int]:
    """Find the smallest number of messages to drop, so that the prompt has at most `n_tokens`.

    Yields a number and is sent the tokens of the prompt without so many messages; None if the
    template refuses such a conversation (many insist on user and assistant by turns); then more
    are dropped. Returns at most n_messages - 1, which leaves the last message. Fewer messages
    are taken to have fewer tokens, so it asks about log2(n_messages) times.
    """
    low, high = 0, max(n_messages - 1, 0)
    rendered_for: dict[int, int] = {}
    while low < high:
        middle = start = (low + high) // 2
        n = yield start
        while n is None and start < high - 1:
            start += 1
            n = yield start
        if n is not None and n <= n_tokens:
            high = middle
            rendered_for[middle] = start  # What lies between cannot be rendered.
        else:
            low = start + 1
    return rendered_for.get(low, low)


def shifted(tokens: Sequence[T], *, n_ctx: int, n_keep: int) -> list[T]:
    """Return the tokens of a prompt of n_ctx tokens or more, cut as by a context shift.

    The first `n_keep` stay (a negative number: as many as possible), then so many are left out that
    half of the remaining context is free.
    """
    limit = n_ctx - 1
    n_keep = min(len(tokens) if n_keep < 0 else n_keep, limit)
    n_after = n_ctx - max((n_ctx - n_keep) // 2, 1)
    n_dropped = len(tokens) - n_after
    return [*tokens[:n_keep], *tokens[n_keep + n_dropped :]]
