"""How much the words of a question speak for each language. See `terms` for the words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from hotseat.conversation.english import without_inflection
from hotseat.conversation.routing.terms import LISTS

GENERAL = "general"
_NAME, _STRONG = 5.0, 3.0
_WEIGHTS = (_NAME, _STRONG, 2.0, 1.0)
_JOINT_SHARE = 0.7
"""Of its weight, for a term of several parts: they may be in one question by chance."""
_TOKEN = re.compile(r"\w+|[^\w\s,]")
_JOINING_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
_Words = tuple[str, ...]
_Gaps = tuple[bool, ...]


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
    gaps: dict[_Words, set[_Gaps]] = field(default_factory=dict)
    """Of terms with punctuation, where there may be a space: ":is" is not ": is"."""
    joint: dict[_Words, list[_Joint]] = field(default_factory=dict)
    """By their first part, terms of several parts."""


@dataclass(frozen=True, slots=True)
class Topics:
    """What the words of a text speak for, by language."""

    names: Mapping[str, float]
    """Libraries, tools and errors that belong to one language."""
    words: Mapping[str, float]
    """Other terms that decide alone."""
    hints: Mapping[str, float]
    """Terms that are signs among others: "each row", "heading"."""


def topic_scores(text: str) -> Topics:
    """Return the sums of the weights of the terms in `text` by language.

    Each term counts once. A longer term hides those that begin inside it; parts of joint terms are
    found everywhere.
    """
    index = _index_of_terms()
    words, gaps = _words_and_gaps(text)
    present: set[_Words] = set()
    counted: set[_Words] = set()
    end = 0
    for i, word in enumerate(words):
        terms = index.by_first.get(word)
        if terms is None:
            continue
        found = [
            term
            for term in terms
            if len(term) == 1
            or (words[i : i + len(term)] == term and _is_spaced(index, term, gaps, i))
        ]
        if not found:
            continue
        present.update(found)
        signs = next((term for term in found if term in index.signs), None)
        if i >= end and signs is not None:
            counted.add(signs)
            end = i + len(signs)
    names: dict[str, float] = {}
    scores: dict[str, float] = {}
    hints: dict[str, float] = {}
    for term in counted:
        for language, weight in index.signs[term].items():
            kind = names if weight == _NAME else scores if weight == _STRONG else hints
            _add(kind, {language: weight})
    for language, weight in _joint_signs(index, present):
        _add(hints, {language: weight})
    return Topics(names=names, words=scores, hints=hints)


def _joint_signs(index: _Index, present: set[_Words]) -> Iterator[tuple[str, float]]:
    """Yield the language and the weight of each joint term that is in the text.

    One that has no word which a counted one of the same language lacks is no further sign:
    "file + folder" and "folder + file" are one.
    """
    found: dict[int, tuple[_Joint, frozenset[_Words]]] = {}
    for part in present:
        for joint in index.joint.get(part, ()):
            sides = [side & present for side in joint.others]
            if all(sides):
                words = frozenset({part}.union(*sides))
                before = found.get(id(joint), (joint, words))[1]
                found[id(joint)] = (joint, words | before)
    covered: dict[str, set[_Words]] = {}
    for joint, words in sorted(
        found.values(), key=lambda one: (-one[0].weight, len(one[1]), sorted(one[1]))
    ):
        known = covered.setdefault(joint.language, set())
        if not words <= known:
            known |= words
            yield joint.language, joint.weight


def words_of(text: str) -> list[str]:
    """Return the stems of words, and each other character that is no space, as one word."""
    return list(_words_and_gaps(text)[0])


def _words_and_gaps(text: str) -> tuple[_Words, _Gaps]:
    """Return the words of `text`, and for each whether there is a space before it."""
    tokens = list(_TOKEN.finditer(_JOINING_HYPHEN.sub(" ", text.lower())))
    ends = [0, *(token.end() for token in tokens)]
    return (
        tuple(without_inflection(token[0]) for token in tokens),
        tuple(token.start() > end for token, end in zip(tokens, ends, strict=False)),
    )


def _is_spaced(index: _Index, term: _Words, gaps: _Gaps, start: int) -> bool:
    """Return whether the words from `start` are as close to each other as those of the term.

    Words of letters are in any case. A term may be written with more spaces than the text has.
    """
    written = index.gaps.get(term)
    if written is None:
        return True
    there = gaps[start + 1 : start + len(term)]
    return any(
        all(may or not is_there for may, is_there in zip(one, there, strict=True))
        for one in written
    )


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
    words, gaps = _words_and_gaps(part)
    index.by_first.setdefault(words[0], {})[words] = None
    if not all(word[0].isalnum() or word[0] == "_" for word in words):
        index.gaps.setdefault(words, set()).add(gaps[1:])
    return words


def build_index_of_terms() -> None:
    """Build what `topic_scores` looks up, if that has not been done: some 200 ms, once. Call it in
    a thread."""
    _index_of_terms()


@cache
def _index_of_terms() -> _Index:
    """Return the index of all terms."""
    return _index(LISTS)
