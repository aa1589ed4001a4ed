"""Which languages a question is about: by its code, file names and words, then the open file.

Deterministic. Clear words of the question outrank the open file; weak ones do not. Where nothing
speaks for a language, or the question is about work and not about code, it is general.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from hotseat.conversation.routing.messages import languages_of_messages
from hotseat.conversation.routing.names import find_names, without_comparisons
from hotseat.conversation.routing.shapes import pieces_of_code
from hotseat.conversation.routing.topics import GENERAL, topic_scores
from hotseat.languages.detect import language_of_name, normalise
from hotseat.languages.shebang import by_shebang
from hotseat.languages.sniff import by_content
from hotseat.languages.snippets.classify import language_of_snippet
from hotseat.languages.tables import KNOWN

MAX_CHARS = 2_000
"""Of a question that are looked at."""
_NAMED = 6.0
_NAMED_FORMAT = 1.8
"""Of a format of data, which programs in other languages read and write."""
_FILES_OF = {"go.mod": "go", "go.sum": "go", "go.work": "go", "pip-requirements": "python"}
"""Kinds of files that only the programmers of one language write."""
_STYLES = frozenset({"scss", "sass", "less"})
"""What is said about CSS in a question that names one of them, is about that one."""
_FORMATS = frozenset({"json", "xml", "markdown", "toml"})
_COMPARED, _OF_COMPARED = 0.5, 0.3
"""For a language that the question only compares with, and the share of what its words speak for it
where another one is named; its open file says nothing then."""
_FENCED = 9.0
_FENCED_NAMELESS = 5.0
_PASTED, _MIN_PASTED_LINES = 3.5, 2
"""For code in a question that has no fence, from so many lines on."""
_FILE_NAMED = 3.2
_FILE_LOCATED = 6.5
"""For a file in which the matter is ("in my tsconfig.json", "tsconfig.json: what …"). Templates and
markup hold other languages, too: they count as named."""
_SHAPED, _MORE_SHAPED = 2.4, 1.0
"""For one piece of code in the prose, and for each further one of SQL, up to three."""
_MESSAGE, _IN_MESSAGE = 6.0, 0.5
"""For an error that a compiler or a runtime printed, and the share of what its words speak for
other languages: "does not exist in the current context" is no sign of SQL there."""
_MAX_PIECES = 4
_REGION = 3.2
"""The language of the selection, or of the region under the cursor, where it is not the file's."""
_FILE_OF_REGION = 1.0
_OPEN_FILE = 2.6
_OPEN_TEMPLATE = 2.0
"""Templates and markup hold other languages, too: against those they count less."""
_NOT_HELD = 1.0
"""Less for the words of a language that the open template cannot hold."""
_POINTED = 1.0
"""For the open file, where the question points at it: "here", "this"."""
_MAX_NAMES = 6.0
_ENOUGH, _MORE_SHARE = 4.2, 0.3
"""Of a sum of signs above the first of them, this share counts: one matter has many words."""
_WEAK_SHARE = 0.7
"""Of weak signs of other languages than the open file's."""
_MAX_HINTS = 3.5
"""Where nothing but hints speaks for a language and a file is open: with `_WEAK_SHARE` they do not
outrank it."""
_MIN_SCORE = 1.0
"""Below it nothing speaks for a language: the question is general."""
_MIN_OTHER, _OTHER_SHARE = 1.5, 0.5
"""A second language is part of the question from this score and share of the best one's."""
_MIN_SEVERAL, _SEVERAL_SHARE = 2.6, 0.4
"""The same where the question asks for several things."""
_NARROW = frozenset({"terraform", "vue", "makefile", "svelte", "lua"})
_NARROW_SHARE = 0.7
"""Languages that fewer questions are about: of their weaker signs this share counts, since most of
their words ("module", "state", "rule") are words of others, too."""
_DECISIVE, _OVER_WORK = 4.0, 1.0
"""From this score on, the words of one language outrank words about work."""
_COMMON = (
    *("python", "javascript", "typescript", "java", "csharp", "cpp", "php", "c", "go", "rust"),
    *("kotlin", "ruby", "swift", "sql", "html", "css", "shellscript", "yaml", "dockerfile"),
)
_RANK = {language: i for i, language in enumerate(_COMMON)}
"""Of two languages with one score the one that more programmers use comes first."""
_CLEAR, _CLEAR_WORK = 3.0, 2.0
"""Below these scores, of the best language and of words about work, there is doubt."""
_MIN_PART = 4.0
"""What the words of a part speak for its language: an answer in needless parts is a worse one."""
_HELD = frozenset({"javascript", "typescript", "css", "scss", "less", "html", "vue"})
"""What templates hold besides the language that they are made in."""
_TEMPLATES = frozenset({"html", "erb", "vue", "svelte", "blade", "twig", "jinja", "handlebars"})

