"""A small model of Ollama's scheduler on a fake clock: what it loads, evicts and lists, and when.

After `server/sched.go` of Ollama 0.33: one runner per weights file, whatever the name; one load at
a time, in the order of the requests; a request with other adapters or options loads the runner
again; one model too many evicts the idle runner with the shortest keep-alive; a runner whose
keep-alive is over leaves. Requests to a loaded runner that fits are served beside a load.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hotseat.domain.residency import ResidentModel

MIB = 1024**2
DEFAULT_KEEP_ALIVE_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A model in the daemon's store."""

    name: str
    blob: str
    adapters: tuple[str, ...] = ()
    size_mib: int = 100
    load_s: float = 1.0
    trained: int = 4096

    def context(self, num_ctx: int | None) -> int:
        return min(num_ctx or 4096, self.trained)


@dataclass(slots=True, eq=False)
class Request:
    """`work_s` after it is served it ends; a request without work is a load."""

    client: str
    name: str
    num_ctx: int | None = None
    num_thread: int | None = None
    keep_alive_s: float | None = None
    work_s: float = 0.0
    on_done: Callable[[bool], None] = lambda served: None
    cancelled: bool = False
    sent_s: float = 0.0


@dataclass(slots=True, eq=False)
class Runner:
    file: File
    loaded_by: str
    """The client whose request loaded it: the truth."""
    options: tuple[int, int | None]
    """Context and threads."""
    keep_alive_s: float
    started_s: float
    pid: int
    is_loading: bool = True
    expires_s: float = float("inf")
    active: list[Request] = field(default_factory=list)
    is_ending: bool = False


