"""Attention as a value: what is open, focused, visible, and when each language last mattered.

Owns the fold of editor events. Must not decide how likely anything is: `forecast` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from hotseat.domain.events import (
    Asked,
    AttentionEvent,
    ChangedOnDisk,
    Closed,
    CursorMoved,
    Edited,
    Focused,
    Opened,
    Pinned,
    VisibleChanged,
    WindowFocused,
)

_EMPTY: Mapping[str, Any] = MappingProxyType({})

DWELL_S = 0.25
"""A shorter stay without typing is a walk through tabs, for which nothing is loaded."""


class BufferAttention(NamedTuple):
    """One open document. `region_language` is the one under the cursor, once it is known."""

    language: str | None
    region_language: str | None = None

    @property
    def current_language(self) -> str | None:
        return self.region_language or self.language


class AttentionState(NamedTuple):
    """Times are seconds on the caller's monotonic clock."""

    buffers: Mapping[str, BufferAttention] = _EMPTY
    open_languages: frozenset[str] = frozenset()
    """Languages of `buffers`, computed when one opens or closes: there may be hundreds of them."""
    focused: str | None = None
    arrived_s: float = 0.0
    """When the cursor entered the file, or a region of another language in it."""
    typed: bool = False
    """The user has typed since `arrived_s`."""
    settled: str | None = None
    """The language in which the user stayed or typed last, before `arrived_s`."""
    visible: tuple[str, ...] = ()
    window_focused: bool = True
    client_sends_focus: bool = False
    """A plain LSP client never sends didFocus; then opening and editing count as focus."""
    left_s: Mapping[str, float] = _EMPTY
    """For each language, when it was last under the cursor."""
    asked: Mapping[str, float] = _EMPTY
    """For each expert that the user loaded by hand, when; until the user unloads it."""
    pinned: Mapping[str, bool] = _EMPTY
    changed_s: Mapping[str, float] = _EMPTY
    """For each language, when another program last changed a file of it in the workspace."""

    active_s: float = 0.0
    """When the user last did anything."""

    @property
    def focused_language(self) -> str | None:
        buffer = self.buffers.get(self.focused) if self.focused else None
        return buffer.current_language if buffer else None

    def settles_in_s(self, now_s: float) -> float:
        """Return the seconds until the stay counts; 0 if it counts already."""
        if self.typed or self.settled is None:
            return 0.0
        return max(0.0, self.arrived_s + DWELL_S - now_s)

    def language_in_use(self, now_s: float) -> str | None:
        """Return the language under the cursor; the one before while the stay is too short."""
        return self.settled if self.settles_in_s(now_s) else self.focused_language

    def turned_to_since(self, since_s: float, now_s: float) -> bool:
        """Return whether the user came to the language under the cursor after `since_s`, and
        stayed. To type on where the user was before is not enough."""
        is_here = self.focused_language is not None and not self.settles_in_s(now_s)
        return is_here and self.arrived_s > since_s

    def changed_within(self, language: str, seconds: float, now_s: float) -> bool:
        """Return whether another program wrote a file of that language in the last `seconds`."""
        at_s = self.changed_s.get(language)
        return at_s is not None and now_s - at_s < seconds


def update(state: AttentionState, event: AttentionEvent, now_s: float) -> AttentionState:
    """Return the state after `event`."""
    if isinstance(event, ChangedOnDisk):  # no sign of the user: a tool may run all night
        return _fold(state, event, now_s)
    after = _fold(state, event, now_s)._replace(active_s=now_s)
    if after.focused != state.focused or after.focused_language != state.focused_language:
        after = after._replace(
            arrived_s=now_s,
            typed=False,
            # The user does not return to a closed document, so nothing is kept for it.
            settled=None if isinstance(event, Closed) else state.language_in_use(now_s),
        )
    if isinstance(event, Edited) and event.uri == after.focused:
        after = after._replace(typed=True)
    return after


def goes_on(before: AttentionState, after: AttentionState, event: AttentionEvent) -> bool:
    """Return whether `event` was one more key or cursor step where the user was working."""
    return (
        isinstance(event, Edited | CursorMoved)
        and after.focused == before.focused
        and after.arrived_s == before.arrived_s
        and after.typed == before.typed
    )


def _fold(state: AttentionState, event: AttentionEvent, now_s: float) -> AttentionState:
    match event:
        case Opened(uri, language):
            buffers = {**state.buffers, uri: BufferAttention(language=language)}
            opened = _with_buffers(state, buffers)
            return opened if state.client_sends_focus else _focus(opened, uri, now_s)
        case Closed(uri):
            buffers = {u: b for u, b in state.buffers.items() if u != uri}
            left = _leave(state, now_s) if state.focused == uri else state
            return _with_buffers(left, buffers)._replace(
                focused=None if state.focused == uri else state.focused,
                visible=tuple(u for u in state.visible if u != uri),
            )
        case Focused(uri):
            return _focus(state._replace(client_sends_focus=True), uri, now_s)
        case VisibleChanged(uris):
            return state._replace(visible=uris)
        case CursorMoved(uri, language):
            moved = _set_region(state, uri, language, now_s)
            return moved if state.client_sends_focus else _focus(moved, uri, now_s)
        case Edited(uri, language):
            edited = _set_region(state, uri, language, now_s)
            return edited if state.client_sends_focus else _focus(edited, uri, now_s)
        case WindowFocused(focused):
            return state._replace(window_focused=focused)
        case Asked(expert, load):
            asked = {name: at_s for name, at_s in state.asked.items() if name != expert}
            return state._replace(asked={**asked, expert: now_s} if load else asked)
        case Pinned(expert, pinned):
            return state._replace(pinned={**state.pinned, expert: pinned})
        case ChangedOnDisk(languages):
            changed_s = {**state.changed_s, **dict.fromkeys(languages, now_s)}
            return state._replace(changed_s=changed_s)


def _with_buffers(state: AttentionState, buffers: Mapping[str, BufferAttention]) -> AttentionState:
    """Replace the open documents."""
    languages = {b.language for b in buffers.values() if b.language is not None}
    return state._replace(buffers=buffers, open_languages=frozenset(languages))


def _leave(state: AttentionState, now_s: float) -> AttentionState:
    """Remember when the language that had the cursor last had it."""
    if (language := state.focused_language) is None:
        return state
    return state._replace(left_s={**state.left_s, language: now_s})


def _focus(state: AttentionState, uri: str | None, now_s: float) -> AttentionState:
    if state.focused == uri:
        return state
    return _leave(state, now_s)._replace(focused=uri)


def _set_region(
    state: AttentionState, uri: str, language: str | None, now_s: float
) -> AttentionState:
    buffer = state.buffers.get(uri)
    if buffer is None or buffer.region_language == language:
        return state
    if state.focused == uri:
        state = _leave(state, now_s)
    moved = buffer._replace(region_language=language)
    return state._replace(buffers={**state.buffers, uri: moved})
