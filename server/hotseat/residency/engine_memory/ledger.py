"""The ledger of the engine's memory: who loaded each model in it, and by which request.

Every entry of the engine's list has one owner. A model that was not in the list before, or is in
another process now, was loaded between two lists. It is Hotseat's if a load or another request of
Hotseat's to it was under way in that time, because an engine loads what it is asked for, or if an
earlier keeper noted it. Otherwise another client loaded it, and Hotseat never unloads it.

No attribution is final: the next load of a model is attributed again, and a request that windows
report late still counts, by its beginning.

Pure: times are seconds of the caller's monotonic clock, names are canonical.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from hotseat.domain.residency import ResidentModel


class Cause(StrEnum):
    """What brought a model into memory."""

    LOAD = "a load of Hotseat's"
    REQUEST = "a request of Hotseat's"
    EARLIER_KEEPER = "an earlier keeper"
    OTHER_CLIENT = "another client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One runner in the engine's memory."""

    seen: ResidentModel
    """As the engine listed it last."""
    cause: Cause
    absent_s: float
    """When it was known for the last time that this runner was not there."""
    seen_s: float
    """When the first list with it arrived."""
    has_other_options: bool = False
    """No request of Hotseat's has its options, so none can have loaded it."""

    @property
    def is_ours(self) -> bool:
        return self.cause is not Cause.OTHER_CLIENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A runner that is new in the list. `before` is the runner of the same name in the list before,
    None if there was none."""

    entry: Entry
    before: Entry | None


class Ledger:
    """Call its methods in the order in which things happen."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._start_s: float | None = None
        """When this ledger began, or the engine was lost: what was there before is unknown."""
        self._lost_s = float("-inf")
        self._asked_s: float | None = None
        """When the last list was asked for; None before the first one of this engine."""
        self._absent_s: dict[str, float] = {}
        """Models that Hotseat unloaded, and when they were gone, until the next list."""
        self._loads_s: dict[str, tuple[float, float]] = {}
        """The last load of each model: begin, and end; inf while it is under way."""
        self._uses_s: dict[str, tuple[float, float]] = {}
        """The last period of requests to each model: begin, and end as far as it is known."""

    @property
    def entries(self) -> Mapping[str, Entry]:
        """By name, as in the engine's last list."""
        return self._entries

    @property
    def asked_s(self) -> float | None:
        """When the last list was asked for; None before the first one of this engine."""
        return self._asked_s

    def owned(self) -> frozenset[str]:
        """Return the names of Hotseat's models in memory."""
        return frozenset(name for name, entry in self._entries.items() if entry.is_ours)

    def foreign(self) -> Mapping[str, int]:
        """Return the bytes of each model that another client loaded."""
        entries = self._entries.items()
        return {name: entry.seen.size_bytes for name, entry in entries if not entry.is_ours}

    def start(self, now_s: float) -> None:
        """The first call counts: nothing that ended before can have loaded anything."""
        if self._start_s is None:
            self._start_s = now_s

    def lose_engine(self, now_s: float) -> None:
        """The engine is gone. What is listed next was loaded since, or noted by `inherited`."""
        self._entries.clear()
        self._absent_s.clear()
        self._start_s, self._lost_s, self._asked_s = now_s, now_s, None
        for name, (began_s, ended_s) in self._loads_s.items():
            self._loads_s[name] = (began_s, min(ended_s, now_s))

    def is_outdated(self, asked_s: float) -> bool:
        """Return whether a list is older than the last one, or than the loss of its engine."""
        return asked_s < (self._lost_s if self._asked_s is None else self._asked_s)

    def begin_load(self, name: str, now_s: float) -> None:
        self._loads_s[name] = (now_s, float("inf"))

    def end_load(self, name: str, now_s: float, *, done: bool) -> None:
        """The load has ended. `done`: the model is loaded, as Hotseat asked for it.

        A load that failed or was cancelled has loaded nothing that is listed later.
        """
        began_s, _ = self._loads_s.pop(name, (now_s, now_s))
        if not done:
            return
        self._loads_s[name] = (began_s, now_s)
        entry = self._entries.get(name)
        if entry is None or entry.is_ours:
            return
        if entry.has_other_options or entry.seen_s >= began_s:  # it was not there before
            self._entries[name] = replace(entry, cause=Cause.LOAD, has_other_options=False)

    def abort_load(self, name: str, now_s: float) -> None:
        """The request was cancelled: what is loaded from now on is not by it."""
        if name in self._loads_s:
            self._loads_s[name] = (self._loads_s[name][0], now_s)

    def aborted_s(self, name: str) -> float:
        """Return when the last load of the model ended or was cancelled; inf while it lasts."""
        return self._loads_s[name][1] if name in self._loads_s else float("-inf")

    def unloaded(self, name: str, now_s: float) -> None:
        """Hotseat unloaded it and saw it gone: what is there later was loaded since."""
        self._entries.pop(name, None)
        self._absent_s[name] = now_s

    def note_use(self, name: str, began_s: float, until_s: float) -> None:
        """A request of Hotseat's to the model was under way from `began_s` until `until_s`."""
        known = self._uses_s.get(name)
        if known is not None and known[1] >= began_s:
            began_s, until_s = min(began_s, known[0]), max(until_s, known[1])
        self._uses_s[name] = (began_s, until_s)

    def observe(
        self,
        listed: Iterable[ResidentModel],
        *,
        asked_s: float,
        now_s: float,
        inherited: Collection[str] = (),
        could_be_ours: Callable[[ResidentModel], bool] = lambda seen: True,
    ) -> list[Change]:
        """Bring the entries up to date with the engine's list. Return the runners that are new.

        The list was asked for at `asked_s` and arrived at `now_s`. `inherited` are names that an
        earlier keeper noted. `could_be_ours` returns False for a model whose options no request of
        Hotseat's has. A change of a known entry's owner is not in the result.
        """
        entries: dict[str, Entry] = {}
        changes: list[Change] = []
        for seen in listed:
            if seen.alias_of:
                continue
            name = seen.model
            before = self._entries.get(name)
            if before is not None and _same_runner(before.seen, seen):
                entries[name] = self._again(before, seen, inherited)
                continue
            absent_s = self._known_absent_s(name)
            cause = self._cause(name, absent_s, now_s, inherited)
            has_other_options = cause is not Cause.EARLIER_KEEPER and not could_be_ours(seen)
            entry = Entry(
                seen=seen,
                cause=Cause.OTHER_CLIENT if has_other_options else cause,
                absent_s=absent_s,
                seen_s=now_s,
                has_other_options=has_other_options,
            )
            entries[name] = entry
            changes.append(Change(entry=entry, before=before))
        self._entries = entries
        self._asked_s = asked_s
        self._absent_s.clear()
        return changes

    def _again(self, before: Entry, seen: ResidentModel, inherited: Collection[str]) -> Entry:
        """Return the entry of a runner that was there before; a late report may make it ours."""
        if not seen.process:  # it cannot be seen just now: a later one is another
            seen = replace(seen, process=before.seen.process)
        entry = replace(before, seen=seen)
        if not entry.is_ours and not entry.has_other_options:
            cause = self._cause(seen.model, before.absent_s, before.seen_s, inherited)
            entry = replace(entry, cause=cause)
        return entry

    def _known_absent_s(self, name: str) -> float:
        if name in self._absent_s:
            return self._absent_s[name]
        if self._asked_s is not None:
            return self._asked_s
        return self._start_s if self._start_s is not None else float("inf")

    def _cause(
        self, name: str, absent_s: float, seen_s: float, inherited: Collection[str]
    ) -> Cause:
        load_s = self._loads_s.get(name)
        if load_s is not None and load_s[0] <= seen_s and load_s[1] >= absent_s:
            return Cause.LOAD
        if name in inherited:
            return Cause.EARLIER_KEEPER
        if _overlaps(self._uses_s.get(name), absent_s, seen_s):
            return Cause.REQUEST
        return Cause.OTHER_CLIENT


def _overlaps(span_s: tuple[float, float] | None, absent_s: float, seen_s: float) -> bool:
    return span_s is not None and span_s[0] < seen_s and span_s[1] >= absent_s


def _same_runner(before: ResidentModel, seen: ResidentModel) -> bool:
    """Return whether nothing shows that the model was loaded again."""
    if before.process and seen.process and before.process != seen.process:
        return False
    return (before.digest, before.context_length) == (seen.digest, seen.context_length)
