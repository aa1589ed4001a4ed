"""What is counted in a piece of code: words, runs of signs, and what lines begin and end with."""

from __future__ import annotations

import re

MAX_CHARS = 6_000
"""Of a text that are looked at."""
_MAX_WORD_CHARS = 20
_TOKEN = re.compile(r"[A-Za-z_]\w*|\d+|[^\w\s]{1,3}?(?=[\w\s]|$)|[^\w\s]{2}|[^\w\s]")
_BLANKS = re.compile(r"[ \t]*")


def features_of(text: str) -> list[str]:
    """Return the features of a text; each may come several times.

    A word or run of signs is a feature as it is, `^w` begins a line, `^w x` with the next one, `w$`
    ends a line, and `w_x` is a pair in which words that may be anything are written as `a` or, with
    a capital, `A`.
    """
    found: list[str] = []
    for line in text[:MAX_CHARS].splitlines():
        tokens = [token for token in _TOKEN.findall(line) if len(token) <= _MAX_WORD_CHARS]
        if not tokens:
            continue
        found += tokens
        found.append(f"^{tokens[0]}")
        if len(tokens) > 1:
            found.append(f"^{tokens[0]} {_kind(tokens[1])}")
            found.append(f"^{_kind(tokens[0])} {tokens[1]}")
        found.append(f"{tokens[-1]}$")
        kinds = [_kind(token) for token in tokens]
        for i in range(len(tokens) - 1):
            found.append(f"{tokens[i]}_{kinds[i + 1]}")
            found.append(f"{kinds[i]}_{tokens[i + 1]}")
        for i in range(len(tokens) - 2):
            found.append(f"{kinds[i]}_{kinds[i + 1]}_{kinds[i + 2]}")
        indent = _BLANKS.match(line)
        if indent is not None and indent[0]:
            found.append("^\\t" if "\t" in indent[0] else f"^{min(len(indent[0]), 4)} blanks")
    return found


def _kind(token: str) -> str:
    if token[0].isalpha() or token[0] == "_":
        return "A" if token[0].isupper() else "a"
    return "0" if token[0].isdigit() else token
