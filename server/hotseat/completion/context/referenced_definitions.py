"""Which definitions the code above the cursor speaks of.

Owns the meaning of a name among open files: what is imported is meant first, and a name of many
meanings none. Knows no budget.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotseat.completion.context.definitions import Definition, Kind
from hotseat.completion.context.file_index import MAX_SAME_NAME, FileIndex
from hotseat.completion.context.similar_chunks import names_of
from hotseat.completion.context.snippet import ContextQuery, ContextSnippet, Rank, make_piece
from hotseat.languages.profiles import are_related

NAMES_LINES = 20
"""Above the cursor's line: what is used there is looked up."""
MAX_NAMES = 60

_MEMBER = re.compile(r"(?:\.|->|::?)\s*([^\W\d]\w*)")
_Candidate = tuple[FileIndex, Definition, int, bool]
"""A definition, which of its name it is in its file, and whether that file is imported."""


def needed_definitions(place: ContextQuery, files: Sequence[FileIndex]) -> list[ContextSnippet]:
    """Of names used above the cursor, the nearest first; none that the prompt shows anyway."""
    above = place.lines_above(NAMES_LINES)
    names = list(dict.fromkeys(reversed(names_of(above))))[:MAX_NAMES]
    if not names:
        return []
    members = set(_MEMBER.findall("\n".join(above)))
    own = next((index for index in files if index.uri == place.uri), None)
    wanted = set(names)
    candidates: dict[str, list[_Candidate]] = {}
    for index in files:
        is_related = are_related(index.language, place.language)
        if not is_related and index.language != "sql":
            continue
        # What is imported is meant, before anything else of that name.
        is_linked = own is not None and (index is own or own.imports_file(index))
        for name in index.definitions.keys() & wanted:
            for i, found in enumerate(index.definitions[name]):
                is_reached = name in members or not found.is_member
                if is_reached and (is_related or found.kind is Kind.TYPE):
                    candidates.setdefault(name, []).append((index, found, i, is_linked))
    shown: set[str] | None = None
    pieces: list[ContextSnippet] = []
    for name in names:
        meant = candidates.get(name, [])
        linked = [c for c in meant if c[3]]
        # Of many meanings nobody can tell which; of methods there are more than are open here.
        if len(linked or meant) > (1 if name in members and not linked else MAX_SAME_NAME):
            continue
        for index, found, i, _ in linked or meant:
            if index is own:
                shown = _window_lines(place) if shown is None else shown
                if _is_shown(found, place, shown):
                    continue
            pieces.append(make_piece((Rank.DEFINITION, index.uri, name, i), found.text))
    return pieces


def _is_shown(definition: Definition, place: ContextQuery, shown: set[str]) -> bool:
    """Whether the prompt has it: by its line, or by its text where lines have moved."""
    if place.first_line <= definition.first_line <= place.last_line:
        return True
    return definition.text.split("\n")[-1].strip() in shown


def _window_lines(place: ContextQuery) -> set[str]:
    buffer = place.document.buffer
    stop = min(place.last_line + 1, buffer.n_lines)
    return {buffer.line(i).strip() for i in range(place.first_line, stop)}
