"""What a user does in an editor, and what happens around it: the closed union that attention
folds into its state."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opened:
    uri: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Closed:
    uri: str


@dataclass(frozen=True, slots=True)
class Focused:
    """`uri` is None when no text editor has the focus."""

    uri: str | None


@dataclass(frozen=True, slots=True)
class VisibleChanged:
    uris: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CursorMoved:
    """`language` is that of the region under the cursor, not of the file."""

    uri: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Edited:
    """`language` is that of the region edited."""

    uri: str
    language: str | None


@dataclass(frozen=True, slots=True)
class WindowFocused:
    focused: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The user loaded an expert by name (`hotseat.load`), or unloaded it (`hotseat.unload`)."""

    expert: str
    load: bool


@dataclass(frozen=True, slots=True)
class Pinned:
    expert: str
    pinned: bool


@dataclass(frozen=True, slots=True)
class ChangedOnDisk:
    """Another program wrote files of these languages: a tool, a formatter, `git checkout`."""

    languages: tuple[str, ...]


AttentionEvent = (
    Opened
    | Closed
    | Focused
    | VisibleChanged
    | CursorMoved
    | Edited
    | WindowFocused
    | Asked
    | Pinned
    | ChangedOnDisk
)
