"""Which languages a question is about, best first: by its code, file names and words, then the file.

Deterministic. Words of the question outrank the open file, if they are clear enough; where nothing
speaks for a language the question is general. Where signs are few, the answer says so
(`is_certain`), and a capable generalist that is in memory anyway may be asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hotseat.conversation.routing.names import named_languages
from hotseat.conversation.routing.topics import TERMS

NAMED = 4.0
FENCED = 6.0
FENCED_UNNAMED = 3.5
FILE_NAMED = 3.2
REGION = 3.2
"""The language of most of the selection, or of the region under the cursor."""
OPEN_FILE = 2.4
SELECTED_FILE = 2.6
MIN_SCORE = 1.5
"""Below it nothing speaks for a language: the question is general."""
MIN_OTHER_SCORE = 1.2
OTHER_SHARE = 0.4
"""A second language is part of the question from this share of the best one's score."""
CERTAIN = 3.0
CERTAIN_LEAD = 1.5
_MAX_CHARS = 4_000
_FENCE = re.compile(
    r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\n]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_FILE = re.compile(
    r"(?<![\w/@])(?:[\w.-]+/)*[\w.-]*\w\.[A-Za-z][\w+]{0,9}\b|\b(?:Dockerfile|Makefile|Gemfile|Rakefile|Containerfile|CMakeLists\.txt|Jenkinsfile)\b"
)
_NO_FILES = re.compile(
    r"^(?:[A-Z]?[a-z]*\.(?:js|io|net|com|org|dev)|\d[\w.]*|e\.g|i\.e|etc)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and where it was asked. Languages are VS Code's ids."""

    question: str
    region_language: str | None = None
    """Of the selected text, or of the region under the cursor."""
    file_language: str | None = None
    has_selection: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """The languages of a question, the most important first; none if it is general."""

    languages: tuple[str, ...]
    is_certain: bool
    scores: Mapping[str, float]


LanguageOf = Callable[[str], str | None]


def route_question(
    asked: Asked, *, of_fence: LanguageOf, of_file_name: LanguageOf, of_code: LanguageOf
) -> Routed:
    """Return the languages of a question.

    `of_fence` returns the id for the name of a fence, `of_file_name` for a file name, and `of_code`
    for code without a name; each may return None.
    """
    text = asked.question[:_MAX_CHARS]
    scores: dict[str, float] = {}

    def add(language: str | None, score: float) -> None:
        if language:
            scores[language] = scores.get(language, 0.0) + score

    for fence in _FENCE.finditer(text):
        named = of_fence(fence[2]) if fence[2] else None
        add(named or of_code(fence[3]), FENCED if named else FENCED_UNNAMED)
    prose = _FENCE.sub(" ", text)
    for name in dict.fromkeys(match[0] for match in _FILE.finditer(prose)):
        if not _NO_FILES.match(name):
            add(of_file_name(name), FILE_NAMED)
    named_at = dict(named_languages(prose))
    for i, language in enumerate(named_at):
        add(language, NAMED - 0.1 * i)
    for language, score in _topic_scores(prose).items():
        add(language, score)
    words = dict(scores)
    if asked.region_language is not None and asked.region_language != asked.file_language:
        add(asked.region_language, REGION)
    add(asked.file_language, SELECTED_FILE if asked.has_selection else OPEN_FILE)
    return _routed(scores, words)


def _routed(scores: Mapping[str, float], words: Mapping[str, float]) -> Routed:
    ranked = sorted(_merged(scores).items(), key=lambda one: -one[1])
    if not ranked or ranked[0][1] < MIN_SCORE:
        return Routed(languages=(), is_certain=not words, scores=scores)
    best = ranked[0][1]
    least = max(MIN_OTHER_SCORE, OTHER_SHARE * best)
    others = [name for name, score in ranked[1:] if score >= least and name in words]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return Routed(
        languages=(ranked[0][0], *others),
        is_certain=best >= CERTAIN and best - second >= CERTAIN_LEAD,
        scores=scores,
    )


_DIALECTS = {
    "typescriptreact": "typescript",
    "javascriptreact": "javascript",
    "typescript": "javascript",
}
"""A sign of the second is one of the first too, where there is one of the first."""


def _merged(scores: Mapping[str, float]) -> dict[str, float]:
    merged = dict(scores)
    for dialect, base in _DIALECTS.items():
        if dialect in scores and base in scores:
            merged[dialect] += 0.6 * scores[base]
            merged[base] -= 0.1
    return merged


def _topic_scores(text: str) -> dict[str, float]:
    """Return the sum of the weights of terms by language; a longer term hides those inside it."""
    lower = text.lower()
    found: list[tuple[int, int, str]] = []
    for term in TERMS:
        at = lower.find(term)
        while at >= 0:
            end = _end_of(lower, at, term)
            if end is not None:
                found.append((at, end, term))
                break
            at = lower.find(term, at + 1)
    found.sort(key=lambda one: (one[0] - one[1], one[0]))
    taken: list[tuple[int, int]] = []
    scores: dict[str, float] = {}
    for start, end, term in found:
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        taken.append((start, end))
        for language, weight in TERMS[term]:
            scores[language] = scores.get(language, 0.0) + weight
    return scores


def _end_of(text: str, at: int, term: str) -> int | None:
    """Return the end of the term at `at`, an ending "s" included; None if it is a part of a word."""
    if _is_word(term[0]) and at and (_is_word(text[at - 1])):
        return None
    end = at + len(term)
    if not _is_word(term[-1]):
        return end
    for plural in ("s", "es", ""):
        after = end + len(plural)
        if text[end:after] == plural and not (after < len(text) and _is_word(text[after])):
            return after
    return None


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
