"""One candidate of a recall, with what is computed once: its words, its own score, its values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from hotseat.conversation.memory.cues import CHANGED, VALUES
from hotseat.conversation.memory.quantities import Quantity, quantities
from hotseat.conversation.memory.related_words import RELATED
from hotseat.conversation.memory.remembered import Query, RememberedTurn, StoreCounts
from hotseat.conversation.memory.words import MIN_STEM_CHARS, is_related, words

_K1 = 1.2
_B = 0.4
"""BM25's constants (Robertson and Zaragoza 2009); `b` is low, because turns are short."""
_RELATED_WEIGHT = 0.7
_GROUP_WEIGHT = 0.35
"""How much a word counts that has the same beginning, or means something similar."""
_COVERAGE = 0.5
"""The share of a score that depends on how much of the question is matched."""
_IDENTIFIER = 2.5
_USER = 1.15
_QUESTION_ITSELF = 0.75
_CUE = 1.6
_PRIOR = 0.2
"""What every statement gets, as a share of the weight of one rare word: where no word fits, the
kind of sentence decides."""
_MAX_LOOKED_AT_CHARS = 4_000
"""Of a turn, for kinds of sentences and values: a pasted log has all of them."""
_LIKENESS = 3.0
_UNLIKE = 0.1
"""What a cosine above `_UNLIKE` counts, in the weight of one rare word."""
_RECENT = 0.06
BEGINNING_CHARS = 5


class ScoredTurn:
    """A candidate with what is computed once: its words and its own score."""

    def __init__(
        self,
        turn: RememberedTurn,
        query: Query,
        weights: Mapping[str, float],
        counts: StoreCounts,
        strengths_of: Strengths,
        cosine: float = 0.0,
    ) -> None:
        self.turn = turn
        self._asked_values = query.values
        own_words = words(turn.text) if turn.words is None else turn.words
        self._words = own_words
        self._text = turn.text[:_MAX_LOOKED_AT_CHARS]
        self.is_question = turn.text[-40:].rstrip().endswith("?")
        norm = _K1 * (1 - _B + _B * len(own_words) / max(1.0, counts.mean_words))
        self.matched: dict[str, float] = {}
        self.named: set[str] = set()
        """The words of the question that it holds itself, not by a word that means the same."""
        own = 0.0
        n_of: dict[str, float] = {}
        # Thousands of words for each question: most are known to stand for nothing.
        known = strengths_of.known
        for other in own_words:
            found = known.get(other)
            if found is None:
                found = strengths_of(other)
            for word, strength in found:
                n_of[word] = n_of.get(word, 0.0) + strength
                if strength >= _RELATED_WEIGHT:
                    self.named.add(word)
        for word, n in n_of.items():
            self.matched[word] = weights[word] * min(1.0, n)
            own += weights[word] * n * (_K1 + 1) / (n + norm)
        total = sum(weights.values())
        if total:
            own *= 1 - _COVERAGE + _COVERAGE * sum(self.matched.values()) / total
        if query.identifiers:
            text = self._text.lower()
            own += _IDENTIFIER * sum(name in text for name in query.identifiers)
        if not self.is_question:
            own += _PRIOR * math.log(1 + counts.n_turns) * (1.0 if turn.is_user else 0.5)
        self.cosine = cosine
        self.likeness = max(0.0, cosine - _UNLIKE) * _LIKENESS * math.log(1 + counts.n_turns)
        self.own = own

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """Of its words, to compare it with others."""
        return frozenset(word[:BEGINNING_CHARS] for word in self._words)

    @cached_property
    def values(self) -> frozenset[str]:
        """Of the kinds of values that are asked for, those that it holds."""
        asked = self._asked_values
        return frozenset(k for k, _, holds in VALUES if k in asked and holds.search(self._text))

    @cached_property
    def quantities(self) -> frozenset[Quantity]:
        return quantities(self._text)

    @cached_property
    def announces_change(self) -> bool:
        return CHANGED.search(self._text) is not None

    def factor(self, query: Query, today: date) -> float:
        turn = self.turn
        factor = _USER if turn.is_user else 1.0
        if self.is_question:
            factor *= _QUESTION_ITSELF
        if any(cue.search(self._text) for cue in query.cues):
            factor *= _CUE
        if query.values & self.values:
            factor *= _CUE
        age_days = max(0, (today - turn.day).days)
        return factor * (1 + _RECENT * math.exp(-age_days / 14))


def rarity(counts: StoreCounts, word: str) -> float:
    """Return BM25's inverse document frequency, which is never negative."""
    n = counts.n_with.get(word, 0)
    return math.log(1 + (counts.n_turns - n + 0.5) / (n + 0.5))


class Strengths:
    """How much each word of a turn counts for the words of the question; looked up once for each
    word."""

    def __init__(self, asked: Sequence[str]) -> None:
        self._by_beginning: dict[str, list[str]] = {}
        self._by_meaning: dict[str, list[str]] = {}
        self.known: dict[str, tuple[tuple[str, float], ...]] = {}
        for word in asked:
            self._by_beginning.setdefault(word[:MIN_STEM_CHARS], []).append(word)
            for other in RELATED.get(word, ()):
                self._by_meaning.setdefault(other, []).append(word)

    def __call__(self, other: str) -> tuple[tuple[str, float], ...]:
        """Return words of the question, each with the strength by which `other` stands for it."""
        if other not in self._by_meaning and other[:MIN_STEM_CHARS] not in self._by_beginning:
            self.known[other] = ()  # most words: nothing is made for them
            return ()
        by_word = dict.fromkeys(self._by_meaning.get(other, ()), _GROUP_WEIGHT)
        for word in self._by_beginning.get(other[:MIN_STEM_CHARS], ()):
            if word == other:
                by_word[word] = 1.0
            elif is_related(word, other):
                by_word[word] = _RELATED_WEIGHT
        found = self.known[other] = tuple(by_word.items())
        return found
