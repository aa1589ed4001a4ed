"""What a document asks of its syntax: a protocol of plain values.

`syntax/document_syntax.py` implements it. The store gets a function that makes one for each
document, so this room imports no parser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from hotseat.documents.buffer import Edit, TextBuffer
from hotseat.domain.syntax import Definition, Place


class DocumentSyntax(Protocol):
    """The syntax of one document, parsed in slices while the text is edited.

    Between an edit and the end of the next parse, answers come from the last good parse, moved
    along with the edits. Lines and columns count from 0, columns in code points.
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
        """True: `step` has work to do."""
        ...

    @property
    def has_old_trees(self) -> bool:
        """True: `free_old_trees` has memory to free."""
        ...

    def set_language(self, language: str | None) -> None:
        """Parse as that language from now on; None, or one without grammar: parse nothing.

        The first call for a language imports its grammar, which takes 1 to 18 ms.
        """
        ...

    def edited(self, edit: Edit) -> None:
        """The buffer was changed."""
        ...

    def step(
        self, deadline: Callable[[], bool], spent_s: Callable[[], float] = lambda: 0.0
    ) -> bool:
        """Parse until done, or until `deadline()` is True; return True when nothing is left.

        Every call makes some progress, even with a deadline that has passed already. `spent_s()` is
        the thread's processor time.
        """
        ...

    def free_old_trees(self) -> None:
        """Free what earlier parses left. It cannot be sliced, and takes 20 ms a megabyte."""
        ...

    def place_at(self, line: int, column: int) -> Place | None:
        """Return the kind of text that a cursor is in; None where the parse does not show it."""
        ...

    def languages_at(
        self, line: int, column: int, file_language: str, *, uri: str
    ) -> tuple[str, ...]:
        """Return the languages at a cursor: the innermost first, `file_language` last.

        `uri` shows what a template is a template of, and which YAML is a workflow.
        """
        ...

    def definitions(self) -> Iterator[Definition | None]:
        """Yield the definitions of the present text; none unless `fresh`.

        None is a moment to check the clock. The text must not change in between.
        """
        ...


NewSyntax = Callable[[TextBuffer], DocumentSyntax]
"""Makes the syntax of a new document, without a language."""
