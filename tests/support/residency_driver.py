"""A scheduler with a fake clock and a fake engine's answers, driven by hand."""

from __future__ import annotations

from collections.abc import Iterable

from hotseat.domain.demand import Demand, Want, merge_wants
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import BesideMemory, Measured, ModelState, ResidentModel
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.messages import (
    DemandChanged,
    Effect,
    Estimate,
    Estimated,
    Event,
    Load,
    LoadDone,
    Observed,
    Unload,
    UnloadDone,
)
from hotseat.residency.scheduler import Scheduler

MIB = 1024**2
A, B, C, D = (ModelSpec(f"{name}:1b") for name in "abcd")


def want(
    spec: ModelSpec, probability: float = 0.5, *, demanded: bool = False, pinned: bool = False
) -> Want:
    return Want(
        expert=spec.model.split(":", maxsplit=1)[0],
        spec=spec,
        probability=probability,
        demanded=demanded,
        pinned=pinned,
    )


def at(spec: ModelSpec) -> Want:
    """The person is there now."""
    return want(spec, 1.0, demanded=True)


def loaded(spec: ModelSpec, size_mib: float) -> ResidentModel:
    return ResidentModel(
        model=canonical_model_name(spec.model), digest="", size_bytes=int(size_mib * MIB)
    )


class Driver:
    """Time passes only by `wait`. Estimates are answered from `sizes_mib` at once."""

    def __init__(
        self,
        *,
        budget_mib: float = 1000,
        sizes_mib: dict[ModelSpec, float] | None = None,
        keep_alive_s: float = 600.0,
        known: dict[str, Measured] | None = None,
        keep_prompts_bytes: int = 0,
    ) -> None:
        self.now_s = 1000.0
        self.sizes_mib = sizes_mib if sizes_mib is not None else dict.fromkeys((A, B, C, D), 400)
        self.scheduler = Scheduler(
            budget_bytes=int(budget_mib * MIB),
            keep_alive_s=keep_alive_s,
            known=known,
            keep_prompts_bytes=keep_prompts_bytes,
        )
        self.memory: dict[ModelSpec, ResidentModel] = {}
        """What the fake engine holds."""
        self.ours: set[str] = set()
        self.beside = BesideMemory()

    def feed(self, event: Event) -> list[Effect]:
        """The effects but for estimates, which are answered."""
        rest: list[Effect] = []
        for effect in self.scheduler.handle(event, self.now_s):
            if isinstance(effect, Estimate) and effect.spec in self.sizes_mib:
                size_bytes = int(self.sizes_mib[effect.spec] * MIB)
                rest += self.feed(Estimated(effect.spec, size_bytes))
            else:
                rest.append(effect)
        return rest

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def demand(
        self, *wants: Want, busy: Iterable[ModelSpec] = (), is_complete: bool = True
    ) -> list[Effect]:
        return self.feed(DemandChanged(merge_wants(wants), frozenset(busy), is_complete))

    def observe(self, *, asked_s: float | None = None) -> list[Effect]:
        return self.feed(
            Observed(
                self.now_s if asked_s is None else asked_s,
                tuple(self.memory.values()),
                frozenset(self.ours),
                beside=self.beside,
            )
        )

    def load_done(self, spec: ModelSpec, *, load_s: float = 1.0) -> list[Effect]:
        """As the keeper does it: the engine's list first, then the end of the load."""
        self.wait(load_s)
        self.memory[spec] = loaded(spec, self.sizes_mib[spec])
        self.ours.add(self.memory[spec].model)
        return [*self.observe(), *self.feed(LoadDone(spec, load_s))]

    def unload_done(self, spec: ModelSpec) -> list[Effect]:
        self.wait(0.02)
        self.memory.pop(spec, None)
        return self.feed(UnloadDone(spec))

    def carry_out(self, effects: list[Effect]) -> list[Effect]:
        """Do what is asked until nothing is left; returns all that was done, in order."""
        done: list[Effect] = []
        queue = list(effects)
        while queue:
            effect = queue.pop(0)
            done.append(effect)
            match effect:
                case Load(spec):
                    queue += self.load_done(spec)
                case Unload(spec):
                    queue += self.unload_done(spec)
                case _:
                    pass
        return done

    def settle(self, *wants: Want, busy: Iterable[ModelSpec] = ()) -> list[Effect]:
        return self.carry_out(self.demand(*wants, busy=busy))

    def record(self, spec: ModelSpec) -> ModelRecord:
        return next(r for r in self.scheduler.records() if r.spec == spec)

    def state(self, spec: ModelSpec) -> ModelState:
        return next(
            (r.state for r in self.scheduler.records() if r.spec == spec), ModelState.ABSENT
        )

    def warm(self) -> set[ModelSpec]:
        return {r.spec for r in self.scheduler.records() if r.state is ModelState.WARM}


def empty_demand() -> DemandChanged:
    return DemandChanged(Demand())
