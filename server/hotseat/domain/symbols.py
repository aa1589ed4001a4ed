"""Symbols of a workspace: the definitions of its files, with where they are."""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.domain.syntax import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """One definition in a file of a workspace. Secrets in its texts are masked."""

    name: str
    kind: Kind
    container: str
    """The name of the type that it is a member of; empty for others."""
    signature: str
    """Its head in one line."""
    text: str
    """Up to 500 characters: a function's head, a type with the heads of its members, a value."""
    path: str
    """In the workspace, with "/"."""
    language: str
    first_line: int
    """From 0, when the file was read."""
    last_line: int
    """Inclusive."""

    @property
    def qualified(self) -> str:
        """Return its name with that of its type."""
        return f"{self.container}.{self.name}" if self.container else self.name
