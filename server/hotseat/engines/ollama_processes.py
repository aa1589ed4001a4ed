"""Ollama's processes on this machine: the daemon, and the runners that hold its models.

Since 0.30 a runner is a `llama-server`, before that an `ollama runner`. Its command line has the
model's blob and the number of slots; neither is in Ollama's API. The runners
of a daemon that is killed go on, and hold their memory until they are ended.

Looks at processes, and touches none. `look` takes tens of milliseconds: call it in a thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

import psutil

SLOTS_VARIABLE = "OLLAMA_NUM_PARALLEL"
_BLOB = re.compile(r"sha256-([0-9a-f]{64})")
_SLOT_FLAGS = frozenset({"-np", "--parallel"})
_CACHE_FLAGS = frozenset({"-cram", "--cache-ram"})
_MODEL_FLAGS = frozenset({"-m", "--model"})
_EMBEDDED_CHILD = "hotseat.embedded.processes.child"
_REAPERS = frozenset(
    {"systemd", "init", "launchd", "tini", "docker-init", "dumb-init", "catatonit", "s6-svscan"}
)
"""Programs that inherit the children of processes that have ended, beside process 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessFacts:
    """What the operating system says of one process."""

    pid: int
    parent: int | None
    """None if the parent has ended, where such children are not inherited (Windows)."""
    name: str
    command: tuple[str, ...]
    user: str = ""
    rss_bytes: int = 0
    started_s: float = 0.0
    """Seconds since 1970."""
    environment: Mapping[str, str] | None = field(default=None, repr=False)
    """None if it may not be read: processes of other users."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """A process that holds one model."""

    pid: int
    user: str
    blob: str
    """Digest of the model's weights; empty for a runner of `hotseat engine`."""
    rss_bytes: int
    started_s: float = 0.0
    """Seconds since 1970."""
    n_slots: int | None = None
    cache_ram_mib: int | None = None
    """The limit of its prompt cache, if one was set."""
    daemon: int | None = None
    """The daemon's process id; None if the parent is no daemon."""
    is_orphan: bool = False
    """Its daemon has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    pid: int
    environment: Mapping[str, str] | None = field(default=None, repr=False)
    """None if it may not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaProcesses:
    """What runs on this machine."""

    daemons: tuple[Daemon, ...] = ()
    runners: tuple[Runner, ...] = ()
    """Those of Ollama; orphans also of `hotseat engine`."""

    def daemon_at(self, port: int) -> Daemon | None:
        """Return the daemon that listens at a TCP port; None if that cannot be seen."""
        pid = listener(port)
        return next((daemon for daemon in self.daemons if daemon.pid == pid), None)

    @property
    def orphans(self) -> tuple[Runner, ...]:
        return tuple(runner for runner in self.runners if runner.is_orphan)

    def serving(self, blob: str, daemon: int | None = None) -> Runner | None:
        """Return the runner of those weights, the youngest if there are several.

        An orphan serves no one. `daemon`: the process whose runners count, if it is known.
        """
        live = [r for r in self.runners if r.blob == blob and not r.is_orphan]
        if daemon is not None and any(r.daemon is not None for r in live):
            live = [r for r in live if r.daemon == daemon]
        return max(live, key=lambda r: (r.started_s, r.rss_bytes), default=None)


def look(*, with_environment: bool = False) -> OllamaProcesses:
    """Return the processes of this machine that can be looked at."""
    found: dict[int, ProcessFacts] = {}
    for process in psutil.process_iter():
        facts = _facts(process, with_environment=with_environment)
        if facts is not None:
            found[process.pid] = facts
    for pid in {facts.parent for facts in found.values()} - found.keys():
        parent = _process(pid) if pid is not None else None
        if parent is not None:
            facts = _facts(parent, with_environment=False, is_parent=True)
            if facts is not None:
                found[parent.pid] = facts
    return classify(found.values())


def listener(port: int) -> int | None:
    """Return the process that listens at a TCP port; None if that cannot be seen."""
    try:
        for connection in psutil.net_connections("tcp"):
            is_listening = connection.status == psutil.CONN_LISTEN
            if is_listening and connection.laddr and connection.laddr.port == port:
                return connection.pid
    except (psutil.Error, OSError):
        pass  # macOS allows it to administrators only
    return None


