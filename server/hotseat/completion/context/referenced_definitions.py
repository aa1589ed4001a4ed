"""The first phase of choosing context: definitions of names that the code above the cursor uses.

Owns the meaning of a name among open files: what is imported is meant first, and a name with many
meanings is left out. Knows no budget.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hotseat.completion.context.file_index import MAX_SAME_NAME, RelatedFile
from hotseat.completion.context.query import ContextQuery
from hotseat.completion.context.similar_chunks import names_of
from hotseat.completion.context.snippet import ContextSnippet, Rank, make_snippet
from hotseat.domain.syntax import Definition, Kind
from hotseat.languages.profiles import profile_of

NAMES_LINES = 20
"""Above the cursor's line: what is used there is looked up."""
MAX_NAMES = 60

_MEMBER = re.compile(r"(?:\.|->|::?)\s*([^\W\d]\w*)")


@dataclass(frozen=True, slots=True)
class _Candidate:
    file: RelatedFile
    definition: Definition
    n: int
    """Which of its name it is in its file."""


def referenced_definitions(
    query: ContextQuery, files: Sequence[RelatedFile]
) -> list[ContextSnippet]:
    """Return the definitions of names used above the cursor, the nearest first.

    Those that the prompt shows anyway are left out.
    """
    above = query.lines_above(NAMES_LINES)
    names = list(dict.fromkeys(reversed(names_of(above))))[:MAX_NAMES]
    if not names:
        return []
    members = set(_MEMBER.findall("\n".join(above)))
    candidates = _candidates(set(names), members, files)
    in_prompt: set[str] | None = None
    found: list[ContextSnippet] = []
    for name in names:
        for candidate in _meant(candidates.get(name, []), is_member=name in members):
            index, definition = candidate.file.index, candidate.definition
            if candidate.file.is_own:
                if query.overlaps(definition.first_line, definition.first_line):
                    continue
                in_prompt = query.lines_in_prompt() if in_prompt is None else in_prompt
                if definition.text.split("\n")[-1].strip() in in_prompt:
                    continue  # lines have moved since the file was indexed
            key = (Rank.DEFINITION, index.uri, name, candidate.n)
            found.append(make_snippet(key, index.path, definition.text))
    return found


def _candidates(
    names: set[str], members: set[str], files: Sequence[RelatedFile]
) -> dict[str, list[_Candidate]]:
    """Return all definitions of each name in files of related languages, and tables of any."""
    candidates: dict[str, list[_Candidate]] = {}
    for file in files:
        syntax = profile_of(file.index.language).definitions
        if not file.is_related and not (syntax and syntax.are_types_universal):
            continue
        for name in file.index.definitions.keys() & names:
            for n, definition in enumerate(file.index.definitions[name]):
                is_reached = name in members or not definition.is_member
                if is_reached and (file.is_related or definition.kind is Kind.TYPE):
                    candidates.setdefault(name, []).append(_Candidate(file, definition, n))
    return candidates


def _meant(candidates: list[_Candidate], *, is_member: bool) -> list[_Candidate]:
    """Return what a name means: imported definitions if there are any, and none of too many."""
    linked = [candidate for candidate in candidates if candidate.file.is_imported]
    # Of many meanings none is certain; of methods there are more than are open here.
    if len(linked or candidates) > (1 if is_member and not linked else MAX_SAME_NAME):
        return []
    return linked or candidates
