"""The syntax of one open document, whose tree is in another process.

Owns what the worker knows of the document, and what it is asked next. An edit widens one range and
returns; everything else happens when the parser asks for the next request (`parser.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotseat.documents.buffer import Edit, TextBuffer
from hotseat.documents.parse_window import WHOLE_BYTES
from hotseat.documents.piece import NewText, Piece
from hotseat.domain.syntax import Definition, SyntaxErrors
from hotseat.languages.profiles import profile_of
from hotseat.parsing.followed_place import FollowedPlace
from hotseat.parsing.last_answers import LastAnswers
from hotseat.parsing.quarantine import Failure, Quarantine
from hotseat.parsing.remote_fragment import RemoteFragment
from hotseat.parsing.waiters import Waiters
from hotseat.parsing.wire import Answer
from hotseat.syntax.grammars import LANGUAGES
from hotseat.syntax.regions import TREE_HOSTS
from hotseat.syntax.regions.by_text import languages_by_text

if TYPE_CHECKING:
    from hotseat.parsing.parser import Parser

MAX_BYTES = 5_000_000
"""Larger documents have no tree."""
QUIET_S = 0.5
"""Definitions are asked for when the typing pauses for so long; an argument of `Parser`."""
IN_WORD_S = 0.2
"""Within a word, languages are asked for when the typing pauses for so long: its letters seldom
change one, as those that make a string SQL do."""
MAX_PAUSE_S = 2.0
PAUSE_RATIO = 2.0
"""After a parse, the next one waits so many times as long as it took, at most MAX_PAUSE_S."""
SHORT_PARSE_S = 0.01
"""After a shorter one, it does not wait."""

Update = tuple[str | None, bytes] | tuple[int, int, bytes] | None


@dataclass(slots=True)
class _Asked:
    """The request under way."""

    revision: int
    is_look: bool
    """It asks for languages; else for definitions."""
    place: FollowedPlace | None = None
    """Of a look: where; None if the text there was replaced meanwhile."""
    first_line: int = 0
    """Of the piece that the worker has."""
    is_void: bool = False
    """The document is another one meanwhile."""


class RemoteSyntax:
    """The syntax of a `TextBuffer`; see `DocumentSyntax` for what the methods promise."""

    def __init__(self, buffer: TextBuffer, parser: Parser, number: int) -> None:
        self.number = number
        self.fragment_s = 0.0
        self.quarantine = Quarantine()
        self._fragments = Quarantine()
        self._buffer, self._parser = buffer, parser
        self._piece = Piece(buffer)
        self._language: str | None = None
        self._uri = ""
        self._has_regions = self._has_definitions = False
        self._revision = 0
        self._changed_s = -parser.quiet_s
        self._not_before_s = 0.0
        self._wanted: int | None = None
        """The offset whose languages are wanted."""
        self._look_from_s = 0.0  # when the languages are to be asked for
        self._asked: _Asked | None = None
        self._known = LastAnswers()
        self._waiters = Waiters()
        self._is_open = True

    @property
    def fresh(self) -> bool:
        return self._revision in (self._known.looked, self._known.defined)

    @property
    def n_answers(self) -> int:
        return self._known.n_answers

    @property
    def stalled(self) -> bool:
        wants = self._has_regions or self._has_definitions
        return wants and not self._may_be_parsed

    @property
    def pending(self) -> bool:
        if not self._may_be_parsed:
            return False
        if self._wants_definitions():
            return True
        is_looked = self._known.looked == self._revision
        return self._wanted is not None and self._has_regions and not is_looked

    @property
    def is_asked(self) -> bool:
        """Whether a request is under way. The next one waits for its answer."""
        return self._asked is not None

    @property
    def n_copied_bytes(self) -> int:
        """About how many bytes of the document the worker has."""
        return min(self._buffer.size_bytes, 2 * WHOLE_BYTES)

    @property
    def _may_be_parsed(self) -> bool:
        return (
            self._is_open
            and not self.quarantine.is_closed
            and self._buffer.size_bytes <= MAX_BYTES
            and not self._parser.is_closed
        )

    # --- what documents ask ----------------------------------------------------------------------

    def set_language(self, language: str | None) -> None:
        self._language = language
        has_grammar = language in LANGUAGES
        self._has_regions = has_grammar and language in TREE_HOSTS
        self._has_definitions = has_grammar and profile_of(language).definitions is not None
        self._start_over()
        if self._has_definitions:
            self._parser.want_later(self._parser.quiet_s)

    def edited(self, edit: Edit) -> None:
        self._revision += 1
        self._piece.edited(edit)
        if edit.whole:
            self._start_over()
        else:
            n_bytes = edit.old_end_byte + edit.new_end_byte - 2 * edit.start_byte
            self.quarantine.edited(n_bytes)
            self._fragments.edited(n_bytes)
            self._known.edited(edit)
            if self._asked is not None:
                self._asked.place = self._asked.place and self._asked.place.after(edit)
        self._changed_s = self._parser.now_s()
        if self._has_regions and self._wanted is not None:
            self._wanted = edit.new_end_byte
            if self._known.is_sure_at(self._wanted):
                self._look_from_s = self._changed_s + IN_WORD_S
                self._parser.want_later(IN_WORD_S)
            else:
                self._want_look()
        if self._has_definitions:
            self._parser.want_later(self._parser.quiet_s)

    def languages_at(
        self, line: int, column: int, file_language: str, *, uri: str
    ) -> tuple[str, ...]:
        if self._has_regions and file_language == self._language and self._may_be_parsed:
            byte = self._buffer.byte_at(line, column)
            is_known = self._known.is_at(byte)
            if not is_known or self._known.looked != self._revision:
                self._uri, self._wanted = uri, byte
                if not self._known.is_sure_at(byte):
                    self._want_look()
            if is_known:
                return self._known.languages
        return languages_by_text(self._buffer, line, column, file_language, uri=uri)

    def definitions(self) -> Sequence[Definition]:
        return self._known.definitions if self._known.defined == self._revision else ()

    def fragment(self, before: str, after: str, language: str | None) -> RemoteFragment:
        return RemoteFragment(before, after, language, self._parser, self)

    async def errors(self, text: str, language: str | None) -> SyntaxErrors | None:
        if language not in LANGUAGES:
            return None
        return await self._parser.errors(text, language)

    async def settle(self, line: int, column: int, uri: str, *, within_s: float) -> None:
        if not self._has_regions or self._language is None or not self._may_be_parsed:
            return
        if self._known.is_sure_at(byte := self._buffer.byte_at(line, column)):
            return
        if not self._parser.is_prompt or self._parser.now_s() < self._not_before_s:
            return
        self._uri, self._wanted = uri, byte
        self._want_look()
        self._parser.flush()
        if not await self._waiters.wait(within_s):
            self._parser.is_prompt = False

    def closed(self) -> None:
        self._is_open = False
        self._waiters.wake()
        self._parser.forget(self)

    # --- what the parser asks --------------------------------------------------------------------

    def due_s(self) -> float | None:
        """Return when the next request can be sent; None if there is nothing to ask.

        On the clock of `Parser.now_s`; a time that has passed means now.
        """
        if self._asked is not None or not self._may_be_parsed:
            return None
        if self._wants_look():
            return max(self._not_before_s, self._look_from_s)
        if self._wants_definitions():
            return max(self._not_before_s, self._changed_s + self._parser.quiet_s)
        return None

    def next_request(self) -> tuple[str, tuple[object, ...]]:
        """Return method and arguments of the request that is due: it counts as sent."""
        if self._wants_look() and self._wanted is not None:
            byte = self._wanted
            update = self._update(byte)
            self._asked = _Asked(self._revision, is_look=True, place=FollowedPlace(byte))
            return "look", (self.number, update, byte - self._piece.start, self._uri)
        update = self._update(self._wanted or self._piece.start)
        first_line = self._buffer.point_at(self._piece.start)[0]
        self._asked = _Asked(self._revision, is_look=False, first_line=first_line)
        return "definitions", (self.number, update)

    def answered(self, answer: Answer) -> bool:
        """Take the answer to the request. Return whether answers to questions may be others now."""
        asked, self._asked = self._asked, None
        if answer.spent_s > SHORT_PARSE_S:
            pause_s = min(PAUSE_RATIO * answer.spent_s, MAX_PAUSE_S)
            self._not_before_s = self._parser.now_s() + pause_s
        if asked is None or asked.is_void:
            return False
        if answer.error is not None or not isinstance(answer.value, list):
            self._piece.forget()  # the copy may be another text
            self._give_up(asked)
            return False
        self.quarantine.parsed()
        if not asked.is_look:
            self._known.definitions_answered(asked.revision, answer.value, asked.first_line)
            return True
        languages = tuple(map(str, answer.value))
        is_other = self._known.look_answered(asked.revision, asked.place, languages)
        if asked.revision == self._revision:
            self._waiters.wake()
        return is_other

    def lost(self, failure: Failure | None) -> None:
        """The worker has ended before it answered. `failure`: it was at this request."""
        self._asked = None
        if failure is not None:
            self.quarantine.failed(failure)

    def forgotten(self) -> None:
        """The worker has no copy any more."""
        self._piece.forget()
        self._asked = None
        self._known.tree_lost()
        self._waiters.wake()

    def evicted(self) -> None:
        """The worker has no copy any more; what it answered still holds."""
        self._piece.forget()

    def fragment_failed(self, failure: Failure) -> None:
        """The worker ended while it parsed a fragment of this document."""
        self._fragments.failed(failure)

    @property
    def may_parse_fragments(self) -> bool:
        """False: a fragment of this text ended a worker."""
        return self._is_open and not self._fragments.is_closed

    def _want_look(self) -> None:
        """Ask for the languages as soon as it can be."""
        self._look_from_s = 0.0
        self._parser.want(self)

    def _wants_look(self) -> bool:
        if not self._has_regions or self._wanted is None:
            return False
        return not self._known.is_at(self._wanted) or self._known.looked != self._revision

    def _wants_definitions(self) -> bool:
        return self._has_definitions and self._known.defined != self._revision

    def _update(self, byte: int) -> Update:
        update = self._piece.update(min(byte, self._buffer.size_bytes))
        if isinstance(update, NewText):
            return self._language, update.data
        return None if update is None else (update.start, update.old_end, update.data)

    def _give_up(self, asked: _Asked) -> None:
        """Ask for nothing more of this text: the answer would be the same error."""
        if not asked.is_look:
            self._known.have_no_definitions(asked.revision)
        else:
            self._wanted = None

    def _start_over(self) -> None:
        self._piece.forget()
        self.quarantine.replaced()
        self._fragments.replaced()
        self._known.forget()
        if self._asked is not None:
            self._asked.is_void = True