class OllamaModel:
    """`at(seconds, action)` schedules an action on the fake clock that `advance` moves."""

    def __init__(self, files: list[File], *, limit: int = 3, shows_processes: bool = True) -> None:
        self.files = {file.name: file for file in files}
        self.limit = limit
        self.shows_processes = shows_processes
        self.now_s = 1000.0
        self.is_up = True
        self.runners: dict[str, Runner] = {}
        """By blob: `s.loaded`."""
        self.queue: list[Request] = []
        self.evictions: list[tuple[float, str, str]] = []
        """Time, the client whose runner made room, and the model."""
        self.loads: list[tuple[float, str, str]] = []
        """Time, client and model of each load."""
        self._actions: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count(1)
        self._era = 0

    # --- the clock ---

    def at(self, delay_s: float, action: Callable[[], None]) -> None:
        self._actions.append((self.now_s + delay_s, next(self._numbers), action))

    def advance(self, until_s: float) -> None:
        while self._actions:
            first = min(self._actions)
            expiry = min((r.expires_s for r in self.runners.values()), default=float("inf"))
            due_s = min(first[0], expiry)
            if due_s > until_s:
                break
            self.now_s = max(self.now_s, due_s)
            if expiry < first[0]:
                self._expire()
            else:
                self._actions.remove(first)
                first[2]()
        self.now_s = max(self.now_s, until_s)
        self._expire()

    # --- the API ---

    def send(self, request: Request) -> None:
        """Answered by `on_done`: False if the daemon died or the model is not there."""
        request.sent_s = self.now_s
        if not self.is_up or request.name not in self.files:
            self.at(0.0, lambda: request.on_done(False))
            return
        runner = self._fitting(request)
        if runner is not None and not runner.is_loading:
            self._serve(request, runner)
        else:
            self.queue.append(request)
            self._next()

    def cancel(self, request: Request) -> None:
        """The client closed the connection: a load for it alone is aborted."""
        request.cancelled = True
        if request in self.queue:
            self.queue.remove(request)
            runner = self.runners.get(self.files[request.name].blob)
            if runner is not None and runner.is_loading and runner.active == [request]:
                self._remove(runner)
        else:
            for runner in list(self.runners.values()):
                if request in runner.active:
                    self._end(request, runner)
        self._next()

    def unload(self, name: str) -> None:
        """`keep_alive: 0`: when it is idle. Whoever's it is."""
        runner = self.runners.get(self.files[name].blob)
        if runner is not None and self.is_up:
            runner.is_ending = True
            runner.keep_alive_s = 0.0
            self._settle(runner)

    def ps(self) -> tuple[ResidentModel, ...]:
        return tuple(
            ResidentModel(
                model=runner.file.name,
                digest=runner.file.name,
                size_bytes=runner.file.size_mib * MIB,
                context_length=runner.options[0],
                **self._process(runner),
            )
            for runner in self.runners.values()
        )

    # --- what happens to it ---

    def kill_runner(self, blob: str) -> None:
        runner = self.runners.get(blob)
        if runner is not None:
            requests = list(runner.active)
            waiting = [r for r in self.queue if self.files[r.name].blob == blob]
            self._remove(runner)
            for request in requests:
                if request in waiting:
                    self.queue.remove(request)
                request.on_done(False)
            self._next()

    def die(self) -> None:
        self.is_up = False
        self._era += 1
        requests = [r for runner in self.runners.values() for r in runner.active]
        requests += [r for r in self.queue if r not in requests]
        self.runners.clear()
        self.queue.clear()
        for request in requests:
            self.at(0.0, lambda request=request: request.on_done(False))

    def start(self) -> None:
        self.is_up = True

    # --- the scheduler ---

    def _process(self, runner: Runner) -> dict[str, Any]:
        return {"process": f"{runner.pid}"} if self.shows_processes else {}

    def _options(self, request: Request) -> tuple[int, int | None]:
        return self.files[request.name].context(request.num_ctx), request.num_thread

    def _fitting(self, request: Request) -> Runner | None:
        file = self.files[request.name]
        runner = self.runners.get(file.blob)
        if runner is None or runner.is_ending or runner.file.adapters != file.adapters:
            return None
        return runner if runner.options == self._options(request) else None

    def _serve(self, request: Request, runner: Runner) -> None:
        if request not in runner.active:
            runner.active.append(request)
        if request.keep_alive_s is not None:
            runner.keep_alive_s = request.keep_alive_s
        runner.expires_s = float("inf")
        era = self._era

        def end() -> None:
            if era == self._era and request in runner.active:
                self._end(request, runner)
                request.on_done(True)
                self._next()

        self.at(request.work_s, end)

    def _end(self, request: Request, runner: Runner) -> None:
        runner.active.remove(request)
        if not runner.active:
            runner.expires_s = self.now_s + runner.keep_alive_s
            self._settle(runner)

    def _settle(self, runner: Runner) -> None:
        """Remove it if it is on its way out and idle."""
        current = self.runners.get(runner.file.blob) is runner
        if current and runner.is_ending and not runner.active and not runner.is_loading:
            self._remove(runner)
            self._next()

    def _expire(self) -> None:
        for runner in list(self.runners.values()):
            if not runner.active and runner.expires_s <= self.now_s and not runner.is_loading:
                self._remove(runner)
        self._next()

    def _remove(self, runner: Runner) -> None:
        if self.runners.get(runner.file.blob) is runner:
            del self.runners[runner.file.blob]

    def _next(self) -> None:
        """Begin what the first request in the queue needs, unless a load is under way."""
        while self.is_up and self.queue:
            request = self.queue[0]
            file = self.files[request.name]
            runner = self.runners.get(file.blob)
            if runner is not None and self._fitting(request) is runner:
                if runner.is_loading:
                    return
                self.queue.pop(0)
                self._serve(request, runner)
                continue
            if any(r.is_loading for r in self.runners.values()):
                return
            if runner is not None:
                runner.is_ending = True  # other adapters or options
                if runner.active:
                    return
                self._remove(runner)
                continue
            if len(self.runners) >= self.limit:
                idle = [r for r in self.runners.values() if not r.active]
                if not idle:
                    return
                victim = min(idle, key=lambda r: (r.keep_alive_s, r.file.blob))
                self.evictions.append((self.now_s, request.client, victim.file.name))
                self._remove(victim)
                continue
            self._load(request, file)
            return

    def _load(self, request: Request, file: File) -> None:
        keep_alive_s = request.keep_alive_s
        runner = Runner(
            file=file,
            loaded_by=request.client,
            options=self._options(request),
            keep_alive_s=DEFAULT_KEEP_ALIVE_S if keep_alive_s is None else keep_alive_s,
            started_s=self.now_s,
            pid=next(self._numbers),
            active=[request],
        )
        self.runners[file.blob] = runner
        self.loads.append((self.now_s, request.client, file.name))

        def loaded() -> None:
            if self.runners.get(file.blob) is not runner:
                return
            runner.is_loading = False
            if request in self.queue:
                self.queue.remove(request)
            self._serve(request, runner)
            self._next()

        self.at(file.load_s, loaded)
