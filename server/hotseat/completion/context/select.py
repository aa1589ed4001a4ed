"""The choice of snippets of open files for a prompt: definitions, imports, recent edits, similar
code.

Owns the choice, its order and its budget. The choice depends on the lines above the cursor's, never
on what is being typed, and what was chosen before comes first: a prompt that begins as the last one
did costs an engine nothing, one that does not is evaluated again. Reads open files only, those that
have been indexed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set

from hotseat.completion.context.file_index import FileIndex, RelatedFile
from hotseat.completion.context.query import ContextQuery
from hotseat.completion.context.recent_edits import MARGIN_LINES, EditedSpan
from hotseat.completion.context.similar_chunks import WINDOW_LINES, names_of
from hotseat.completion.context.snippet import (
    ContextSnippet,
    Rank,
    first_lines,
    make_snippet,
    masked,
    n_fitting,
    overhead_bytes,
)
from hotseat.completion.prompt.fim_templates import Snippet
from hotseat.completion.prompt.window import BYTES_PER_TOKEN
from hotseat.documents.truncation import cut_lines, joined
from hotseat.languages.comments import comment_lines

ALIKE_LINES = 30
"""Above the cursor's line: what other files are compared with."""
MAX_DEFINITIONS = 8
MAX_EDITS = 3
MAX_CHUNKS = 2
DEFINITIONS_SHARE, EDITS_SHARE, IMPORTS_SHARE = 0.5, 0.35, 0.25
"""Of the budget, at most; similar code gets what is left."""
MIN_SCORE = 0.05
LINKED_BONUS = 1.25
"""For a file that this one imports, or that imports it."""
STICKY_BONUS = 1.5
"""A new chunk must be so much more alike than the old one: changing it costs a whole prompt."""
MIN_CHUNK_LINES = 6
PART_STEP_LINES = 5


def choose_snippets(
    query: ContextQuery,
    files: Sequence[RelatedFile],
    *,
    definitions: Sequence[ContextSnippet],
    edits: Iterable[EditedSpan] = (),
    deadline: Callable[[], bool],
    previous: Sequence[ContextSnippet] = (),
    sticky: bool = False,
) -> tuple[ContextSnippet, ...]:
    """Return at most `query.n_tokens` of context, or what was found until `deadline()` became true.

    `definitions` are the `referenced_definitions`, `edits` the newest first. Of `previous` what is
    chosen again comes first, in its order; `sticky` retains of it what is not clearly worse than
    something new.
    """
    others = [file for file in files if not file.is_own]
    old = tuple(previous) if sticky else ()
    budget = SnippetBudget(query.n_tokens)
    retained = _still_defined(old, definitions, others)
    budget.add([*definitions, *retained], DEFINITIONS_SHARE, at_most=MAX_DEFINITIONS)
    budget.add(_imports_above(query, files), IMPORTS_SHARE)
    if not deadline():
        budget.add(_edited(query, files, edits), EDITS_SHARE, at_most=MAX_EDITS)
    if not deadline():
        names = set(names_of(query.lines_above(ALIKE_LINES)))
        for alike in _most_alike(names, others, old, deadline):
            budget.add(_chunk(alike, names, budget), 1.0)
    return _ordered(budget.without_repeats(), previous)


