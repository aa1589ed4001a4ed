"""One child process with one model: start, request, measure, kill.

Owns the process and its socket. Knows nothing of names, keep-alive or other children (`pool` does).
A child is only ended by SIGKILL.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import psutil

from hotseat.domain.errors import EngineError
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.limits import ChildLimits, ChildWatch, memory_excess
from hotseat.engines.upstream import Address, Upstream, UpstreamBroken, UpstreamSilent
from hotseat.machine.platforms import HERE, own_group

# Two requests of one model run concurrently, so that an answer does not delay a completion. Each
# has num_ctx tokens of its own: when slots share them, an overflow fails both.
N_SLOTS = 2
SILENCE_S = 10.0
"""After this time without a byte, the child's health is requested, with the same timeout."""
_STDERR_TAIL_BYTES = 4000
_DYING_S = 2.0
# Example: `0.00.010.455 E llama_model_load: error loading model: unknown model architecture: 'x'`
_LLAMA_ERROR = re.compile(r"[\d.]+ E (?:.*?\w: +)(.*)")

# -P: the working directory is not searched for modules.
CHILD_COMMAND = (sys.executable, "-P", "-m", "hotseat.embedded.processes.child")

# What C++ and ggml print when the kernel refuses memory beyond the limit of the process.
_OUT_OF_MEMORY = re.compile(rb"bad_alloc|failed to allocate|MemoryError")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """The files that a child loads, its options, and its address."""

    model: Path
    adapters: tuple[Path, ...]
    n_slots: int = N_SLOTS
    """Number of requests of one adapter set that run concurrently."""
    n_voices: int = 1
    """Number of adapter sets with slots of their own, the base alone included."""
    options: LoadOptions
    socket: Path | None
    """None: a loopback port with a key, for systems without Unix sockets."""
    limits: ChildLimits | None = None
    """None: no limits, for files of the user's own making."""
    outlives_parent: bool = False
    """Whether the child keeps running when the engine is killed."""
    states: Path | None = None
    """The folder of this process's memory files, in which the child saves KV states."""
    prompt_cache_mib: int = 0
    """llama.cpp's own cache of prompts, in the child; never with adapters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadTimes:
    """The parts of one load, in seconds."""

    spawn_s: float = 0.0
    """From the request to a process that has imported llama.cpp; near 0 if one was waiting."""
    map_s: float = 0.0
    """Mapping the weights, reading the vocabulary, allocating the KV cache."""


class Child:
    """A process that has loaded its model. `start` creates one."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        address: Address,
        *tasks: asyncio.Task[None],
        silence_s: float = SILENCE_S,
        version: str = "",
        times: LoadTimes = LoadTimes(),
        n_threads: int = 1,
        ends_with_parent: bool = False,
    ) -> None:
        self.n_threads = n_threads
        self._may_pause = ends_with_parent and HERE.is_linux
        self.version = version
        """Of xllamacpp in the process."""
        self.times = times
        self._process = process
        self._address = address
        self._tasks = tasks  # Kept because the event loop holds tasks only weakly.
        self._silence_s = silence_s

    @classmethod
    async def start(
        cls,
        spec: ChildSpec,
        *,
        timeout_s: float,
        command: tuple[str, ...] = CHILD_COMMAND,
        silence_s: float = SILENCE_S,
        waiting: asyncio.subprocess.Process | None = None,
    ) -> Child:
        """Start the process and load the model; `waiting` is one that `spawn` started before.

        After `silence_s` without a byte of an answer, its requests raise UpstreamSilent.

        Raises EngineError, with the child's last message, when the load fails or takes longer than
        `timeout_s`. Cancelling kills the child.
        """
        began_s = time.monotonic()
        process = waiting or await spawn(command)
        tail = bytearray()
        stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
        if stdin is None or stdout is None or stderr is None:
            raise AssertionError("pipes were asked for")
        drain = asyncio.create_task(_keep_tail(stderr, tail))
        watch = None
        tasks = [drain]
        if spec.limits is not None:
            watch = ChildWatch(process.pid, spec.limits, kill=partial(_kill, process))
            tasks.append(asyncio.create_task(watch.run()))
        api_key = "" if spec.socket else secrets.token_hex(32)
        try:
            async with asyncio.timeout(timeout_s):
                stdin.write(_parameters(spec, api_key))
                await stdin.drain()
                ready = await stdout.readline()
        except TimeoutError:
            await _end(process)
            raise EngineError(
                f"the model did not load within {timeout_s:g} s",
                hint="The machine may be short of memory; try a smaller model",
            ) from None
        except (OSError, asyncio.CancelledError) as error:
            await _end(process)
            if isinstance(error, asyncio.CancelledError):
                raise
            ready = b""
        if not ready.startswith(b"ready "):
            await _end(
                process, patience_s=_DYING_S
            )  # A child that is killed immediately could not print the reason.
            await drain
            if reason := _excess(spec, watch, tail):
                raise EngineError(
                    f"the model was not loaded, because {reason}",
                    hint="Its file may be damaged or made to do harm; get it from another source",
                )
            if (status := process.returncode or 0) < 0:
                raise EngineError(
                    f"the model's process was killed by signal {-status} while it loaded",
                    hint="The machine may be short of memory; try a smaller model",
                )
            raise EngineError(
                f"llama.cpp could not load the model: {_reason(tail)}",
                hint="The model's architecture may be unknown to this llama.cpp",
            )
        _, listening, *about = ready.decode().split()
        address = _address(spec, listening, api_key)
        if watch is not None:
            watch.note_loaded()
        version, map_s = (about[0], float(about[1])) if len(about) == 2 else ("", 0.0)
        spawn_s = max(0.0, time.monotonic() - began_s - map_s)
        times = LoadTimes(spawn_s=spawn_s, map_s=map_s)
        return cls(
            process,
            address,
            *tasks,
            silence_s=silence_s,
            version=version,
            times=times,
            n_threads=spec.options.n_threads,
            ends_with_parent=not spec.outlives_parent,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        """Return the exit status once the process has ended and its memory is free."""
        return await self._process.wait()

    def kill(self) -> None:
        _kill(self._process)

    def pause(self) -> bool:
        """Stop the process until `resume`; return whether it can be stopped.

        Only on Linux, where the kernel ends a stopped process with its parent.
        """
        if not self._may_pause:
            return False
        return self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Continue a stopped process."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> bool:
        if self._process.returncode is not None:
            return False
        try:
            self._process.send_signal(number)
        except ProcessLookupError:
            return False
        return True

    def trim_heap(self) -> None:
        """Request that the child returns freed memory to the system, which takes it some ms."""
        stdin = self._process.stdin
        if stdin is not None and not stdin.is_closing():
            stdin.write(b"\n")

    def rss_bytes(self) -> int:
        """Return resident memory, including weights mapped from the file; 0 when the process has
        ended."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def private_bytes(self) -> int:
        """Return resident memory without what it shares with other processes; 0 when the process
        has ended."""
        try:
            memory = psutil.Process(self.pid).memory_info()
        except psutil.Error:
            return 0
        return int(memory.rss) - int(getattr(memory, "shared", 0))

    async def request(self, path: str, body: dict[str, object] | None = None) -> Upstream:
        """Connect and send. Raises OSError when the child no longer listens, and UpstreamBroken."""
        upstream = await Upstream.connect(self._address, silence_s=self._silence_s)
        try:
            await upstream.send(
                self._address, path, None if body is None else json.dumps(body).encode()
            )
        except BaseException:
            upstream.close()
            raise
        return upstream

    async def patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Return `await call()`, and repeat it on silence while the child's health check succeeds.

        A child whose check fails is killed, and UpstreamBroken is raised.
        """
        while True:
            try:
                return await call()
            except UpstreamSilent:
                if not await self.answers():
                    self.kill()
                    raise UpstreamBroken("the model's process hangs") from None

    async def answers(self) -> bool:
        """Return whether the child answers its health check within `silence_s`."""
        try:
            upstream = await self.request("/health")
        except (OSError, UpstreamBroken):
            return False
        try:
            return await upstream.status() == 200
        except (UpstreamBroken, UpstreamSilent):
            return False
        finally:
            upstream.close()


async def spawn(command: tuple[str, ...]) -> asyncio.subprocess.Process:
    """Start a child process, which waits for the parameters of its model. Raises OSError."""
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **own_group(),  # The daemon handles Ctrl-C and ends its children.
    )


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def _excess(spec: ChildSpec, watch: ChildWatch | None, tail: bytearray) -> str:
    """Return which limit ended the process while it loaded; empty for none."""
    if spec.limits is None or watch is None:
        return ""
    if watch.reason:
        return watch.reason
    return memory_excess(spec.limits) if _OUT_OF_MEMORY.search(tail) else ""


