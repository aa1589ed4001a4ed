"""What of other places goes into a prompt: definitions, imports, recent edits, a similar piece.

Owns the choice, its order and its budget. The choice depends on the lines above the cursor's, never
on what is being typed, and what was chosen before comes first: a prompt that begins as the last one
did costs an engine nothing, one that does not is evaluated anew. Reads open files only, those that
have been indexed; secrets are masked here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set

from hotseat.completion.context.file_index import FileIndex
from hotseat.completion.context.recent_edits import MARGIN_LINES, EditedSpan
from hotseat.completion.context.referenced_definitions import needed_definitions
from hotseat.completion.context.similar_chunks import WINDOW_LINES, names_of
from hotseat.completion.context.snippet import (
    ContextQuery,
    ContextSnippet,
    Rank,
    fitting,
    make_piece,
    masked,
    n_fitting,
    overhead_bytes,
)
from hotseat.completion.context.truncation import cut_lines, joined
from hotseat.completion.prompt.fim_templates import Snippet
from hotseat.completion.prompt.window import BYTES_PER_TOKEN
from hotseat.languages.comments import comment_lines
from hotseat.languages.profiles import are_related

ALIKE_LINES = 30
"""Above the cursor's line: what other files are compared with."""
MAX_DEFINITIONS = 8
MAX_EDITS = 3
MAX_CHUNKS = 2
DEFINITIONS_SHARE, EDITS_SHARE, IMPORTS_SHARE = 0.5, 0.35, 0.25
"""Of the budget, at most; similar pieces get what is left."""
MIN_SCORE = 0.05
LINKED_BONUS = 1.25
"""For a file that this one imports, or that imports it."""
STICKY_BONUS = 1.5
"""A new piece must be so much more alike than the old one: changing it costs a whole prompt."""
MIN_CHUNK_LINES = 6
PART_STEP_LINES = 5


def gather(
    place: ContextQuery,
    files: Sequence[FileIndex],
    *,
    edits: Iterable[EditedSpan] = (),
    n_tokens: int,
    deadline: Callable[[], bool],
    previous: Sequence[ContextSnippet] = (),
    sticky: bool = False,
    wanted: Sequence[ContextSnippet] | None = None,
) -> tuple[ContextSnippet, ...]:
    """At most `n_tokens` of context, or what was found until `deadline()` became true.

    `edits` are the newest first. Of `previous` what is chosen again comes first, in its order;
    `sticky` keeps of it what is not clearly worse than something new. `wanted` are the
    `needed_definitions`, if they are known already.
    """
    by_uri = {index.uri: index for index in files}
    own = by_uri.get(place.uri)
    others = [index for index in files if index.uri != place.uri]
    chosen = _Chosen(n_tokens)
    wanted = needed_definitions(place, files) if wanted is None else wanted
    if sticky:
        keys = {piece.key for piece in wanted}
        old = [p for p in previous if p.key not in keys and _is_still_defined(p, by_uri, own)]
        wanted = [*wanted, *reversed(old)]
    chosen.add(wanted, DEFINITIONS_SHARE, at_most=MAX_DEFINITIONS)
    if own is not None and own.imports.lines and own.imports.lines[0] < place.first_line:
        text = own.imports.text
        share = int(n_tokens * IMPORTS_SHARE)
        if (piece := fitting((Rank.IMPORTS, own.uri, "", 0), text, share)) is not None:
            chosen.add([piece], IMPORTS_SHARE)
    if not deadline():
        chosen.add(_edited(place, by_uri, edits, n_tokens), EDITS_SHARE, at_most=MAX_EDITS)
    if not deadline():
        old = [p for p in previous if sticky and p.key[0] is Rank.CHUNK]
        names = set(names_of(place.lines_above(ALIKE_LINES)))
        for index, first_line, piece in _alike(names, place, own, others, old, deadline):
            if piece is None or not _still_stands(piece, index):
                piece = _best_part(index, first_line, names, chosen)
            if piece is not None:
                chosen.add([piece], 1.0)
    return _ordered(chosen.without_repeats(), previous)


def snippets_of(pieces: Iterable[ContextSnippet]) -> tuple[Snippet, ...]:
    """For `FimChoice.prompt(others=…)`."""
    return tuple(piece.snippet for piece in pieces)


def as_comments(snippets: Sequence[Snippet], language: str | None) -> str:
    """The snippets for a model whose prompts know no other files: comments before its prefix.

    Empty in a language that has no comments.
    """
    written = [comment_lines(f"{s.path}\n{s.text}", language) for s in snippets]
    return "".join(f"{text}\n" for text in written if text)


class _Chosen:
    """What is chosen, under its budget."""

    def __init__(self, n_tokens: int) -> None:
        self._n_tokens = n_tokens
        self.n_left = n_tokens
        self.pieces: list[ContextSnippet] = []

    def add(self, pieces: Sequence[ContextSnippet], share: float, at_most: int = 99) -> None:
        """Those that fit, in their order, into a share of the whole budget."""
        room = min(self.n_left, int(self._n_tokens * share))
        n = 0
        for piece in pieces:
            if n < at_most and piece.n_tokens <= room:
                n += 1
                room -= piece.n_tokens
                self.n_left -= piece.n_tokens
                self.pieces.append(piece)

    def has_edit_near(self, uri: str, line: int) -> bool:
        """Whether an edit that is shown anyway lies around there."""
        return any(
            p.key[:2] == (Rank.EDIT, uri) and abs(p.key[3] - line) < WINDOW_LINES // 2
            for p in self.pieces
        )

    def without_repeats(self) -> list[ContextSnippet]:
        """Without definitions that a longer piece shows, and with no text twice."""
        longer = [
            (p.snippet.path, set(p.snippet.text.split("\n")))
            for p in self.pieces
            if p.key[0] in (Rank.CHUNK, Rank.EDIT)
        ]
        kept: list[ContextSnippet] = []
        seen: set[Snippet] = set()
        for piece in self.pieces:
            lines = set(piece.snippet.text.split("\n"))
            is_inside = piece.key[0] is Rank.DEFINITION and any(
                path == piece.snippet.path and lines <= other for path, other in longer
            )
            if not is_inside and piece.snippet not in seen:
                seen.add(piece.snippet)
                kept.append(piece)
        return kept