class SnippetBudget:
    """The snippets chosen for one prompt, within `n_tokens`."""

    def __init__(self, n_tokens: int) -> None:
        self.n_tokens = n_tokens
        self.n_left = n_tokens
        self.chosen: list[ContextSnippet] = []

    def add(self, snippets: Sequence[ContextSnippet], share: float, at_most: int = 99) -> None:
        """Take those that fit, in their order, into a share of the whole budget."""
        room = min(self.n_left, int(self.n_tokens * share))
        n = 0
        for snippet in snippets:
            if n < at_most and snippet.n_tokens <= room:
                n += 1
                room -= snippet.n_tokens
                self.n_left -= snippet.n_tokens
                self.chosen.append(snippet)

    def without_repeats(self) -> list[ContextSnippet]:
        """Return the snippets without definitions that a longer one shows, and no text twice."""
        longer = [
            (s.snippet.path, set(s.snippet.text.split("\n")))
            for s in self.chosen
            if s.key[0] in (Rank.CHUNK, Rank.EDIT)
        ]
        left: list[ContextSnippet] = []
        seen: set[Snippet] = set()
        for snippet in self.chosen:
            lines = set(snippet.snippet.text.split("\n"))
            is_inside = snippet.key[0] is Rank.DEFINITION and any(
                path == snippet.snippet.path and lines <= other for path, other in longer
            )
            if not is_inside and snippet.snippet not in seen:
                seen.add(snippet.snippet)
                left.append(snippet)
        return left


def as_comments(snippets: Sequence[Snippet], language: str | None) -> str:
    """Return the snippets for a model whose prompts know no other files: comments before its
    prefix.

    Empty in a language that has no comments.
    """
    written = [comment_lines(f"{s.path}\n{s.text}", language) for s in snippets]
    return "".join(f"{text}\n" for text in written if text)


# --- definitions and imports ---


def _still_defined(
    old: Sequence[ContextSnippet],
    definitions: Sequence[ContextSnippet],
    others: Sequence[RelatedFile],
) -> list[ContextSnippet]:
    """Return old definitions of other files that are not chosen now and read as they did."""
    keys = {snippet.key for snippet in definitions}
    by_uri = {file.index.uri: file.index for file in others}
    found = []
    for snippet in reversed(old):
        rank, uri, name, _ = snippet.key
        index = by_uri.get(uri)
        if rank is not Rank.DEFINITION or snippet.key in keys or index is None:
            continue
        texts = [definition.text for definition in index.definitions.get(name, ())]
        if any(masked(text) == snippet.snippet.text for text in texts):
            found.append(snippet)
    return found


def _imports_above(query: ContextQuery, files: Sequence[RelatedFile]) -> list[ContextSnippet]:
    """Return the imports of the query's own file, if they are above the prompt."""
    own = next((file.index for file in files if file.is_own), None)
    if own is None or not own.imports.lines or own.imports.lines[0] >= query.first_line:
        return []
    key = (Rank.IMPORTS, own.uri, "", 0)
    room = int(query.n_tokens * IMPORTS_SHARE)
    snippet = first_lines(key, own.path, own.imports.text, room)
    return [snippet] if snippet is not None else []


# --- recent edits ---


def _edited(
    query: ContextQuery, files: Sequence[RelatedFile], edits: Iterable[EditedSpan]
) -> list[ContextSnippet]:
    """Return places edited lately, the newest first, except for those in the prompt."""
    by_uri = {file.index.uri: file for file in files}
    found: list[ContextSnippet] = []
    room = int(query.n_tokens * EDITS_SHARE)
    for span in edits:
        file = by_uri.get(span.uri)
        if file is None or len(found) >= MAX_EDITS:
            continue
        first, last = span.first_line - MARGIN_LINES, span.last_line + MARGIN_LINES
        if query.overlaps(first, last) if file.is_own else not file.is_related:
            continue
        key = (Rank.EDIT, span.uri, "", span.first_line)
        text = joined(file.index.lines(first, last))
        snippet = first_lines(key, file.index.path, text, room)
        if snippet is not None and names_of(snippet.snippet.text.split("\n")):
            found.append(snippet)
    return found


# --- similar code ---

_Alike = tuple[FileIndex, int, ContextSnippet | None]
"""A file, the first line of the window that is most alike, and the old snippet of the file if that
is nearly as good."""


