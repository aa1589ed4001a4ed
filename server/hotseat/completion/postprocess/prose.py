"""What a chat model says instead of code: "Sure! Here is the code:", a thought.

Pure. Only the beginning of an answer is looked at, and only where code belongs.
"""

from __future__ import annotations

import re

THINKING = ("<think>", "<thinking>", "<reasoning>", "</think>")
"""Begin a thought, which is no suggestion; the tags occur in no code."""

_OPENING = re.compile(
    r"""\s*(?:[*_#>]+\s*)?(?:
    (?:sure|certainly|absolutely|great|sorry|hello|hi|alright|understood)\b[,.!:]
    | of\ course\b
    | (?:okay|ok|yes|no|well|so|first|finally|in\ summary)[,.!:]\ +[\w']+\ +[\w']+
    | (?:note|explanation|answer|solution|output|completion|response|summary)\b\**:\ +\w+\ +\w+
    | here(?:\ is|\ are|'s|’s)\ +(?:the|a|an|your|my|how|what|one|some)\b
    | below\ (?:is|are)\b | as\ an\ ai\b | let\ me\ \w+ | let['’]s\ \w+\ \w+
    | i(?:['’](?:m|ll|ve|d)|\ (?:am|can|will|have|think|would|need|cannot|see|understand))\b
    | it\ (?:looks|seems|appears)\b | you\ (?:can|could|should|need|may|are|have)\b
    | to\ (?:add|fix|do|complete|implement|use|make|create|solve|get|achieve|answer)\ \w+\ \w+
    | (?:this|the|that)\ (?:\w+\ )?(?:code|function|method|snippet|query|file|program|completion
        |implementation|class|script|example|answer|solution|error|above|following|missing|given)\b
    | (?:based\ on|given\ the|in\ this|we\ (?:can|need|should|have)|please)\ +\w+
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CODE = re.compile(r"[(){}\[\];=<>]|\w\.\w")


def is_prose(text: str) -> bool:
    """Return whether an answer begins with a sentence to a user.

    The first line decides; with more code in it than a sentence has, it is code.
    """
    line = text.lstrip().partition("\n")[0]
    found = _OPENING.match(line)
    if found is None:
        return False
    return _CODE.search(line[: found.end() + 1]) is None and len(_CODE.findall(line)) <= 2