_FENCE = re.compile(
    r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\n]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_FILE = re.compile(
    r"(?<![\w/@.*-])(?:[\w.-]+/)*[\w.*-]*\w\.[A-Za-z][\w+]{0,9}\b"
    r"|\b(?:Dockerfile|Makefile|Gemfile|Rakefile|Containerfile|CMakeLists\.txt|Jenkinsfile)\b"
)
_IN_FILE = re.compile(r"\b(?:in|into|inside|of|my|our|your|edit|open)\s+[`'\"(]?$", re.IGNORECASE)
_NO_FILE = re.compile(
    r"^(?:[A-Z]?[a-z]*\.(?:js|io|net|com|org|dev)|\d[\w.]*|e\.g|i\.e|etc)$", re.IGNORECASE
)
_CODE_LINE = re.compile(r"[;{}]\s*$|^\s*[\w$@.#]+\s*(?:=|\(|:=|->|=>)|^\s*[#<@]\w|^(?: {2,}|\t)\S")
_POINTER = re.compile(
    r"(?<!`)\b(?:here|this|these|those|selected|selection|above|below|highlighted|current)\b"
)
_AWAY = re.compile(
    r"\b(?:unrelated|nothing to do with (?:this|the)|not about this|apart from this"
    r"|different (?:question|topic)|other (?:question|topic)|off[- ]topic|not (?:for )?this file"
    r"|by the way|independent of this)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:both|each side|either side|all three|together with|as well as|along with|plus|and the"
    r"|and in|and an?|and which|and how|and show|that uses?|which|with the|with an?)\b",
    re.IGNORECASE,
)
_DIALECTS = {
    "typescriptreact": ("typescript", "javascript"),
    "javascriptreact": ("javascript",),
    "vue": ("javascript", "typescript", "html"),
    "svelte": ("javascript", "typescript", "html"),
    "typescript": ("javascript",),
    "cpp": ("c",),
    "scss": ("css",),
    "less": ("css",),
    "erb": ("html", "ruby"),
    "blade": ("php", "html"),
}
"""Signs of the others are signs of the first, too, where its file is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and where it was asked. Languages are VS Code's ids."""

    question: str
    region_language: str | None = None
    """Of the selected text, or of the region under the cursor."""
    file_language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """The languages of a question, the most important first; none if it is general."""

    languages: tuple[str, ...]
    scores: Mapping[str, float]
    parts: tuple[str, ...] = ()
    """The languages of the parts that the question has, if it plainly has several."""
    is_doubtful: bool = False
    """Little speaks for the result: a model that understands the question would know better."""


def route_question(asked: Asked) -> Routed:
    """Return the languages of a question."""
    text = asked.question[:MAX_CHARS]
    clear: dict[str, float] = {}

    def add(language: str | None, score: float) -> None:
        if language:
            clear[language] = clear.get(language, 0.0) + score

    for fence in _FENCE.finditer(text):
        named = normalise(fence[2])
        if named in KNOWN:
            add(named, _FENCED)
        else:
            lines = fence[3].splitlines()
            add(_language_of_code(lines), _FENCED_NAMELESS)
    prose = _FENCE.sub(" ", text)
    pasted = [line for line in prose.splitlines() if _CODE_LINE.search(line)]
    if len(pasted) >= _MIN_PASTED_LINES:
        add(_language_of_code(pasted), _PASTED)
    names = find_names(prose)
    for i, name in enumerate(names):
        score = _NAMED_FORMAT if name.language in _FORMATS else _NAMED - 0.1 * i
        add(name.language, _COMPARED if name.is_compared else score)
    prose = without_comparisons(prose, names)
    for file, is_located in _files(prose).items():
        language = language_of_name(file)
        language = _FILES_OF.get(language or "", language)
        if is_located and language is not None and language not in _TEMPLATES:
            add(language, _FILE_LOCATED)
            prose = prose.replace(file, " ")
        else:
            add(language, _FILE_NAMED)
    for language, pieces in pieces_of_code(prose).items():
        more = min(pieces, _MAX_PIECES) - 1
        add(language, _SHAPED + _MORE_SHAPED * more * (language == "sql"))
    messages = languages_of_messages(text)
    for language in messages:
        add(language, _MESSAGE)
    topics = _topics(prose, is_file_open=asked.file_language is not None)
    for language in topics.keys() - set(messages) if messages else ():
        topics[language] *= _IN_MESSAGE
    asked_for = {name.language for name in names if not name.is_compared} - _FORMATS
    only_compared = {name.language for name in names} - asked_for if asked_for else set()
    for language in only_compared & topics.keys():
        topics[language] *= _OF_COMPARED
    return _routed(asked, clear, topics, only_compared, n_named=len(asked_for))


