"""How well the languages of questions are found, on a file of questions with known languages.

One JSON object a line: `id`, `kind` (`evident`, `doubtful`, `several` or `general`), `question`,
`file` (a path) and `text` of the open file or null, `selection` (`[first, end)` lines from 0) or
null, and `languages`, the most important first. Routing and the search for regions are the
product's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.conversation.routing.routing import Asked, route_question
from hotseat.conversation.routing.selection import language_of_lines
from hotseat.documents.buffer import TextBuffer
from hotseat.domain.errors import HotseatError
from hotseat.languages.detect import N_FIRST_LINES, N_LAST_LINES, language_of
from hotseat.syntax.regions.by_text import languages_by_text

KINDS = ("evident", "doubtful", "several", "general")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question as the router gets it, and the languages that it is about."""

    kind: str
    asked: Asked
    languages: tuple[str, ...]


def bench_routing(path: Path) -> dict[str, Any]:
    """Return the scores by kind. Raises HotseatError for a file that cannot be read."""
    return scores([(case, route_question(case.asked).languages) for case in _cases(path)])


def scores(results: Sequence[tuple[Case, tuple[str, ...]]]) -> dict[str, Any]:
    """Return the mean score of each kind and of all questions; None for a kind without questions.

    `evident` and `doubtful`: the first language is right. `several_f1`: F1 of the languages as a
    set. `general`: no language was found. `model_asked_share` is that of questions for which a
    model was asked; the router asks none.
    """
    if not results:
        raise HotseatError("There is no question in the file", hint="See docs/ask.md")
    points = [(case.kind, _score(case, found)) for case, found in results]
    by_kind = {kind: _mean([score for k, score in points if k == kind]) for kind in KINDS}
    return {
        "n": len(points),
        "evident": by_kind["evident"],
        "doubtful": by_kind["doubtful"],
        "several_f1": by_kind["several"],
        "general": by_kind["general"],
        "all": _mean([score for _, score in points]),
        "model_asked_share": 0.0,
    }


def _score(case: Case, found: tuple[str, ...]) -> float:
    if case.kind == "several":
        right = len(set(found) & set(case.languages))
        return 2 * right / (len(set(found)) + len(set(case.languages)))
    if case.kind == "general":
        return float(not found)
    return float(found[:1] == case.languages[:1])


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _cases(path: Path) -> Iterator[Case]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise HotseatError(f"{path} cannot be read: {error}") from error
    for n, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _case(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise HotseatError(
                f"{path}, line {n}, is not a question with languages: {error!r}",
                hint="See docs/ask.md for the format",
            ) from error


def _case(loaded: Mapping[str, Any]) -> Case:
    kind, languages = str(loaded["kind"]), tuple(map(str, loaded["languages"]))
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}")
    if bool(languages) == (kind == "general"):
        raise ValueError("a general question has no languages, any other one has some")
    region = file_language = None
    if loaded.get("file"):
        uri, lines = f"file:///{loaded['file']}", str(loaded.get("text") or "").split("\n")
        file_language = language_of(uri, None, lines[:N_FIRST_LINES], lines[-N_LAST_LINES:])
        if loaded.get("selection"):
            first, stop = map(int, loaded["selection"])
            region = _language_of_selection(uri, lines, first, stop, file_language)
    asked = Asked(
        question=str(loaded["question"]), region_language=region, file_language=file_language
    )
    return Case(kind=kind, asked=asked, languages=languages)


def _language_of_selection(
    uri: str, lines: list[str], first: int, stop: int, file_language: str | None
) -> str | None:
    if file_language is None:
        return None
    buffer = TextBuffer("\n".join(lines))

    def language_at(i: int, column: int) -> str | None:
        return languages_by_text(buffer, first + i, column, file_language, uri=uri)[0]

    return language_of_lines(lines[first:stop], file_language, language_at)
