"""How much the words of a question speak for each language. See `terms` for the words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from hotseat.conversation.english import without_inflection
from hotseat.conversation.routing.terms import LISTS

GENERAL = "general"
_NAME = 5.0
_WEIGHTS = (_NAME, 3.0, 2.0, 1.0)
_JOINT_SHARE = 0.7
"""Of its weight, for a term of several parts: they may be in one question by chance."""
_TOKEN = re.compile(r"\w+|[^\w\s,]")
_JOINING_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
_Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Joint:
    """A term of several parts, each of which has alternatives; the first part is left out."""

    language: str
    weight: float
    others: tuple[frozenset[_Words], ...]


@dataclass(slots=True)
class _Index:
    """Terms by their first word, the longest first, and what speaks for which language."""

    by_first: dict[str, dict[_Words, None]] = field(default_factory=dict)
    signs: dict[_Words, dict[str, float]] = field(default_factory=dict)
    joint: dict[_Words, list[_Joint]] = field(default_factory=dict)
    """By their first part, terms of several parts."""


@dataclass(frozen=True, slots=True)
class Topics:
    """What the words of a text speak for, by language."""

    names: Mapping[str, float]
    """Libraries, tools and errors that belong to one language."""
    words: Mapping[str, float]
    """All other terms."""


def topic_scores(text: str) -> Topics:
    """Return the sums of the weights of the terms in `text` by language.

    Each term counts once. A longer term hides those that begin inside it; parts of joint terms are
    found everywhere.
    """
    index, words = _index_of_terms(), tuple(words_of(text))
    present: set[_Words] = set()
    counted: set[_Words] = set()
    end = 0
    for i, word in enumerate(words):
        terms = index.by_first.get(word)
        if terms is None:
            continue
        found = [term for term in terms if len(term) == 1 or words[i : i + len(term)] == term]
        if not found:
            continue
        present.update(found)
        signs = next((term for term in found if term in index.signs), None)
        if i >= end and signs is not None:
            counted.add(signs)
            end = i + len(signs)
    names: dict[str, float] = {}
    scores: dict[str, float] = {}
    for term in counted:
        for language, weight in index.signs[term].items():
            _add(names if weight == _NAME else scores, {language: weight})
    seen: set[int] = set()
    for part in present:
        for joint in index.joint.get(part, ()):
            if id(joint) not in seen and all(side & present for side in joint.others):
                seen.add(id(joint))
                _add(scores, {joint.language: joint.weight})
    return Topics(names=names, words=scores)


def words_of(text: str) -> list[str]:
    """Return the stems of words, and each other character that is no space, as one word."""
    return [
        without_inflection(token)
        for token in _TOKEN.findall(_JOINING_HYPHEN.sub(" ", text.lower()))
    ]


def _add(scores: dict[str, float], more: Mapping[str, float]) -> None:
    for language, weight in more.items():
        scores[language] = scores.get(language, 0.0) + weight


def _index(lists: Mapping[str, Sequence[str]]) -> _Index:
    index = _Index()
    for language, texts in lists.items():
        for text, weight in zip(texts, _WEIGHTS, strict=True):
            for term in filter(str.strip, " ".join(text.split()).split(",")):
                parts = term.strip().split(" + ")
                if len(parts) == 1:
                    words = _known(index, parts[0])
                    signs = index.signs.setdefault(words, {})
                    signs[language] = max(weight, signs.get(language, 0.0))
                    continue
                sides = tuple(
                    frozenset(_known(index, one) for one in part.split("|")) for part in parts
                )
                joint = _Joint(language, _JOINT_SHARE * weight, sides[1:])
                for words in sides[0]:
                    index.joint.setdefault(words, []).append(joint)
    index.by_first = {
        word: dict.fromkeys(sorted(terms, key=len, reverse=True))
        for word, terms in index.by_first.items()
    }
    return index


def _known(index: _Index, part: str) -> _Words:
    words = tuple(words_of(part))
    index.by_first.setdefault(words[0], {})[words] = None
    return words


def build_index_of_terms() -> None:
    """Build what `topic_scores` looks up, if that has not been done: some 200 ms, once. Call it in
    a thread."""
    _index_of_terms()


@cache
def _index_of_terms() -> _Index:
    """Return the index of all terms."""
    return _index(LISTS)