def _ordered(
    pieces: Sequence[ContextSnippet], previous: Sequence[ContextSnippet]
) -> tuple[ContextSnippet, ...]:
    """What was there before as it was; then by rank, the nearest definition last."""
    now = {piece.key: piece for piece in pieces}
    old = [p.key for p in previous if now.get(p.key) == p]
    new = [piece for piece in pieces if piece.key not in old]
    new.sort(key=lambda piece: piece.key[0])
    definitions = [piece for piece in new if piece.key[0] is Rank.DEFINITION]
    rest = [piece for piece in new if piece.key[0] is not Rank.DEFINITION]
    return (*(now[key] for key in old), *rest, *reversed(definitions))


def _edited(
    place: ContextQuery, by_uri: dict[str, FileIndex], edits: Iterable[EditedSpan], n_tokens: int
) -> list[ContextSnippet]:
    """Places edited lately, the newest first, but for the one in the prompt."""
    found: list[ContextSnippet] = []
    room = int(n_tokens * EDITS_SHARE)
    for span in edits:
        index = by_uri.get(span.uri)
        if index is None or len(found) >= MAX_EDITS:
            continue
        first, last = span.first_line - MARGIN_LINES, span.last_line + MARGIN_LINES
        if span.uri == place.uri:
            if first <= place.last_line and last >= place.first_line:
                continue
        elif not are_related(index.language, place.language):
            continue
        text = joined(index.lines(first, last))
        piece = fitting((Rank.EDIT, span.uri, "", span.first_line), text, room)
        if piece is not None and names_of(piece.snippet.text.split("\n")):
            found.append(piece)
    return found


def _alike(
    names: Set[str],
    place: ContextQuery,
    own: FileIndex | None,
    others: Sequence[FileIndex],
    old: Sequence[ContextSnippet],
    deadline: Callable[[], bool],
) -> list[tuple[FileIndex, int, ContextSnippet | None]]:
    """The window of each file that has most in common with `names`; the best files first.

    With the old piece where that is nearly as good.
    """
    if not names:
        return []
    found: list[tuple[float, FileIndex, int, ContextSnippet | None]] = []
    for index in others:
        if deadline():
            break
        is_linked = own is not None and (own.imports_file(index) or index.imports_file(own))
        if not is_linked and not are_related(index.language, place.language):
            continue
        match = index.windows.best(names)
        best = (match.score, match.first_line) if match is not None else (0.0, 0)
        piece = next((p for p in old if p.key[1] == index.uri), None)
        score = STICKY_BONUS * index.windows.score(piece.key[3], names) if piece else 0.0
        if piece is None or score < best[0]:
            score, piece = best[0], None
        if score >= MIN_SCORE:
            bonus = LINKED_BONUS if is_linked else 1.0
            found.append((score * bonus, index, best[1], piece))
    found.sort(key=lambda item: (-item[0], item[1].uri))
    return [(index, line, piece) for _, index, line, piece in found[:MAX_CHUNKS]]


def _best_part(
    index: FileIndex, first_line: int, names: Set[str], chosen: _Chosen
) -> ContextSnippet | None:
    """Of the window that begins there: the lines that fit and have most in common with `names`."""
    lines = cut_lines(index.lines(first_line, first_line + WINDOW_LINES - 1))
    n_common = [len(names & set(names_of([line]))) for line in lines]
    room = chosen.n_left * BYTES_PER_TOKEN - overhead_bytes(index.uri)
    best, best_score = (0, 0), 0
    for start in range(0, max(1, len(lines) - MIN_CHUNK_LINES), PART_STEP_LINES):
        stop = start + n_fitting(lines[start:], room)
        score = sum(n_common[start:stop])
        is_new = not chosen.has_edit_near(index.uri, first_line + start)
        if is_new and stop - start >= MIN_CHUNK_LINES and score > best_score:
            best, best_score = (start, stop), score
        if stop >= len(lines):
            break
    text = "\n".join(lines[slice(*best)]).strip("\n")
    return make_piece((Rank.CHUNK, index.uri, "", first_line + best[0]), text) if text else None


def _is_still_defined(
    piece: ContextSnippet, by_uri: dict[str, FileIndex], own: FileIndex | None
) -> bool:
    """Of a definition in another file: whether it is there as it was."""
    rank, uri, name, _ = piece.key
    index = by_uri.get(uri)
    if rank is not Rank.DEFINITION or index is None or index is own:
        return False
    return any(masked(d.text) == piece.snippet.text for d in index.definitions.get(name, ()))


def _still_stands(piece: ContextSnippet, index: FileIndex) -> bool:
    """Whether the file still reads so there."""
    first_line, n_lines = piece.key[3], piece.snippet.text.count("\n") + 1
    lines = index.lines(first_line, first_line + n_lines + PART_STEP_LINES)
    text = joined(lines).split("\n")[:n_lines]  # blank lines at its beginning were left out
    return masked("\n".join(text).rstrip()) == piece.snippet.text
