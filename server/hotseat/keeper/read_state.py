"""Read the state of this user's keepers without being a window."""

from __future__ import annotations

import asyncio

from hotseat.engines.runtime import runtime_dir
from hotseat.keeper.state import KeeperState, decode_state
from hotseat.keeper.transport import connect

ANSWER_S = 2.0


async def keeper_states(*, answer_s: float = ANSWER_S) -> list[KeeperState]:
    """Of every keeper that answers in time, in the order of their sockets' names."""
    states = []
    for path in sorted(runtime_dir().glob("keeper-*.sock")):
        try:
            stream = await connect(path)
        except OSError:
            continue  # a process that was killed has left it
        try:
            message = await asyncio.wait_for(stream.receive(), answer_s)
        except TimeoutError:
            continue
        finally:
            stream.close()
        if message is not None and message.get("type") == "state":
            try:
                states.append(decode_state(message["state"]))
            except (AttributeError, KeyError, TypeError, ValueError):
                continue  # of another version of Hotseat
    return states
