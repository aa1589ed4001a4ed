"""What a completion repeats of the text behind the cursor in the same line.

Owns brackets and quotes: `foo(‸)` completed with `a, b)` must not end in two brackets, and `foo(‸)`
completed with `bar(x)` must keep its own.
"""

from __future__ import annotations

_PAIRS = {")": "(", "]": "[", "}": "{"}


def without_overlap(prefix_line: str, text: str, rest: str) -> str:
    """Take off what already stands behind the cursor."""
    bare = rest.lstrip()
    if bare[0] in _PAIRS:
        # What was opened before the cursor, and is not closed behind it, is the text's to close.
        unopened, _ = _brackets(text)
        n_own = max(0, _brackets(prefix_line)[1] - len(_brackets(rest)[0]))
        if len(unopened) > n_own and text[unopened[n_own]] == bare[0]:
            return text[: unopened[n_own]]
    for n in range(min(len(text), len(bare)), 0, -1):
        if text.endswith(bare[:n]) and (n == len(bare) or not bare[:n].isalnum()):
            return text if _needs(text[:-n], bare[:n]) else text[:-n]
    return text


def _brackets(text: str) -> tuple[list[int], int]:
    """Where brackets close that `text` did not open, and how many it leaves open."""
    opened: list[str] = []
    unopened: list[int] = []
    quote = ""
    for i, char in enumerate(text):
        if quote:
            quote = "" if char == quote and text[i - 1] != "\\" else quote
        elif char in '"`' and char in text[i + 1 :]:
            quote = char
        elif char in _PAIRS.values():
            opened.append(char)
        elif char in _PAIRS:
            if opened and opened[-1] == _PAIRS[char]:
                opened.pop()
            else:
                unopened.append(i)
    return unopened, len(opened)


def _needs(kept: str, overlap: str) -> bool:
    """True: `kept` opens what `overlap` closes, so it is no double."""
    for char in overlap:
        if char in _PAIRS and kept.count(_PAIRS[char]) > kept.count(char):
            return True
        if char in "\"'`" and kept.count(char) % 2:
            return True
    return False