def _parameters(spec: ChildSpec, api_key: str) -> bytes:
    return (
        json.dumps(
            {
                **_load_fields(spec.options),
                "model": str(spec.model),
                "adapters": [str(path) for path in spec.adapters],
                "n_slots": spec.n_slots,
                "n_voices": spec.n_voices,
                "socket": str(spec.socket or ""),
                "api_key": api_key,
                "parent_pid": os.getpid(),
                "memory_bytes": spec.limits.memory_bytes if spec.limits else 0,
                "outlives_parent": spec.outlives_parent,
                "states": f"{spec.states}/" if spec.states else "",
                "prompt_cache_mib": spec.prompt_cache_mib,
            }
        ).encode()
        + b"\n"
    )


def _load_fields(options: LoadOptions) -> dict[str, object]:
    fields = asdict(options)
    del fields["given"]
    return fields


def _address(spec: ChildSpec, listening: str, api_key: str) -> Address:
    if spec.socket:
        spec.socket.chmod(0o600)
        return Address(socket=str(spec.socket))
    return Address(port=int(listening.rstrip("/").rpartition(":")[2]), api_key=api_key)


async def _keep_tail(stream: asyncio.StreamReader, tail: bytearray) -> None:
    while piece := await stream.read(4096):
        tail += piece
        del tail[:-_STDERR_TAIL_BYTES]


async def _end(process: asyncio.subprocess.Process, *, patience_s: float = 0.0) -> None:
    try:
        if patience_s:
            async with asyncio.timeout(patience_s):
                await process.wait()
    except TimeoutError:
        pass
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _reason(tail: bytearray) -> str:
    """Return llama.cpp's first error (later ones only repeat that there was one), or the last
    line."""
    lines = [line for line in tail.decode("utf-8", "replace").splitlines() if line.strip()]
    for line in lines:
        if match := _LLAMA_ERROR.match(line):
            return match[1]
    return lines[-1].strip() if lines else "it printed nothing"
