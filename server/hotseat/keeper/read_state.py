"""Read the state and the decisions of this user's keepers without being a window."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Any

from hotseat.domain.decisions import Decision
from hotseat.engines.runtime import runtime_dir
from hotseat.keeper.state import KeeperState, decode_decision, decode_state
from hotseat.keeper.transport import Stream, connect

log = logging.getLogger(__name__)

ANSWER_S = 2.0
_OF_ANOTHER_VERSION = (
    "An editor window with another version of Hotseat drives an engine: restart the windows that "
    "were open before Hotseat was updated"
)


async def keeper_states(*, answer_s: float = ANSWER_S) -> list[KeeperState]:
    """Return the state of every keeper that answers in time, in the order of their sockets."""
    states = []
    async for stream in keepers():
        state = await _state(stream, answer_s)
        if state is not None:
            states.append(state)
    return states


async def keeper_decisions(
    *, answer_s: float = ANSWER_S
) -> list[tuple[KeeperState, list[Decision]]]:
    """Return each keeper's state with its last decisions, oldest first."""
    found = []
    async for stream in keepers():
        state = await _state(stream, answer_s)
        if state is None:
            continue
        stream.send({"type": "decisions"})
        message = await receive(stream, "decisions", answer_s)
        try:
            decisions = [decode_decision(entry) for entry in (message or {})["decisions"]]
        except (AttributeError, KeyError, TypeError, ValueError):
            continue  # stopped, or of another version of Hotseat
        found.append((state, decisions))
    return found


async def keepers() -> AsyncGenerator[Stream]:
    """Yield a connection to each keeper; it is closed afterwards."""
    for path in sorted(runtime_dir().glob("keeper-*.sock")):
        try:
            stream = await connect(path)
        except OSError:
            continue  # a process that was killed has left it
        try:
            yield stream
        finally:
            stream.close()


async def _state(stream: Stream, answer_s: float) -> KeeperState | None:
    message = await receive(stream, "state", answer_s)
    if message is None:
        return None  # it is stopped
    return state_in(message)


def state_in(message: dict[str, Any]) -> KeeperState | None:
    """Return the state in a keeper's message; None, with a line in the log, if another version of
    Hotseat wrote it."""
    try:
        return decode_state(message["state"])
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        log.warning("%s", _OF_ANOTHER_VERSION)
        return None


async def receive(stream: Stream, kind: str, answer_s: float) -> dict[str, Any] | None:
    """Return the next message of that type; None at the end, or if it does not come in time."""
    try:
        async with asyncio.timeout(answer_s):
            while (message := await stream.receive()) is not None:
                if message.get("type") == kind:
                    return message
    except TimeoutError:
        pass
    return None
