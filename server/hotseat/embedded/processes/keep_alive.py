"""When a model leaves a child process: keep_alive timers, and the models that leave with the base.

Owns the timers of the members of an entry. The pool ends the process.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from hotseat.embedded.processes.entry import Entry, Member
from hotseat.serving.wire import FOREVER_S


class KeepAlive:
    """`stop` ends the process of an entry without members."""

    def __init__(self, stop: Callable[[Entry], None]) -> None:
        self._stop = stop

    def start(self, entry: Entry, member: Member) -> None:
        """Start the timer of a member without users, unless it stays with the base or for ever."""
        if member.keep_alive_s is None and entry.members.get(()):
            return
        if member.stays_s < FOREVER_S:
            left_s = max(0.0, member.expires_s - time.time())
            loop = asyncio.get_running_loop()
            member.timer = loop.call_later(left_s, self.expire, entry, member)

    def member_idle(self, entry: Entry, member: Member) -> None:
        """Decide about a member whose last request has ended."""
        if entry.lacks(member.voice):
            del entry.members[member.voice]
        elif member.stays_s == 0:
            self.expire(entry, member)
        else:
            self.start(entry, member)

    def expire(self, entry: Entry, member: Member) -> None:
        """Remove the member; with the base, also those without a keep_alive of their own.

        A member in use leaves when its last request ends.
        """
        expired = [member]
        if not member.voice:
            expired += [m for m in entry.members.values() if m.voice and m.keep_alive_s is None]
        for each in expired:
            each.stop_timer()
            if each.n_users:
                each.keep_alive_s = 0.0
            else:
                entry.members.pop(each.voice, None)
        if not entry.members:
            self._stop(entry)