def _topics(prose: str, *, is_file_open: bool) -> dict[str, float]:
    found = topic_scores(prose)
    topics: dict[str, float] = {}
    for language in found.words.keys() | found.hints.keys():
        hints = found.hints.get(language, 0.0)
        if is_file_open and language not in found.words and language != GENERAL:
            hints = min(hints, _MAX_HINTS)
        topics[language] = _saturated(language, found.words.get(language, 0.0) + hints)
    for language, score in found.names.items():
        topics[language] = topics.get(language, 0.0) + min(score, _MAX_NAMES)
    return topics


def _files(prose: str) -> dict[str, bool]:
    """Return the files that the text names, and whether it says that the matter is in them."""
    files: dict[str, bool] = {}
    for match in _FILE.finditer(prose):
        if not _NO_FILE.match(match[0]):
            begins = not prose[: match.start()].strip(" `") and prose[match.end() :][:2] == ": "
            is_located = begins or _IN_FILE.search(prose[: match.start()]) is not None
            files[match[0]] = files.get(match[0], False) or is_located
    return files


def _language_of_code(lines: list[str]) -> str | None:
    code = "\n".join(lines)
    pieces = pieces_of_code(code)
    sure = next(iter(pieces)) if len(pieces) == 1 else None
    most = max(pieces, key=lambda language: pieces[language]) if pieces else None
    return by_shebang(lines) or by_content(lines) or sure or language_of_snippet(code) or most


def _routed(
    asked: Asked,
    clear: Mapping[str, float],
    topics: Mapping[str, float],
    only_compared: Set[str],
    *,
    n_named: int,
) -> Routed:
    words = dict(topics)
    for language, score in clear.items():
        words[language] = words.get(language, 0.0) + score
    general = words.pop(GENERAL, 0.0)
    place = {} if _AWAY.search(asked.question) else _place(asked)
    place = {language: score for language, score in place.items() if language not in only_compared}
    scores = dict(words)
    if place:
        scores = {
            language: score if language in clear else score * _WEAK_SHARE
            for language, score in words.items()
        }
        if asked.file_language in _TEMPLATES and asked.region_language is None:
            for language in scores.keys() - _HELD - set(_DIALECTS.get(asked.file_language, ())):
                scores[language] -= 0.0 if language in clear else _NOT_HELD
        for language, base in place.items():
            kin = sum(scores.get(other, 0.0) for other in _DIALECTS.get(language, ()))
            scores[language] = base + words.get(language, 0.0) + 0.6 * kin
    for language in clear.keys() & _STYLES:
        scores[language] += scores.get("css", 0.0)
    if not place and "typescript" in scores:
        scores["typescript"] += 0.5 * scores.get("javascript", 0.0)
    ranked = sorted(scores.items(), key=lambda one: (-one[1], _RANK.get(one[0], len(_RANK))))
    best = ranked[0][1] if ranked else 0.0
    work = general - _OVER_WORK if max(words.values(), default=0.0) >= _DECISIVE else general
    if best < _MIN_SCORE or (work >= best and not any(s >= _FILE_NAMED for s in clear.values())):
        return Routed(languages=(), scores=scores, is_doubtful=general < _CLEAR_WORK)
    several = _SEVERAL.search(asked.question) is not None
    least = (
        max(_MIN_SEVERAL, _SEVERAL_SHARE * best)
        if several
        else max(_MIN_OTHER, _OTHER_SHARE * best)
    )
    others = [language for language, score in ranked[1:] if score >= least and language in words]
    languages = (ranked[0][0], *others)
    parts = tuple(
        language
        for language in languages
        if words.get(language, 0.0) >= _MIN_PART and (language in clear or language not in _NARROW)
    )
    has_parts = len(parts) > 1 and (several or n_named > 1)
    return Routed(
        languages=languages,
        scores=scores,
        parts=parts if has_parts else (),
        is_doubtful=best < _CLEAR and not place,
    )


def _saturated(language: str, score: float) -> float:
    score *= _NARROW_SHARE if language in _NARROW else 1.0
    return min(score, _ENOUGH) + _MORE_SHARE * max(0.0, score - _ENOUGH)


def _place(asked: Asked) -> dict[str, float]:
    """Return what the place of a question says for its languages."""
    file, region = asked.file_language, asked.region_language
    pointed = _POINTED if _POINTER.search(asked.question) else 0.0
    place: dict[str, float] = {}
    if file is not None:
        is_selected = region == file
        base = _OPEN_TEMPLATE if file in _TEMPLATES else _OPEN_FILE
        place[file] = (_REGION if is_selected else base) + pointed
    if region is not None and region != file:
        if file is not None:
            place[file] = _FILE_OF_REGION
        place[region] = _REGION + pointed
    return place
