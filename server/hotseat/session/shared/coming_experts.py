"""How strongly a window hopes for the experts that answer after the one that answers now.

With sizes known, the whole sequence decides: what its plan does not hold in memory now is not hoped
for, so that the keeper evicts that and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hotseat.domain.experts import Expert, ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.keeper.state import KeeperState, ModelStatus
from hotseat.residency.sequence.hopes import HORIZON, experts_to_hold
from hotseat.residency.sequence.step_order import ExpertCost

_IN_MEMORY = (ModelState.WARM, ModelState.LOADING)
_STAY = 0.9
"""The probability of what is in memory and stays: with it, the keeper prefers it to a load of equal
length (`residency.policy`)."""

_Key = tuple[tuple[ModelSpec, ...], tuple[ModelSpec, ...], frozenset[ModelSpec], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Memory as a sequence of experts finds it. `room_bytes` is for models without those that stay
    anyway; `costs` are known of models that have been seen."""

    room_bytes: int
    costs: Mapping[ModelSpec, ExpertCost]
    resident: frozenset[ModelSpec]


class ComingExperts:
    """Remembers what models take and how long they load: the keeper reports that of a model only
    while the model is wanted or in memory."""

    def __init__(self) -> None:
        self._costs: dict[ModelSpec, ExpertCost] = {}
        self._last: tuple[_Key, tuple[str, ...]] | None = None

    def hopes(
        self, sequence: Sequence[Expert], held: Sequence[Expert], state: KeeperState | None
    ) -> dict[int, float]:
        """Return the probabilities by the place in the sequence; each model has one place at most.
        `held` are the experts that answer now."""
        first: dict[ModelSpec, int] = {}
        for i, expert in enumerate(sequence):
            if expert not in held:
                first.setdefault(expert.seat, i)
        if state is not None:
            self._remember(state.models)
        specs = {*first, *(expert.seat for expert in held)}
        if state is None or not state.budget_bytes or not specs <= self._costs.keys():
            return {place: max(0.5, 0.95 - 0.1 * i) for i, place in enumerate(first.values())}
        chosen = self._chosen(sequence, held, state)
        there = self.room(state, ()).resident
        hopes: dict[int, float] = {}
        for spec, place in first.items():
            if spec.key in chosen:
                i = chosen.index(spec.key)
                hopes[place] = _STAY if i and spec in there else max(0.5, 0.95 - 0.1 * i)
        return hopes

    def room(self, state: KeeperState, ours: Collection[ModelSpec]) -> Room:
        """Return the room for these models."""
        self._remember(state.models)
        pinned = sum(m.size_bytes or 0 for m in state.models if m.pinned and m.spec not in ours)
        return Room(
            room_bytes=max(0, state.budget_bytes - state.foreign_bytes - pinned),
            costs=self._costs,
            resident=frozenset(m.spec for m in state.models if m.state in _IN_MEMORY),
        )

    def _remember(self, models: Sequence[ModelStatus]) -> None:
        for model in models:
            if model.size_bytes:
                load_s = model.load_s or 0.3 + model.size_bytes / 300e6
                self._costs[model.spec] = ExpertCost(size_bytes=model.size_bytes, load_s=load_s)

    def _chosen(
        self, sequence: Sequence[Expert], held: Sequence[Expert], state: KeeperState
    ) -> tuple[str, ...]:
        """Return the keys of the models that memory should hold, most important first.

        Called with every change of the window's wants, and so while the user types: the answer is
        kept until something that it depends on changes.
        """
        now = tuple(expert.seat for expert in held)
        later = tuple(expert.seat for expert in sequence if expert not in held)[: 8 * HORIZON]
        ours = {*now, *later}
        room = self.room(state, ours)
        key = (now, later, room.resident, room.room_bytes)
        if self._last is None or self._last[0] != key:
            chosen = experts_to_hold(
                [spec.key for spec in later],
                {spec.key: room.costs[spec] for spec in ours},
                budget_bytes=room.room_bytes,
                resident={spec.key for spec in room.resident},
                in_use=[spec.key for spec in now],
            )
            self._last = (key, chosen)
        return self._last[1]
