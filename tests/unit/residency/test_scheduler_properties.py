"""Whatever happens, in whatever order: the promises of the scheduler."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hotseat.domain.demand import Want, merge_wants
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState, ResidentModel
from hotseat.residency.messages import (
    BudgetChanged,
    CancelLoad,
    DemandChanged,
    Effect,
    EngineLost,
    Estimate,
    Estimated,
    Event,
    Load,
    LoadCancelled,
    LoadDone,
    LoadFailed,
    Observed,
    Tick,
    Unload,
    UnloadDone,
    UnloadFailed,
)
from hotseat.residency.scheduler import Scheduler
from support.residency_driver import MIB, loaded

SPECS = [ModelSpec(f"m{i}:1b") for i in range(5)]
FOREIGN = ["their:7b", "m0:1b"]
specs = st.sampled_from(SPECS)
sizes_mib = st.integers(50, 700)
wants = st.lists(
    st.builds(
        Want,
        expert=st.just("x"),
        spec=specs,
        probability=st.floats(0, 1),
        demanded=st.booleans(),
        pinned=st.booleans(),
    ),
    max_size=6,
)


class SchedulerMachine(RuleBasedStateMachine):
    """A keeper and an engine that do anything, and a person who wants anything."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 10_000.0
        self.scheduler = Scheduler(budget_bytes=1000 * MIB, keep_alive_s=600)
        self.twin = Scheduler(budget_bytes=1000 * MIB, keep_alive_s=600)
        self.pending: list[Effect] = []
        self.memory: dict[str, ResidentModel] = {}
        self.ours: set[str] = set()
        self.busy: frozenset[ModelSpec] = frozenset()
        self.old_list: tuple[float, tuple[ResidentModel, ...]] = (self.now_s, ())

    def feed(self, event: Event) -> None:
        before = {r.spec: r for r in self.scheduler.records()}
        effects = self.scheduler.handle(event, self.now_s)
        assert effects == self.twin.handle(event, self.now_s), "the same events, the same effects"
        for effect in effects:
            if isinstance(effect, Load):
                self.check_load(effect.spec)
            elif isinstance(effect, Unload):
                self.check_unload(effect.spec)
            elif isinstance(effect, CancelLoad):
                assert before[effect.spec].state is ModelState.LOADING
                want = self.scheduler.demand.want_for(effect.spec)
                assert want is None or not want.demanded
        self.pending += effects

    def check_load(self, spec: ModelSpec) -> None:
        records = self.scheduler.records()
        moving = [r for r in records if r.state in (ModelState.LOADING, ModelState.UNLOADING)]
        assert [r.spec for r in moving] == [spec], "one load at a time, nothing on its way out"
        taken = [r for r in records if r.ours and r.state in (ModelState.LOADING, ModelState.WARM)]
        ours_bytes = sum(r.size_bytes or 0 for r in taken)
        assert ours_bytes + self.scheduler.foreign_bytes <= self.scheduler.budget_bytes
        assert self.scheduler.demand.want_for(spec) is not None

    def check_unload(self, spec: ModelSpec) -> None:
        assert spec not in self.busy
        record = next(r for r in self.scheduler.records() if r.spec == spec)
        assert record.ours, "models of others are never unloaded"

    @rule(wants=wants, busy=st.frozensets(specs, max_size=2))
    def demand(self, wants: list[Want], busy: frozenset[ModelSpec]) -> None:
        self.busy = busy
        self.feed(DemandChanged(merge_wants(wants), busy))

    @rule(mib=st.integers(100, 2000))
    def budget(self, mib: int) -> None:
        self.feed(BudgetChanged(mib * MIB))

    @rule(seconds=st.sampled_from([0.01, 1.0, 4.0, 30.0, 400.0]))
    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        self.feed(Tick())

    @rule()
    def observe(self) -> None:
        self.now_s += 0.001
        self.old_list = (self.now_s, tuple(self.memory.values()))
        self.feed(Observed(*self.old_list, frozenset(self.ours)))

    @rule()
    def observe_late(self) -> None:
        """The list that the engine gave some time ago arrives only now."""
        self.feed(Observed(*self.old_list, frozenset(self.ours)))

    @rule()
    def lose_engine(self) -> None:
        self.pending.clear()
        self.feed(EngineLost())

    @rule(name=st.sampled_from(FOREIGN), mib=sizes_mib)
    def another_program_loads(self, name: str, mib: int) -> None:
        self.memory.setdefault(name, loaded(ModelSpec(name), mib))
        self.observe()

    @precondition(lambda self: self.memory)
    @rule(data=st.data())
    def vanish(self, data: st.DataObject) -> None:
        del self.memory[data.draw(st.sampled_from(sorted(self.memory)))]

    @precondition(lambda self: self.memory)
    @rule(data=st.data(), mib=sizes_mib)
    def grow(self, data: st.DataObject, mib: int) -> None:
        name = data.draw(st.sampled_from(sorted(self.memory)))
        self.memory[name] = loaded(ModelSpec(name), mib)

    @precondition(lambda self: self.pending)
    @rule(data=st.data(), works=st.booleans(), mib=sizes_mib)
    def answer(self, data: st.DataObject, works: bool, mib: int) -> None:
        """One of the effects is carried out, or fails."""
        effect = self.pending.pop(data.draw(st.integers(0, len(self.pending) - 1)))
        self.now_s += 0.01
        match effect:
            case Estimate(spec):
                self.feed(Estimated(spec, mib * MIB) if works else LoadFailed(spec, "none such"))
            case Load(spec) if works:
                name = canonical_model_name(spec.model)
                self.ours.add(name)
                self.memory[name] = loaded(spec, mib)
                self.observe()
                self.feed(LoadDone(spec, 0.01))
            case Load(spec):
                self.feed(LoadFailed(spec, "crashed"))
            case CancelLoad(spec):
                if Load(spec) in self.pending:
                    self.pending.remove(Load(spec))
                    self.feed(LoadCancelled(spec))
            case Unload(spec) if works:
                self.memory.pop(canonical_model_name(spec.model), None)
                self.feed(UnloadDone(spec))
            case Unload(spec):
                self.feed(UnloadFailed(spec, "refused"))

    @invariant()
    def at_most_one_load(self) -> None:
        loading = [r for r in self.scheduler.records() if r.state is ModelState.LOADING]
        assert len(loading) <= 1

    @invariant()
    def what_is_on_its_way_has_somebody_who_carries_it_out(self) -> None:
        """Or it would be on its way for ever."""
        for record in self.scheduler.records():
            if record.state is ModelState.LOADING:
                assert Load(record.spec) in self.pending
            elif record.state is ModelState.UNLOADING:
                assert Unload(record.spec) in self.pending

    def teardown(self) -> None:
        """With an engine that works again, what the person needs most is soon warm."""
        spec = ModelSpec("needed:1b")
        self.memory = {n: m for n, m in self.memory.items() if n in self.ours}
        self.feed(BudgetChanged(1000 * MIB))
        self.scheduler.model_limit.forget()
        self.twin.model_limit.forget()
        person = Want(expert="x", spec=spec, probability=1.0, demanded=True)
        self.busy = frozenset()
        self.feed(DemandChanged(merge_wants([person])))
        for _ in range(200):
            if spec in {r.spec for r in self.scheduler.records() if r.state is ModelState.WARM}:
                return
            self.now_s += 1.0
            self.observe()
            pending, self.pending = self.pending, []
            for effect in pending:
                match effect:
                    case Estimate(missing):
                        self.feed(Estimated(missing, 300 * MIB))
                    case Load(missing):
                        self.memory[canonical_model_name(missing.model)] = loaded(missing, 300)
                        self.feed(LoadDone(missing, 0.01))
                    case Unload(going):
                        self.memory.pop(canonical_model_name(going.model), None)
                        self.feed(UnloadDone(going))
                    case _:
                        pass
        raise AssertionError(f"what the person needs never became warm: {self.scheduler.records()}")


TestScheduler = SchedulerMachine.TestCase
TestScheduler.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
