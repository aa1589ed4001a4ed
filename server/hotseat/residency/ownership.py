"""Models of Hotseat's that left memory without being unloaded, and came back: who owns them now?

The rule: a model is Hotseat's if Hotseat loaded it, or if it was Hotseat's, left memory, and came
back while a request of Hotseat's own to it was under way. An engine loads what it is asked for,
and windows send their requests to it directly. So a window reports which models work for it, and
since when, and the keeper compares that with the engine's lists. A model that came back without
such a request was loaded by another program, and Hotseat never unloads it.

Pure: times are seconds of the caller's monotonic clock, names are canonical.
"""

from __future__ import annotations

from collections.abc import Collection


class ReturnedModels:
    """Call `note_use` and `observe` in the order in which things happen; `clear` for another
    engine."""

    def __init__(self) -> None:
        self._gone_s: dict[str, float] = {}
        """Models of Hotseat's that are not in memory: when the last list was asked for."""
        self._returned_s: dict[str, tuple[float, float]] = {}
        """Models that came back without a known request of Hotseat's: when the last list without
        them was asked for, and when the first list with them arrived."""
        self._uses_s: dict[str, tuple[float, float]] = {}
        """The last period of requests to each model: begin, and end as far as it is known."""

    def clear(self) -> None:
        """Forget what left memory: it was another engine's."""
        self._gone_s.clear()
        self._returned_s.clear()

    def note_use(self, name: str, began_s: float, until_s: float) -> None:
        """A request of Hotseat's to the model was under way from `began_s` until `until_s`."""
        known = self._uses_s.get(name)
        if known is not None and known[1] >= began_s:
            began_s, until_s = min(began_s, known[0]), max(until_s, known[1])
        self._uses_s[name] = (began_s, until_s)

    def observe(
        self,
        *,
        ours: Collection[str],
        resident: Collection[str],
        asked_s: float,
        now_s: float,
    ) -> set[str]:
        """Compare the engine's list with the last one. Return the models that are ours again.

        `ours` are those that Hotseat is known to have loaded, `resident` the models of the list,
        which was asked for at `asked_s` and arrived at `now_s`.
        """
        for name in ours:
            self._returned_s.pop(name, None)
            self._gone_s.pop(name, None)
            if name not in resident:
                self._gone_s[name] = asked_s
        for name in [name for name in self._returned_s if name not in resident]:
            del self._returned_s[name]
            self._gone_s[name] = asked_s
        for name in tuple(self._gone_s):
            if name in resident:
                self._returned_s[name] = (self._gone_s.pop(name), now_s)
            else:
                self._gone_s[name] = asked_s
        again = {name for name, span in self._returned_s.items() if self._was_used(name, *span)}
        for name in again:
            del self._returned_s[name]
        return again

    def _was_used(self, name: str, gone_s: float, returned_s: float) -> bool:
        began_s, until_s = self._uses_s.get(name, (0.0, float("-inf")))
        return began_s <= returned_s and until_s >= gone_s
