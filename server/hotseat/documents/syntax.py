"""What a document asks of its syntax: a protocol of plain values.

`parsing/remote_syntax.py` implements it with a process that parses, `syntax/document_syntax.py` in
this process. The store gets a function that makes one for each document, so this room imports no
parser.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from hotseat.documents.buffer import Edit, TextBuffer
from hotseat.domain.syntax import Definition, SyntaxErrors


class FragmentSyntax(Protocol):
    """A piece of text around a cursor, in one language."""

    async def n_errors_with(self, text: str) -> int | None:
        """Return the number of errors of the piece with `text` at the cursor.

        None without a grammar, and for a text that is not parsed.
        """
        ...


NewFragment = Callable[[str, str, "str | None"], FragmentSyntax]
"""Makes one of the text before and after the cursor, and its language."""


class DocumentSyntax(Protocol):
    """The syntax of one document, parsed beside the editing.

    Between an edit and the end of the next parse, answers are those of the last parse, moved along
    with the edits. Lines and columns count from 0, columns in code points. Nothing here waits.
    """

    @property
    def fresh(self) -> bool:
        """True: the present text is parsed."""
        ...

    @property
    def stalled(self) -> bool:
        """True: the present text will not be parsed."""
        ...

    @property
    def pending(self) -> bool:
        """True: the present text will be parsed, and its definitions found if it has any."""
        ...

    @property
    def n_answers(self) -> int:
        """Grows when the answer to a question may have changed without an edit."""
        ...

    def set_language(self, language: str | None) -> None:
        """Parse as that language from now on; None, or one without grammar: parse nothing."""
        ...

    def edited(self, edit: Edit) -> None:
        """The buffer was changed."""
        ...

    def languages_at(
        self, line: int, column: int, file_language: str, *, uri: str
    ) -> tuple[str, ...]:
        """Return the languages at a cursor: the innermost first, `file_language` last.

        `uri` shows what a template is a template of, and which YAML is a workflow.
        """
        ...

    def definitions(self) -> Sequence[Definition]:
        """Return the definitions of the present text; none while `pending`."""
        ...

    def fragment(self, before: str, after: str, language: str | None) -> FragmentSyntax:
        """Return the piece of text around a cursor of this document."""
        ...

    @property
    def fragment_s(self) -> float:
        """Seconds of processor time that fragments have taken so far, in any process."""
        ...

    async def errors(self, text: str, language: str | None) -> SyntaxErrors | None:
        """Return the errors of a text that may become part of this document.

        None without a grammar, and for a text that is not parsed.
        """
        ...

    async def settle(self, line: int, column: int, uri: str, *, within_s: float) -> None:
        """Wait until `languages_at` is that of the present text there, at most so long."""
        ...

    def closed(self) -> None:
        """The document was closed: what is kept of it is freed."""
        ...


NewSyntax = Callable[[TextBuffer], DocumentSyntax]
"""Makes the syntax of a new document, without a language."""
