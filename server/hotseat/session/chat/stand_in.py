"""What a model is shown that answers in place of an expert whose own model cannot chat.

It was not made for that expert's language, so it gets the workspace's definitions in that language
whose names are plain words of the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hotseat.conversation.context.items import Candidate, ItemKind
from hotseat.domain.experts import Expert

MIN_CHARS = 3
MAX_WORDS = 40
"""Of a question; each is looked up in three spellings."""
_WORD = re.compile(r"[^\W\d_]\w*")


def names_of_words(question: str) -> list[str]:
    """Return the names that the question's words may stand for: "cart" for `Cart` and `cart`."""
    words = dict.fromkeys(w for w in _WORD.findall(question) if len(w) >= MIN_CHARS)
    spelled = [
        name for w in list(words)[:MAX_WORDS] for name in (w, w.lower(), w.lower().capitalize())
    ]
    return list(dict.fromkeys(spelled))


def shown_note(replaced: Iterable[Expert], candidates: Iterable[Candidate]) -> str:
    """Return what is said beside the reason for which another model answers; "" if it is shown
    none of the experts' definitions."""
    languages = {language for expert in replaced for language in expert.languages}
    n = sum(c.kind is ItemKind.SYMBOL and c.language in languages for c in candidates)
    if not n:
        return ""
    return "it is shown a definition" if n == 1 else f"it is shown {n} definitions"
