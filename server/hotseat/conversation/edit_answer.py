"""An answer to an edit while it grows: when it is complete, and when it is of no use.

The first block of code is used, so what comes after it is not waited for. An answer that holds no
code after as many tokens as the selection has, and one that repeats itself, are given up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotseat.conversation.excerpt import SelectionInFile, size_of
from hotseat.conversation.loops import LoopWatch
from hotseat.conversation.rewrite import UnusableAnswer, has_complete_block, has_fence

MIN_BOUND_TOKENS = 64
PROSE_SHARE = 0.6
"""So large a share of sentences makes an answer prose; code has comments."""
OWN_PROSE_SHARE = 0.3
"""If the selection has so large a share of sentences itself, prose may be the edit."""
PROSE_LANGUAGES = frozenset(
    {None, "markdown", "plaintext", "latex", "restructuredtext", "asciidoc"}
)
"""Here an edit without a block of code may well be text."""
MIN_KNOWN_CHARS = 8
"""A line of the selection so long is known again in an answer."""
_COMMENT = re.compile(r"\s*(?://|#|--|/?\*(?!\*)|<!--|%|;)")
_WORD = re.compile(r"\b[A-Za-z]?[a-z']+\b")
_BEGINS_SENTENCE = re.compile(r"[\s>*_\"'`(-]*(?:\d+[.)]\s*)?[*_\"'`(]*[A-Z](?:[a-z']|\s)")
_SIGN = re.compile(r"[(){}\[\];=<>+*/\\|&$@_]")


class EditAnswer:
    """One answer. `bytes_per_token` estimates the tokens of a text."""

    def __init__(self, place: SelectionInFile, *, bytes_per_token: int) -> None:
        self._place = place
        self._bound_bytes = max(MIN_BOUND_TOKENS * bytes_per_token, size_of(place.selected))
        self._watch = LoopWatch(is_code=place.language not in PROSE_LANGUAGES)
        self.text = ""
        self.problem: UnusableAnswer | None = None
        """Why the answer is of no use whatever comes next."""
        self.is_complete = False

    def add(self, chunk: str) -> None:
        """The model wrote `chunk`."""
        self.text += chunk
        self.is_complete = "\n" in chunk and has_complete_block(self.text)
        if self.is_complete:
            return
        if self._is_looping():
            self.problem = _looping()
        elif size_of((self.text,)) > self._bound_bytes:
            self.problem = self._without_code()

    def end(self) -> None:
        """The model will write no more."""
        if self.problem is None and not self.is_complete:
            is_looping = self._is_looping(is_whole=True)
            self.problem = _looping() if is_looping else self._without_code()

    def _is_looping(self, *, is_whole: bool = False) -> bool:
        repetition = self._watch.look(self.text, is_whole=is_whole)
        return repetition is not None and repetition.is_loop

    def _without_code(self) -> UnusableAnswer | None:
        place = self._place
        if has_fence(self.text) or place.language in PROSE_LANGUAGES:
            return None
        known = {line.strip() for line in place.selected if len(line.strip()) >= MIN_KNOWN_CHARS}
        lines = [line for line in self.text.splitlines() if line.strip()]
        if any(line.strip() in known for line in lines):
            return None
        is_prose = _prose_share(lines) >= PROSE_SHARE
        if not is_prose or _prose_share(place.selected) >= OWN_PROSE_SHARE:
            return None
        return UnusableAnswer(
            "the answer is text, not code",
            for_user="the model wrote text instead of code",
            is_final=True,
        )


def _looping() -> UnusableAnswer:
    return UnusableAnswer(
        "the answer repeats itself", for_user="the model began to repeat itself", is_final=True
    )


def _prose_share(lines: Sequence[str]) -> float:
    """Return the share of characters in lines that read as sentences, or go on with one."""
    n_prose_chars = n_chars = 0
    was_prose = False
    for line in lines:
        n_words = len(_WORD.findall(line))
        has_words = n_words >= 4 and 4 * len(_SIGN.findall(line)) <= n_words
        begins = was_prose or _BEGINS_SENTENCE.match(line) is not None
        was_prose = has_words and begins and not _COMMENT.match(line)
        n_chars += len(line)
        n_prose_chars += len(line) if was_prose else 0
    return n_prose_chars / n_chars if n_chars else 0.0