def known_slots(
    reported: int | None, processes: OllamaProcesses, daemon: Daemon | None
) -> int | None:
    """Return how many requests a model takes at a time: reported by the engine, on a command line
    of the daemon's runners, or in the daemon's environment. None if it is not known.

    Without a daemon no runner counts: it may be that of another Ollama on the machine.
    """
    if reported is not None:
        return reported
    if daemon is None:
        return None
    ours = [r for r in processes.runners if r.daemon == daemon.pid and not r.is_orphan]
    slots = [r.n_slots for r in ours if r.n_slots]
    if slots:
        return max(slots)
    if daemon.environment is None:
        return None
    text = daemon.environment.get(SLOTS_VARIABLE, "").strip()
    return max(1, int(text)) if text.isdecimal() else 1


def classify(processes: Iterable[ProcessFacts]) -> OllamaProcesses:
    """Return which of the processes are daemons and runners."""
    by_pid = {process.pid: process for process in processes}
    runners = [_runner(process, by_pid) for process in by_pid.values()]
    daemons = [
        Daemon(pid=process.pid, environment=process.environment)
        for process in by_pid.values()
        if _is_daemon(process) and not _is_hotseat(process)
    ]
    return OllamaProcesses(
        daemons=tuple(daemons), runners=tuple(r for r in runners if r is not None)
    )


def _runner(process: ProcessFacts, by_pid: Mapping[int, ProcessFacts]) -> Runner | None:
    command = process.command
    blob = _blob(command)
    is_embedded = _EMBEDDED_CHILD in command
    if not blob and not is_embedded:
        return None
    parent = by_pid.get(process.parent) if process.parent is not None else None
    has_daemon = parent is not None and _is_daemon(parent)
    is_inherited = process.parent in (None, 1) or (
        parent is not None and PurePath(parent.name).stem in _REAPERS
    )
    is_orphan = is_inherited and not has_daemon
    if is_embedded and not is_orphan:
        return None  # the embedded engine measures and ends its own
    environment = process.environment or {}
    return Runner(
        pid=process.pid,
        user=process.user,
        blob=blob,
        rss_bytes=process.rss_bytes,
        started_s=process.started_s,
        n_slots=_number(_value(command, _SLOT_FLAGS)),
        cache_ram_mib=_number(
            _value(command, _CACHE_FLAGS) or environment.get("LLAMA_ARG_CACHE_RAM")
        ),
        daemon=process.parent if has_daemon else None,
        is_orphan=is_orphan,
    )


def _blob(command: tuple[str, ...]) -> str:
    """Return the digest of the model that a runner's command line names; empty for no runner."""
    if not command:
        return ""
    path = _value(command, _MODEL_FLAGS)
    if path is None and "llama" in PurePath(command[0]).name.replace("ollama", "", 1):
        path = " ".join(command)
    found = _BLOB.search(path or "")
    return found[1] if found else ""


def _is_daemon(process: ProcessFacts) -> bool:
    program = PurePath(process.command[0].replace("\\", "/")).name if process.command else ""
    is_ollama = "ollama" in f"{program} {process.name}".lower()
    return (is_ollama and not _blob(process.command)) or _is_hotseat(process)


def _is_hotseat(process: ProcessFacts) -> bool:
    """Return whether it is an embedded engine."""
    command = process.command
    names = {PurePath(argument).name for argument in command[:3]}
    return "hotseat.embedded" in command or (
        "engine" in command and bool(names & {"hotseat", "hotseat.exe"})
    )


def _value(command: tuple[str, ...], flags: frozenset[str]) -> str | None:
    """Return what follows one of the flags, as the next argument or after `=`."""
    for n, argument in enumerate(command):
        flag, equals, value = argument.partition("=")
        if flag in flags:
            if equals:
                return value
            return command[n + 1] if n + 1 < len(command) else None
    return None


def _number(text: str | None) -> int | None:
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.Error:
        return None


def _facts(
    process: psutil.Process, *, with_environment: bool, is_parent: bool = False
) -> ProcessFacts | None:
    """Return None for a process that is neither a runner nor a daemon, nor the parent of one, and
    for one that has ended or may not be looked at. Most are left out after a look at the command
    line, which is quick."""
    try:
        command = tuple(process.cmdline())
        if not (is_parent or _may_be_ollamas(command)):
            return None
        with process.oneshot():
            parent = process.ppid()
            return ProcessFacts(
                pid=process.pid,
                parent=parent if parent and psutil.pid_exists(parent) else None,
                name=process.name(),
                command=command,
                user=process.username(),
                rss_bytes=int(process.memory_info().rss),
                started_s=process.create_time(),
                environment=_environment(process) if with_environment else None,
            )
    except psutil.Error:
        return None


def _may_be_ollamas(command: tuple[str, ...]) -> bool:
    return bool(command) and (
        "llama" in command[0].lower() or any("sha256-" in a or "hotseat" in a for a in command)
    )


def _environment(process: psutil.Process) -> Mapping[str, str] | None:
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return None
