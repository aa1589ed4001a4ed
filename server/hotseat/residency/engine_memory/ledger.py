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
    list_number: int
    """The number of that list, from 1."""
    has_other_options: bool = False
    """No request of Hotseat's has its options, so none can have loaded it."""

    @property
    def is_ours(self) -> bool:
        return self.cause is not Cause.OTHER_CLIENT


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """The last load of a model by Hotseat."""

    n_lists: int
    """How many lists had arrived when it began. A load begins, as a rule, at the moment at which a
    list arrives, because the list shows that it is due: times do not say which came first."""
    ended_s: float = float("inf")
    """When it ended or was cancelled; inf while it is under way."""


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
        self._n_lists = 0
        self._loads: dict[str, _Load] = {}
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

    def entry_of(self, seen: ResidentModel) -> Entry | None:
        """Return the entry of the runner of a listed name or alias."""
        return self._entries.get(seen.alias_of or seen.model)

    def is_ours(self, seen: ResidentModel) -> bool:
        """Return whether the runner of a listed name or alias is Hotseat's."""
        entry = self.entry_of(seen)
        return entry is not None and entry.is_ours

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
        for name, load in self._loads.items():
            self._loads[name] = replace(load, ended_s=min(load.ended_s, now_s))

    def is_outdated(self, asked_s: float) -> bool:
        """Return whether a list is older than the last one, or than the loss of its engine."""
        return asked_s < (self._lost_s if self._asked_s is None else self._asked_s)

    def begin_load(self, name: str) -> None:
        self._loads[name] = _Load(n_lists=self._n_lists)

    def end_load(self, name: str, now_s: float, *, done: bool) -> None:
        """The load has ended. `done`: the model is loaded, as Hotseat asked for it.

        A load that failed or was cancelled has loaded nothing that is listed later.
        """
        load = self._loads.pop(name, _Load(n_lists=self._n_lists))
        if not done:
            return
        self._loads[name] = replace(load, ended_s=now_s)
        entry = self._entries.get(name)
        if entry is None or entry.is_ours:
            return
        if entry.has_other_options or entry.list_number > load.n_lists:  # it was not there before
            self._entries[name] = replace(entry, cause=Cause.LOAD, has_other_options=False)

    def was_listed_since_load(self, name: str) -> bool:
        """Return whether a list has arrived since the last load of the model began."""
        load = self._loads.get(name)
        return load is not None and self._n_lists > load.n_lists

    def was_there_before_load(self, name: str) -> bool:
        """Return whether the last load of the model found the runner that is listed now."""
        entry, load = self._entries.get(name), self._loads.get(name)
        return entry is not None and load is not None and entry.list_number <= load.n_lists

    def abort_load(self, name: str, now_s: float) -> None:
        """The request was cancelled: what is loaded from now on is not by it."""
        if name in self._loads:
            self._loads[name] = replace(self._loads[name], ended_s=now_s)

    def aborted_s(self, name: str) -> float:
        """Return when the last load of the model ended or was cancelled; inf while it lasts."""
        return self._loads[name].ended_s if name in self._loads else float("-inf")

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
        self._n_lists += 1
        for seen in listed:
            if seen.alias_of:
                continue
            name = seen.model
            before = self._entries.get(name)
            if before is not None and _same_runner(before.seen, seen):
                entries[name] = self._again(before, seen, inherited, could_be_ours)
                continue
            entry = Entry(
                seen=seen,
                cause=Cause.OTHER_CLIENT,
                absent_s=self._known_absent_s(name),
                seen_s=now_s,
                list_number=self._n_lists,
            )
            entry = self._attributed(entry, inherited, could_be_ours)
            entries[name] = entry
            changes.append(Change(entry=entry, before=before))
        self._entries = entries
        self._asked_s = asked_s
        self._absent_s.clear()
        return changes

    def _again(
        self,
        before: Entry,
        seen: ResidentModel,
        inherited: Collection[str],
        could_be_ours: Callable[[ResidentModel], bool],
    ) -> Entry:
        """Return the entry of a runner that was there before; a late report may make it ours."""
        if not seen.process:  # it cannot be seen just now: a later one is another
            seen = replace(seen, process=before.seen.process)
        entry = replace(before, seen=seen)
        if entry.is_ours or entry.has_other_options:
            return entry
        return self._attributed(entry, inherited, could_be_ours)

    def _attributed(
        self,
        entry: Entry,
        inherited: Collection[str],
        could_be_ours: Callable[[ResidentModel], bool],
    ) -> Entry:
        """Return the entry with its owner, as far as that is known now."""
        cause = self._cause(entry, inherited)
        if cause is not Cause.EARLIER_KEEPER and not could_be_ours(entry.seen):
            return replace(entry, cause=Cause.OTHER_CLIENT, has_other_options=True)
        return replace(entry, cause=cause)

    def _known_absent_s(self, name: str) -> float:
        if name in self._absent_s:
            return self._absent_s[name]
        if self._asked_s is not None:
            return self._asked_s
        return self._start_s if self._start_s is not None else float("inf")

    def _cause(self, entry: Entry, inherited: Collection[str]) -> Cause:
        name = entry.seen.model
        load = self._loads.get(name)
        if load is not None:
            is_newer = entry.list_number > load.n_lists
            if is_newer and load.ended_s >= entry.absent_s:
                return Cause.LOAD
        if name in inherited:
            return Cause.EARLIER_KEEPER
        if _overlaps(self._uses_s.get(name), entry.absent_s, entry.seen_s):
            return Cause.REQUEST
        return Cause.OTHER_CLIENT


def _overlaps(span_s: tuple[float, float] | None, absent_s: float, seen_s: float) -> bool:
    return span_s is not None and span_s[0] < seen_s and span_s[1] >= absent_s


def _same_runner(before: ResidentModel, seen: ResidentModel) -> bool:
    """Return whether nothing shows that the model was loaded again."""
    if before.process and seen.process and before.process != seen.process:
        return False
    return (before.digest, before.context_length) == (seen.digest, seen.context_length)
