"""Collects what a question may be shown beside its file: what it names, diagnostics, recent edits.

Owns how long a question waits for that, and that no secret file is read. What goes into the prompt
is decided by `conversation/context`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from hotseat.conversation.context.diagnostics import Problem, diagnostics_item
from hotseat.conversation.context.items import Candidate, ItemKind
from hotseat.conversation.context.mentions import (
    mentions,
    names_in_code,
    names_in_question,
)
from hotseat.conversation.context.packing import (
    NAMED_SHARE,
    SHARE,
    PackedContext,
    by_priority,
    pack,
)
from hotseat.conversation.prompt import fenced
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert
from hotseat.domain.symbols import Symbol
from hotseat.languages.profiles import are_related
from hotseat.privacy.redact import blank, mask
from hotseat.session.chat.named_files import NamedFiles
from hotseat.session.chat.selection_context import Selection
from hotseat.session.chat.stand_in import names_of_words
from hotseat.workspace.symbols.index import SymbolIndex

log = logging.getLogger(__name__)

LOOK_UP_S = 0.5
"""A question does not wait longer for the index and the files that it names."""
MAX_OF_QUESTION = 8
MAX_OF_SELECTION = 8
MAX_MEANINGS = 2
"""A name with more definitions means none of them for certain."""
NEAR_LINES = 40
"""Definitions so near to the selection are mostly shown with it."""
MAX_EDITS = 3
MAX_CHARS = 60_000
"""Of one file that is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentEdit:
    """Lines of an open document that were edited lately."""

    uri: str
    first_line: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What a question may be shown."""

    candidates: tuple[Candidate, ...] = ()
    unknown: tuple[str, ...] = ()
    """Sentences on what the question names and is not shown."""

    def without(self, ids: Iterable[str]) -> Gathered:
        """Return the rest."""
        gone = frozenset(ids)
        kept = tuple(one for one in self.candidates if one.id not in gone)
        return replace(self, candidates=kept)

    def packed(self, n_bytes: int) -> PackedContext:
        """Return what goes into a prompt where question and selection leave `n_bytes`."""
        is_named = any(one.is_named for one in self.candidates)
        room = int(n_bytes * (NAMED_SHARE if is_named else SHARE))
        return pack(by_priority(self.candidates), room, fenced=fenced)


class QuestionContext:
    """The context of one window's questions.

    `index` is None without a workspace. `path_of` takes a URI and returns the path in the
    workspace; `recent_edits` returns the newest first.
    """

    def __init__(
        self,
        documents: DocumentStore,
        index: SymbolIndex | None,
        *,
        is_secret: Callable[[str], bool],
        path_of: Callable[[str], str],
        recent_edits: Callable[[], Sequence[RecentEdit]] = lambda: (),
        look_up_s: float = LOOK_UP_S,
    ) -> None:
        self._documents = documents
        self._index = index
        self._is_secret = is_secret
        self._path_of = path_of
        self._recent_edits = recent_edits
        self._look_up_s = look_up_s

    async def gather(
        self,
        question: str,
        selection: Selection | None,
        problems: Sequence[Problem],
        replaced: Sequence[Expert] = (),
    ) -> Gathered:
        """Return what may be shown. Never raises, and takes `look_up_s` at most.

        `replaced` are experts for which another model answers: definitions in their languages count
        if a plain word of the question is their name.
        """
        found: list[Candidate] = []
        if (item := self._diagnostics(selection, problems)) is not None:
            found.append(item)
        found += self._edits(selection)
        if self._index is None:
            return Gathered(candidates=tuple(found))
        selected = names_in_code(selection.place.selected) if selection is not None else []
        named = NamedFiles(self._index, self._is_secret, self._open_texts(question))
        languages = frozenset(language for expert in replaced for language in expert.languages)
        look = partial(_look_up, named, question, selected, languages)
        try:
            async with asyncio.timeout(self._look_up_s):
                looked_up = await asyncio.to_thread(look)
        except TimeoutError:
            log.warning("The index did not answer within %.2f s: no symbols", self._look_up_s)
            return Gathered(candidates=tuple(found), unknown=("the symbols: too slow to look up",))
        except HotseatError as error:
            log.warning("%s", error)
            return Gathered(candidates=tuple(found))
        by_question = self._items(looked_up.of_question, selection)[:MAX_OF_QUESTION]
        by_selection = self._items(looked_up.of_selection, selection, related=True)
        symbols = [*looked_up.mentioned, *by_question, *by_selection[:MAX_OF_SELECTION]]
        return Gathered(candidates=(*symbols, *found), unknown=tuple(looked_up.unknown))

    def _open_texts(self, question: str) -> dict[str, list[str]]:
        """Return the lines of the open documents, by path, if the question names anything."""
        if not mentions(question):
            return {}
        return {
            self._path_of(document.uri): _copy(document)
            for document in self._documents
            if not self._is_secret(document.uri)
        }

    def _items(
        self, symbols: Iterable[Symbol], selection: Selection | None, *, related: bool = False
    ) -> list[Candidate]:
        """Return symbols as parts, without those that are shown with the selection anyway."""
        found = []
        for symbol in symbols:
            if selection is not None:
                lines = selection.lines
                is_near = lines.first - NEAR_LINES <= symbol.first_line < lines.stop + NEAR_LINES
                if is_near and symbol.path == self._path_of(selection.document.uri):
                    continue
                if related and not are_related(symbol.language, selection.region_language):
                    continue
            found.append(symbol_item(symbol, self._uri_of(symbol.path)))
        return found

    def _uri_of(self, path: str) -> str:
        assert self._index is not None
        return (self._index.workspace / path).as_uri()

    def _diagnostics(
        self, selection: Selection | None, problems: Sequence[Problem]
    ) -> Candidate | None:
        masked = [replace(one, message=mask(one.message)) for one in problems]
        if selection is None:
            return None
        near = (selection.lines.first, selection.lines.stop)
        return diagnostics_item(masked, path=selection.place.path, near=near)

    def _edits(self, selection: Selection | None) -> list[Candidate]:
        found: list[Candidate] = []
        for edit in self._recent_edits():
            if self._is_secret(edit.uri) or not any(line.strip() for line in edit.lines):
                continue
            last = edit.first_line + len(edit.lines)
            if selection is not None and selection.document.uri == edit.uri:
                lines = selection.lines
                if edit.first_line < lines.stop + NEAR_LINES and last > lines.first - NEAR_LINES:
                    continue
            path = self._path_of(edit.uri)
            document = self._documents.get(edit.uri)
            n = sum(one.id.startswith(f"edit:{path}#") for one in found)
            found.append(
                Candidate(
                    id=f"edit:{path}#{n}",
                    kind=ItemKind.EDIT,
                    title=f"Edited lately: {path}, lines {edit.first_line + 1} to {last}",
                    text=blank("\n".join(edit.lines)),
                    language=document.language_id if document is not None else None,
                    uri=edit.uri,
                    first_line=edit.first_line,
                    n_lines=len(edit.lines),
                )
            )
        return found[:MAX_EDITS]


def symbol_item(symbol: Symbol, uri: str) -> Candidate:
    """Return the head of a definition as a part of the context."""
    return Candidate(
        id=f"symbol:{symbol.path}#{symbol.qualified}",
        kind=ItemKind.SYMBOL,
        title=f"{symbol.qualified} in {symbol.path}, line {symbol.first_line + 1}",
        text=symbol.text,
        language=symbol.language,
        uri=uri,
        first_line=symbol.first_line,
        n_lines=symbol.text.count("\n") + 1,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _LookedUp:
    mentioned: list[Candidate]
    unknown: list[str]
    of_question: list[Symbol]
    of_selection: list[Symbol]


def _look_up(
    named: NamedFiles, question: str, selected: Sequence[str], languages: frozenset[str]
) -> _LookedUp:
    """Read the index and the files that the question names. Blocks."""
    mentioned: list[Candidate] = []
    unknown: list[str] = []
    for mention in mentions(question):
        item = named.item(mention)
        if isinstance(item, Candidate):
            mentioned.append(item)
        elif item:
            unknown.append(item)
    names = names_in_question(question)
    spoken = [n for n in names_of_words(question) if n not in names] if languages else []
    definitions = named.index.definitions_of(
        [*names, *selected, *spoken], limit_each=MAX_MEANINGS + 1
    )
    of_question = [s for name in names for s in definitions.get(name, ())[:MAX_MEANINGS]]
    for name in spoken:
        found = [s for s in definitions.get(name, ()) if s.language in languages]
        of_question += found[:MAX_MEANINGS]
    of_selection = [
        symbol
        for name in selected
        if name not in names and len(definitions.get(name, ())) <= MAX_MEANINGS
        for symbol in definitions.get(name, ())
    ]
    return _LookedUp(
        mentioned=mentioned, unknown=unknown, of_question=of_question, of_selection=of_selection
    )


def _copy(document: Document) -> list[str]:
    """Return a document's lines, up to MAX_CHARS characters."""
    found, n_chars = [], 0
    for i in range(document.buffer.n_lines):
        line = document.buffer.line(i)
        n_chars += len(line) + 1
        if n_chars > MAX_CHARS:
            break
        found.append(line)
    return found
