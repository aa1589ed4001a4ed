"""Models of ours that left memory unasked and came back: whose are they now?

The rule: a model is Hotseat's if Hotseat loaded it, or if it was Hotseat's, left memory, and came
back while a request of Hotseat's own to it was under way. An engine loads what it is asked for,
and windows send their requests to it directly: so a window says which models work for it, and since
when, and the keeper compares that with its looks at the engine. Whatever came back without such a
request was loaded by another program, and Hotseat never unloads it.

Pure: times are seconds of the caller's monotonic clock, names are canonical.
"""

from __future__ import annotations

from collections.abc import Collection


class Comebacks:
    """`used` and `look` in the order in which things happen; `clear` for another engine."""

    def __init__(self) -> None:
        self._gone_s: dict[str, float] = {}
        """Models that were ours and are not in memory: when the last look began."""
        self._back_s: dict[str, tuple[float, float]] = {}
        """Models that came back, so far by nobody of ours: begin of the last look without them,
        end of the first look with them."""
        self._uses_s: dict[str, tuple[float, float]] = {}
        """The last stretch of requests to each model: from, and as far as is known until."""

    def clear(self) -> None:
        self._gone_s.clear()
        self._back_s.clear()

    def used(self, name: str, began_s: float, until_s: float) -> None:
        """A request of our own to the model was under way for so long, or still is."""
        known = self._uses_s.get(name)
        if known is not None and known[1] >= began_s:
            began_s, until_s = min(began_s, known[0]), max(until_s, known[1])
        self._uses_s[name] = (began_s, until_s)

    def look(
        self,
        *,
        ours: Collection[str],
        resident: Collection[str],
        asked_s: float,
        now_s: float,
    ) -> set[str]:
        """What a look at the engine found; returns the models that are ours again.

        `ours` are those that Hotseat is known to have loaded, `resident` what the engine lists.
        """
        for name in ours:
            self._back_s.pop(name, None)
            self._gone_s.pop(name, None)
            if name not in resident:
                self._gone_s[name] = asked_s
        for name in [name for name in self._back_s if name not in resident]:
            del self._back_s[name]
            self._gone_s[name] = asked_s
        for name in tuple(self._gone_s):
            if name in resident:
                self._back_s[name] = (self._gone_s.pop(name), now_s)
            else:
                self._gone_s[name] = asked_s
        again = {name for name, span in self._back_s.items() if self._was_used(name, *span)}
        for name in again:
            del self._back_s[name]
        return again

    def _was_used(self, name: str, gone_s: float, back_s: float) -> bool:
        began_s, until_s = self._uses_s.get(name, (0.0, float("-inf")))
        return began_s <= back_s and until_s >= gone_s
