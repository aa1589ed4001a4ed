"""How much the words of a question speak for each language. See `terms` for the words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotseat.conversation.english import without_inflection
from hotseat.conversation.routing.terms import LISTS

GENERAL = "general"
_WEIGHTS = (3.0, 2.0, 1.0)
_JOINT_SHARE = 0.7
"""Of its weight, for a term of several parts: they may be in one question by chance."""
_TOKEN = re.compile(r"\w+|[^\w\s,]")
_JOINING_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
_Words = tuple[str, ...]


@dataclass(slots=True)
class _Index:
    """Terms by their first word, the longest first, and what speaks for which language."""

    by_first: dict[str, list[_Words]] = field(default_factory=dict)
    signs: dict[_Words, dict[str, float]] = field(default_factory=dict)
    joint: dict[_Words, list[tuple[frozenset[_Words], str, float]]] = field(default_factory=dict)
    """By one part of them, terms of several parts."""


def topic_scores(text: str) -> dict[str, float]:
    """Return the sum of the weights of the terms in `text` by language.

    Each term counts once. A longer term hides those that begin inside it; parts of joint terms are
    found everywhere.
    """
    words = tuple(words_of(text))
    present: set[_Words] = set()
    counted: set[_Words] = set()
    end = 0
    for i, word in enumerate(words):
        terms = _INDEX.by_first.get(word)
        if terms is None:
            continue
        found = [term for term in terms if len(term) == 1 or words[i : i + len(term)] == term]
        if not found:
            continue
        present.update(found)
        signs = next((term for term in found if term in _INDEX.signs), None)
        if i >= end and signs is not None:
            counted.add(signs)
            end = i + len(signs)
    scores: dict[str, float] = {}
    for term in counted:
        _add(scores, _INDEX.signs[term])
    for part in present:
        for parts, language, weight in _INDEX.joint.get(part, ()):
            if parts <= present:
                _add(scores, {language: weight})
    return scores


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
                for combination in itertools.product(*(part.split("|") for part in parts)):
                    joint = [_known(index, part) for part in combination]
                    index.joint.setdefault(joint[0], []).append(
                        (frozenset(joint), language, _JOINT_SHARE * weight)
                    )
    for terms in index.by_first.values():
        terms.sort(key=len, reverse=True)
    return index


def _known(index: _Index, part: str) -> _Words:
    words = tuple(words_of(part))
    terms = index.by_first.setdefault(words[0], [])
    if words not in terms:
        terms.append(words)
    return words


_INDEX = _index(LISTS)
