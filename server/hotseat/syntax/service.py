"""What the process that parses does for each message: it owns the trees, and answers with values.

Pure: `parsing/worker.py` reads the messages, writes the answers and bounds the time and memory of
this process. A method raises what it likes: the answer is then that it failed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from hotseat.domain.syntax import DefinitionLimits
from hotseat.syntax.followed_text import FollowedText
from hotseat.syntax.fragment import Fragment
from hotseat.syntax.parsed_text import ParsedText
from hotseat.syntax.whole_text import syntax_errors

MAX_FRAGMENTS = 8
"""Kept for the next text at the same cursor."""

WHOLE_FILE = DefinitionLimits(
    min_name_chars=1, max_members=400, max_definitions=2000, max_nodes=100_000
)

Update = tuple[str, bytes] | tuple[int, int, bytes] | None
"""Of a document: language and text; or start, end and new text of the bytes that are replaced."""
Json = str | int | float | bool | None | list["Json"]


class SyntaxService:
    """Documents have numbers, which the caller chooses. `spent_s` returns processor time."""

    def __init__(self, spent_s: Callable[[], float]) -> None:
        self._spent_s = spent_s
        self._documents: dict[int, ParsedText] = {}
        self._fragments: OrderedDict[tuple[str, str, str], Fragment] = OrderedDict()
        self._followed = FollowedText()

    def look(self, number: int, update: Update, byte: int | None, uri: str) -> Json:
        """Return the languages at an offset of the updated document; none without an offset."""
        document = self._updated(number, update)
        return list(document.languages_at(byte, uri=uri)) if byte is not None else []

    def definitions(self, number: int, update: Update) -> Json:
        """Return name, kind, first line, text and "is a member" of each definition."""
        return [
            [found.name, found.kind, found.first_line, found.text, found.is_member]
            for found in self._updated(number, update).definitions()
        ]

    def outline(self, data: bytes, language: str) -> Json:
        """Return the definitions of a whole file that is not open, with more of each: name, kind,
        first and last line, text, "is a member", signature."""
        found = ParsedText(data, language).definitions(WHOLE_FILE)
        return [
            [
                one.name,
                one.kind,
                one.first_line,
                one.last_line,
                one.text,
                one.is_member,
                one.signature,
            ]
            for one in found
        ]

    def uses(self, data: bytes, language: str, offsets: list[int]) -> Json:
        """Return how the tokens at some offsets of a text are used: the types of the nodes around,
        "defines a name", first and last line of its scope. Parses only what differs from the text
        of the last call; null where the text has no tree."""
        found = self._followed.uses(data, language, offsets)
        if found is None:
            return None
        return [[list(use.types), use.defines, *use.scope] for use in found]

    def close(self, number: int) -> Json:
        """Forget a document."""
        self._documents.pop(number, None)
        return None

    def fragment(self, before: str, after: str, language: str, text: str) -> Json:
        """Return the number of errors of a fragment with `text` at its cursor; null if unknown."""
        key = before, after, language
        if key not in self._fragments:
            self._fragments[key] = Fragment(before, after, language)
            if len(self._fragments) > MAX_FRAGMENTS:
                self._fragments.popitem(last=False)
        self._fragments.move_to_end(key)
        return self._fragments[key].count_errors(text)

    def errors(self, text: str, language: str, limit_s: float) -> Json:
        """Return number of errors, first line and bytes of a whole text's errors; null if unknown.

        Ends after `limit_s` of processor time where the parser can be interrupted.
        """
        ends_s = self._spent_s() + limit_s
        found = syntax_errors(text, language, is_over=lambda: self._spent_s() > ends_s)
        return None if found is None else [found.n, found.first_line, found.n_bytes]

    def _updated(self, number: int, update: Update) -> ParsedText:
        if update is not None and len(update) == 2:
            language, data = update
            self._documents[number] = ParsedText(data, language)
        document = self._documents[number]
        if update is not None and len(update) == 3:
            document.replace(*update)
        return document
