"""What is wrong with a roster file, and where. Owns no parsing and no judging."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    """The entry is ignored."""
    WARNING = "warning"
    """The entry is used, but it is probably not what was meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Zero-based lines; zero-based columns counted in code points, as LSP's utf-32 does.

    Half-open: the end is not part of it.
    """

    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One thing wrong in one file; what could be kept of the file is in use all the same."""

    filename: str
    span: Span
    severity: Severity
    message: str
    hint: str = ""

    @property
    def line(self) -> int:
        """Zero-based."""
        return self.span.line

    @property
    def column(self) -> int:
        """Zero-based, in code points."""
        return self.span.column

    def __str__(self) -> str:
        """`FILE:LINE:COLUMN: severity: message. hint`, counted from one as editors show it."""
        place = f"{self.filename}:{self.line + 1}:{self.column + 1}"
        hint = f". {self.hint}" if self.hint else ""
        return f"{place}: {self.severity}: {self.message}{hint}"
