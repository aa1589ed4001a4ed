"""Random histories of a scheduler over a model of Ollama's daemon, on a fake clock.

`History(seed).run()` raises AssertionError, with the seed and the last steps, if a promise is
broken: the ledger agrees with the daemon after each list, states are those of the list, what the
user needs gets its seat within its load time and one poll, nothing of others is unloaded.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import Any

from hotseat.domain.demand import Want, merge_wants
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import EngineLimit, Measured, ModelState, ResidentModel
from hotseat.residency.engine_memory.runners import ModelFacts
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.messages import (
    CancelLoad,
    DemandChanged,
    Described,
    Effect,
    EngineKnown,
    EngineLost,
    Estimate,
    Estimated,
    Event,
    Forgiven,
    Load,
    LoadCancelled,
    LoadDone,
    LoadFailed,
    Observed,
    Renew,
    Tick,
    Unload,
    UnloadDone,
    UnloadFailed,
    Used,
)
from hotseat.residency.scheduler import Scheduler
from support.ollama_model import MIB, File, OllamaModel, Request, Runner

POLL_S = 1.0
CALM_POLL_S = 5.0
CALM_AFTER_S = 30.0
"""As the keeper: it lists less often while nothing happens, and at once when a user acts."""
WATCH_S = 0.1
"""Between two looks at what the user waits for."""
SLACK_S = 0.4
"""Estimates, unloads and cancellations."""
KEEP_ALIVE_S = 600.0
FILES = [
    File(name="go:1b", blob="g", size_mib=160, load_s=1.2),
    File(name="web:1b", blob="w", size_mib=270, load_s=2.5),
    File(name="sql:1b", blob="w", size_mib=270, load_s=2.5),  # a prompt expert on web's weights
    File(name="py:1b", blob="p", size_mib=200, load_s=0.8, trained=1024),
    File(name="ada:1b", blob="b", adapters=("a",), size_mib=190, load_s=1.5),
    File(name="bash:1b", blob="b", adapters=("s",), size_mib=190, load_s=1.5),
    File(name="theirs:7b", blob="f1", size_mib=120, load_s=1.0),
    File(name="other:7b", blob="f2", size_mib=90, load_s=0.7),
]
OURS = [f.name for f in FILES[:6]]
THEIRS = [f.name for f in FILES[6:]]
OPTIONS = (("num_ctx", 2048),)


@dataclass(slots=True, eq=False)
class _Use:
    request: Request
    spec: ModelSpec
    began_s: float


class History:
    """One seed, one history."""

    def __init__(
        self,
        seed: int = 0,
        *,
        steps: int = 25,
        shows_processes: bool | None = None,
        limit: int | None = None,
        budget_mib: int | None = None,
        knows_sizes: bool | None = None,
        learned: EngineLimit | None = None,
    ) -> None:
        self.rng = rng = random.Random(seed)
        self.seed, self.steps = seed, steps
        shows = rng.random() < 0.7 if shows_processes is None else shows_processes
        self.daemon = OllamaModel(
            FILES, limit=limit or rng.choice([1, 1, 2, 3, 3, 4]), shows_processes=shows
        )
        self.learned = learned or EngineLimit()
        self.specs = {name: ModelSpec(name, OPTIONS) for name in OURS}
        self.budget_bytes = (budget_mib or rng.choice([300, 450, 700, 2000])) * MIB
        known = {}
        knows = rng.random() < 0.5 if knows_sizes is None else knows_sizes
        if knows:  # sizes known from an earlier run: nothing is estimated
            known = {
                self.specs[f.name].key: Measured(size_bytes=f.size_mib * MIB, load_s=f.load_s)
                for f in FILES[:6]
            }
        self.scheduler = Scheduler(
            budget_bytes=self.budget_bytes, keep_alive_s=KEEP_ALIVE_S, known=known
        )
        self.described: set[str] = set()
        self.loads: dict[ModelSpec, Request] = {}
        self.focus = ""
        self.uses: list[_Use] = []
        self.renewals: list[_Use] = []
        self.requests: list[tuple[str, Request, list[float]]] = []
        """Client, request, and its end (empty while it lasts)."""
        self.inherited: frozenset[str] = frozenset()
        self.lost = True
        self.waited_s = 0.0
        self.wait_poll_s = POLL_S
        """The longest time until the list that shows the reason of the wait."""
        self.doomed: set[int] = set()
        """Runners (pid) that another client unloaded while they were loading."""
        self.poll_number = 0
        self.ambiguous: set[int] = set()
        """Runners (pid) of which nobody could know who loaded them."""
        self.listed: dict[str, int] = {}
        """Name → pid, in the last list."""
        self.log: deque[str] = deque(maxlen=60)
        self.active_s = self.daemon.now_s

    # --- running ---

    def run(self) -> None:
        try:
            self.begin()
            for _ in range(self.steps):
                self.step()
                self.wait(self.rng.choice([0.05, 0.3, 0.7, 1.0, 2.0, 5.0, 20.0]))
            self.calm_down()
        except AssertionError as error:
            lines = "\n".join(self.log)
            raise AssertionError(f"seed {self.seed}: {error}\n{lines}") from error

    def begin(self) -> None:
        """Connect the keeper, for a history that a test writes itself."""
        self.connect()
        self.poll_later(0.0)
        self.watch()
        self.wait(0.0)

    def state(self, name: str) -> ModelState:
        record = self.record(name)
        return record.state if record is not None else ModelState.ABSENT

    def record(self, name: str) -> ModelRecord | None:
        spec = self.specs[name]
        return next((r for r in self.scheduler.records() if r.spec == spec), None)

    def warm(self) -> set[str]:
        records = self.scheduler.records()
        return {r.spec.model for r in records if r.state is ModelState.WARM}

    def n_loads(self, client: str = "hotseat") -> int:
        return sum(loader == client for _, loader, _ in self.daemon.loads)

    def wait(self, seconds: float) -> None:
        self.daemon.advance(self.daemon.now_s + seconds)

    @property
    def now_s(self) -> float:
        return self.daemon.now_s

    def note(self, text: str) -> None:
        self.log.append(f"{self.now_s:9.3f} {text}")

    def step(self) -> None:
        """Something happens."""
        steps: list[tuple[int, Any]] = [
            (6, self.move_cursor),
            (8, self.complete),
            (2, self.kill_a_runner),
            (3, self.other_loads_its_own),
            (2, self.other_loads_ours),
            (2, self.other_unloads),
            (1, self.restart_daemon),
            (1, lambda: self.wait(self.rng.choice([20.0, 70.0, 310.0]))),
        ]
        weights = [weight for weight, _ in steps]
        self.rng.choices([action for _, action in steps], weights)[0]()

    # --- the user ---

    def move_cursor(self, name: str | None = None) -> None:
        self.focus = name or self.rng.choice(OURS)
        self.note(f"cursor in {self.focus}")
        self.waited_s = 0.0
        self.send_demand()

    def wake(self) -> None:
        """A window wants something: after a calm time the keeper lists at once."""
        was_calm = self.now_s - self.active_s > CALM_AFTER_S
        self.active_s = self.now_s
        if not was_calm or self.lost:
            return
        if self.daemon.is_up:
            self.observe()
        self.poll_later(POLL_S if self.daemon.is_up else 0.0)

    def send_demand(self) -> None:
        self.wake()
        wants = []
        if self.focus:
            wants.append(
                Want(expert="x", spec=self.specs[self.focus], probability=1.0, demanded=True)
            )
        for name in OURS:
            if name != self.focus:
                wants.append(
                    Want(expert="x", spec=self.specs[name], probability=0.3, demanded=False)
                )
        self.feed(DemandChanged(merge_wants(wants), frozenset(u.spec for u in self.uses)))

    def complete(self) -> None:
        """A completion by the expert under the cursor, or by a stand-in; as a window sends it."""
        if not self.focus:
            return
        warm = {r.spec for r in self.scheduler.records() if r.state is ModelState.WARM}
        wanted = [self.specs[self.focus], *(s for s in self.specs.values() if s in warm)]
        spec = next((s for s in wanted if s in warm), None)
        if spec is None:
            return
        request = self.request("hotseat", spec.model, work_s=self.rng.choice([0.1, 0.4, 2.0]))
        use = _Use(request, spec, self.now_s)
        self.uses.append(use)
        self.send_demand()
        self.report_uses()

        def ended(served: bool) -> None:
            self.report_uses()
            if use in self.uses:
                self.uses.remove(use)
            self.send_demand()

        self.send(request, "hotseat", ended)

    def report_uses(self) -> None:
        for use in [*self.uses, *self.renewals]:
            self.feed(Used(use.spec.model, use.began_s, self.now_s))

    # --- other clients, accidents ---

    def other_loads_its_own(self) -> None:
        name = self.rng.choice(THEIRS)
        self.other(name, keep_alive_s=self.rng.choice([None, 5.0, 60.0]))

    def other_loads_ours(self) -> None:
        name = self.rng.choice(OURS)
        self.other(
            name,
            num_ctx=self.rng.choice([2048, 2048, 512, 3000]),
            num_thread=self.rng.choice([None, None, 4]),
            keep_alive_s=self.rng.choice([None, 5.0, 60.0]),
        )

    def other(self, name: str, **options: Any) -> None:
        self.note(f"other client loads {name} {options}")
        request = Request("other", name, work_s=self.rng.choice([0.1, 1.0]), **options)
        self.send(request, "other", lambda served: None)

    def other_unloads(self) -> None:
        names = [runner.file.name for runner in self.daemon.runners.values()]
        if names:
            name = self.rng.choice(sorted(names))
            self.note(f"other client unloads {name}")
            self.unload_by_other(name)

    def unload_by_other(self, name: str) -> None:
        self.disturb()
        runner = self.daemon.runners[self.daemon.files[name].blob]
        if runner.is_loading:
            self.doomed.add(runner.pid)
        self.daemon.unload(name)

    def kill_a_runner(self) -> None:
        if self.daemon.runners:
            blob = self.rng.choice(sorted(self.daemon.runners))
            self.note(f"runner of {self.daemon.runners[blob].file.name} killed")
            self.disturb()
            self.daemon.kill_runner(blob)

    def restart_daemon(self) -> None:
        self.note("daemon dies")
        self.disturb()
        self.daemon.die()
        self.wait(self.rng.choice([0.0, 0.1, 2.0]))
        if self.rng.random() < 0.3:
            self.daemon.limit = self.rng.choice([1, 2, 3])
        self.daemon.start()
        self.note("daemon starts")

    def disturb(self) -> None:
        self.waited_s = 0.0

    # --- the keeper ---

    def connect(self) -> None:
        self.feed(EngineKnown(evicts_models=True, limit=self.learned))

    def poll_later(self, delay_s: float) -> None:
        self.poll_number = number = self.poll_number + 1
        self.daemon.at(delay_s, lambda: self.poll(number))

    def poll(self, number: int) -> None:
        if number != self.poll_number:
            return  # a list was made meanwhile
        if not self.daemon.is_up:
            self.lose_engine()
            self.poll_later(0.25)
            return
        if self.lost:
            self.lost = False
            self.connect()
        self.observe()
        self.poll_later(self.poll_s())

    def poll_s(self) -> float:
        is_calm = self.now_s - self.active_s > CALM_AFTER_S
        return CALM_POLL_S if is_calm else POLL_S

    def lose_engine(self) -> None:
        if not self.lost:
            self.lost = True
            self.inherited = self.scheduler.ledger.owned()
            self.listed.clear()
            self.loads.clear()
            self.note("engine lost")
            self.feed(EngineLost())

    def observe(self) -> None:
        listed = self.daemon.ps()
        for name in sorted({m.model for m in listed} | set(OURS)):
            self.describe(name)
        self.report_uses()
        inherited, self.inherited = self.inherited, frozenset()
        self.note_ambiguous(listed, inherited)
        self.feed(Observed(self.now_s, listed, inherited))
        self.check(listed)

    def describe(self, name: str) -> None:
        if name not in self.described:
            self.described.add(name)
            file = self.daemon.files[name]
            facts = ModelFacts(blob=file.blob, adapters=file.adapters, trained_context=file.trained)
            self.feed(Described(name, facts))

    def feed(self, event: Event) -> None:
        effects = self.scheduler.handle(event, self.now_s)
        if self.focus and self.state(self.focus) is ModelState.WARM:
            self.waited_s = 0.0  # though it may be gone before the next look
        for effect in effects:
            self.daemon.at(0.0, partial(self.carry_out, effect))
        if effects:
            self.daemon.at(0.0, self.wake)

    def carry_out(self, effect: Effect) -> None:
        if self.lost:
            return
        if not isinstance(effect, (Estimate, Renew)):
            self.note(f"{effect}")
        match effect:
            case Estimate(spec):
                self.daemon.at(0.01, lambda: self.estimate(spec))
            case Load(spec):
                self.load(spec)
            case CancelLoad(spec):
                self.cancel(spec)
            case Unload(spec):
                self.unload(spec)
            case Renew(spec):
                self.renew(spec)

    def estimate(self, spec: ModelSpec) -> None:
        if self.lost:
            return
        self.describe(spec.model)
        self.feed(Estimated(spec, self.daemon.files[spec.model].size_mib * MIB))

    def request(self, client: str, name: str, *, work_s: float = 0.0) -> Request:
        keep_alive_s = None if work_s else KEEP_ALIVE_S
        return Request(client, name, num_ctx=2048, keep_alive_s=keep_alive_s, work_s=work_s)

    def send(self, request: Request, client: str, ended: Any) -> None:
        end: list[float] = []
        self.requests.append((client, request, end))

        def done(served: bool) -> None:
            end.append(self.now_s)
            ended(served)

        request.on_done = done
        self.daemon.send(request)

    def renew(self, spec: ModelSpec) -> None:
        self.observe()  # as the keeper does: the request loads a model that is absent
        record = self.record(spec.model)
        if record is None or record.state is not ModelState.WARM or not record.ours:
            return
        assert self.daemon.files[spec.model].blob in self.daemon.runners, f"{spec} would be loaded"
        request = self.request("hotseat", spec.model)
        use = _Use(request, spec, self.now_s)
        self.renewals.append(use)

        def ended(served: bool) -> None:
            self.report_uses()
            self.renewals.remove(use)

        self.send(request, "hotseat", ended)

    def load(self, spec: ModelSpec) -> None:
        request = self.request("hotseat", spec.model)
        began_s = self.now_s
        self.loads[spec] = request

        def ended(served: bool) -> None:
            if self.loads.get(spec) is not request:
                return
            del self.loads[spec]
            if not self.daemon.is_up:
                self.lose_engine()
                return
            runner = self.daemon.runners.get(self.daemon.files[spec.model].blob)
            if runner is None or not served:
                self.feed(LoadFailed(spec, "the runner died"))
                return
            self.observe()
            self.feed(LoadDone(spec, self.now_s - began_s))

        self.send(request, "hotseat", ended)

    def cancel(self, spec: ModelSpec) -> None:
        request = self.loads.pop(spec, None)
        if request is None:
            return
        self.daemon.cancel(request)
        self.end_of(request)
        self.daemon.unload(spec.model)
        self.until_gone(spec, LoadCancelled(spec))

    def end_of(self, request: Request) -> None:
        for _, sent, end in self.requests:
            if sent is request and not end:
                end.append(self.now_s)

    def unload(self, spec: ModelSpec) -> None:
        runner = self.daemon.runners.get(self.daemon.files[spec.model].blob)
        if runner is not None and runner.loaded_by != "hotseat":
            was_listed = self.listed.get(spec.model) == runner.pid
            assert not was_listed or runner.pid in self.ambiguous, f"{spec.model} is not ours"
        self.daemon.unload(spec.model)
        self.until_gone(spec, UnloadDone(spec), deadline_s=self.now_s + 60.0)

    def until_gone(self, spec: ModelSpec, event: Event, deadline_s: float = 1e9) -> None:
        if self.lost:
            return
        if not self.daemon.is_up:
            self.lose_engine()
        elif any(m.model == spec.model for m in self.daemon.ps()):
            if self.now_s > deadline_s:
                self.feed(UnloadFailed(spec, "still there"))
            else:
                self.daemon.at(0.02, lambda: self.until_gone(spec, event, deadline_s))
        else:
            self.feed(event)

    # --- promises ---

    def note_ambiguous(self, listed: tuple[ResidentModel, ...], inherited: frozenset[str]) -> None:
        """Note the runners of which nobody can know who loaded them."""
        before, self.listed = self.listed, {}
        for runner in self.daemon.runners.values():
            name = runner.file.name
            self.listed[name] = runner.pid
            if name in before and before[name] == runner.pid:
                continue
            since_s = self.last_list_s if before or self.last_list_s else 0.0
            both = {
                client
                for client, request, end in self.requests
                if request.name == name and (not end or end[0] >= since_s)
            }
            unseen = name in before and not self.daemon.shows_processes
            if len(both) > 1 or unseen or name in inherited:
                self.ambiguous.add(runner.pid)
        self.last_list_s = self.now_s
        self.requests = [r for r in self.requests if not r[2] or r[2][0] >= self.now_s]

    last_list_s = 0.0

    def check(self, listed: tuple[ResidentModel, ...]) -> None:
        self.check_ledger(listed)
        self.check_states()

    def check_ledger(self, listed: tuple[ResidentModel, ...]) -> None:
        ledger = self.scheduler.ledger
        assert {m.model: m.size_bytes for m in listed} == {
            name: entry.seen.size_bytes for name, entry in ledger.entries.items()
        }, "other entries than the engine's"
        for runner in self.daemon.runners.values():
            name = runner.file.name
            if runner.pid not in self.ambiguous:
                entry = ledger.entries[name]
                assert entry.is_ours == (runner.loaded_by == "hotseat"), (
                    f"{name} was loaded by {runner.loaded_by}, the ledger says {entry.cause}"
                )
        moving = [
            r
            for r in self.scheduler.records()
            if r.state in (ModelState.LOADING, ModelState.UNLOADING)
        ]
        if not moving:
            total = sum(m.size_bytes for m in listed)
            assert self.scheduler.used_bytes() == total, (
                f"{self.scheduler.used_bytes() / MIB} MiB counted, {total / MIB} listed"
            )

    def runner_for(self, name: str) -> Runner | None:
        """The one that serves the name with our options, as far as the list shows."""
        file = self.daemon.files[name]
        runner = self.daemon.runners.get(file.blob)
        if runner is None or runner.file.adapters != file.adapters:
            return None
        return runner if runner.options[0] == file.context(2048) else None

    def check_states(self) -> None:
        moving = {
            self.daemon.files[r.spec.model].blob
            for r in self.scheduler.records()
            if r.state in (ModelState.LOADING, ModelState.UNLOADING)
        }
        for record in self.scheduler.records():
            name = record.spec.model
            if record.spec not in self.specs.values() or record.since_s >= self.now_s:
                continue
            runner = self.runner_for(name)
            if record.state is ModelState.WARM:
                assert runner is not None, f"{name} is warm, but not in memory"
            elif record.state in (ModelState.ABSENT, ModelState.FAILED):
                may_be = runner is not None and (record.contested or runner.file.blob in moving)
                assert runner is None or may_be, f"{name} is {record.state}, but in memory"

    def watch(self) -> None:
        """Check for how long the user has been waiting for a model that could be in memory."""
        self.daemon.at(WATCH_S, self.watch)
        if not self.focus:
            return
        record = self.record(self.focus)
        if record is None or record.state is ModelState.WARM or not self.is_affordable(record):
            self.waited_s = 0.0
            return
        if self.waited_s == 0.0:
            self.wait_poll_s = self.poll_s()
        self.waited_s += WATCH_S
        most_s = self.daemon.files[self.focus].load_s + self.wait_poll_s + SLACK_S
        assert self.waited_s <= most_s, (
            f"{self.focus} ({record.state}, {record.error}) waits for {self.waited_s:.2f} s;"
            f" limit {self.scheduler.max_models}, plan {self.scheduler.plan}"
        )

    def is_affordable(self, record: ModelRecord) -> bool:
        """Return whether the engine could load the model now, for all that others do.

        A runner that another client unloads while it loads is loaded to its end by the daemon.
        """
        file = self.daemon.files[self.focus]
        others = [r for r in self.daemon.runners.values() if r.file.blob != file.blob]
        fixed = [
            r for r in others if r.loaded_by != "hotseat" or r.active or r.pid in self.ambiguous
        ]
        runner = self.daemon.runners.get(file.blob)
        was_refused = record.n_failures > 0 or record.n_losses > 1
        crashes = was_refused and record.retry_at_s > self.now_s
        return (
            not self.lost
            and not record.contested
            and not crashes
            and not self.uses
            and not any(r.client == "other" for r in self.daemon.queue)
            and not any(
                r.loaded_by == "other" and r.is_loading for r in self.daemon.runners.values()
            )
            and not (runner is not None and any(r.client == "other" for r in runner.active))
            and not (runner is not None and runner.is_loading and runner.pid in self.doomed)
            and (len(others) < self.daemon.limit or not all(r.active for r in others))
            and sum(r.file.size_mib for r in fixed) * MIB + file.size_mib * MIB <= self.budget_bytes
        )

    # --- the end ---

    def calm_down(self) -> None:
        """When everybody else is gone, each expert gets its seat: no state is for ever."""
        self.note("calm")
        for client, request, end in self.requests:
            if client == "other" and not end:
                self.daemon.cancel(request)
        self.wait(5.0)
        for runner in list(self.daemon.runners.values()):
            if runner.loaded_by != "hotseat" or runner.pid in self.ambiguous:
                self.unload_by_other(runner.file.name)
        self.wait(5.0)
        for name in OURS:
            if self.daemon.files[name].size_mib * MIB > self.budget_bytes:
                continue
            self.move_cursor(name)
            self.feed(Forgiven(self.specs[name]))
            self.wait(self.daemon.files[name].load_s + 2 * POLL_S + 2 * SLACK_S)
            record = next(r for r in self.scheduler.records() if r.spec == self.specs[name])
            assert record.state is ModelState.WARM, f"{name} never got its seat: {record}"
        self.feed(Tick())