def _most_alike(
    names: Set[str],
    others: Sequence[RelatedFile],
    old: Sequence[ContextSnippet],
    deadline: Callable[[], bool],
) -> list[_Alike]:
    """Return the window of each file that has most in common with `names`; the best files first."""
    if not names:
        return []
    old_chunks = {s.key[1]: s for s in reversed(old) if s.key[0] is Rank.CHUNK}
    found: list[tuple[float, _Alike]] = []
    for file in others:
        if deadline():
            break
        if not file.is_linked and not file.is_related:
            continue
        index = file.index
        match = index.windows.best(names)
        best = (match.score, match.first_line) if match is not None else (0.0, 0)
        chunk = old_chunks.get(index.uri)
        score = STICKY_BONUS * index.windows.score(chunk.key[3], names) if chunk else 0.0
        if chunk is None or score < best[0]:
            score, chunk = best[0], None
        if score >= MIN_SCORE:
            bonus = LINKED_BONUS if file.is_linked else 1.0
            found.append((score * bonus, (index, best[1], chunk)))
    found.sort(key=lambda item: (-item[0], item[1][0].uri))
    return [alike for _, alike in found[:MAX_CHUNKS]]


def _chunk(alike: _Alike, names: Set[str], budget: SnippetBudget) -> list[ContextSnippet]:
    """Return the old snippet of the file if it still stands there, else the best new one."""
    index, first_line, old = alike
    if old is not None and _still_stands(old, index):
        return [old]
    new = _best_part(index, first_line, names, budget)
    return [new] if new is not None else []


def _best_part(
    index: FileIndex, first_line: int, names: Set[str], budget: SnippetBudget
) -> ContextSnippet | None:
    """Return the lines of the window that fit and have most in common with `names`."""
    lines = cut_lines(index.lines(first_line, first_line + WINDOW_LINES - 1))
    n_common = [len(names & set(names_of([line]))) for line in lines]
    room = budget.n_left * BYTES_PER_TOKEN - overhead_bytes(index.path)
    edits = [s.key[3] for s in budget.chosen if s.key[:2] == (Rank.EDIT, index.uri)]
    best, best_score = (0, 0), 0
    for start in range(0, max(1, len(lines) - MIN_CHUNK_LINES), PART_STEP_LINES):
        stop = start + n_fitting(lines[start:], room)
        score = sum(n_common[start:stop])
        is_new = all(abs(line - first_line - start) >= WINDOW_LINES // 2 for line in edits)
        if is_new and stop - start >= MIN_CHUNK_LINES and score > best_score:
            best, best_score = (start, stop), score
        if stop >= len(lines):
            break
    text = "\n".join(lines[slice(*best)]).strip("\n")
    key = (Rank.CHUNK, index.uri, "", first_line + best[0])
    return make_snippet(key, index.path, text) if text else None


def _still_stands(snippet: ContextSnippet, index: FileIndex) -> bool:
    """Whether the file still reads so at the snippet's line."""
    first_line, n_lines = snippet.key[3], snippet.snippet.text.count("\n") + 1
    lines = index.lines(first_line, first_line + n_lines + PART_STEP_LINES)
    text = joined(lines).split("\n")[:n_lines]  # blank lines at its beginning were left out
    return masked("\n".join(text).rstrip()) == snippet.snippet.text


# --- the order ---


def _ordered(
    snippets: Sequence[ContextSnippet], previous: Sequence[ContextSnippet]
) -> tuple[ContextSnippet, ...]:
    """Return what was there before in its order; then by rank, the nearest definition last."""
    now = {snippet.key: snippet for snippet in snippets}
    old = [s.key for s in previous if now.get(s.key) == s]
    new = [snippet for snippet in snippets if snippet.key not in old]
    new.sort(key=lambda snippet: snippet.key[0])
    definitions = [snippet for snippet in new if snippet.key[0] is Rank.DEFINITION]
    rest = [snippet for snippet in new if snippet.key[0] is not Rank.DEFINITION]
    return (*(now[key] for key in old), *rest, *reversed(definitions))
