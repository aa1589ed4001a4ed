"""What `hotseat doctor` says of an Ollama daemon: its slots, and what is known to go wrong with its
version.

Sources: Ollama's issues, by their numbers, and `llm/llama_server.go` of Ollama 0.33. Each finding
says what to do in one sentence. Looks at processes, and touches none.
"""

from __future__ import annotations

import getpass
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence

from hotseat.engines.ollama_processes import SLOTS_VARIABLE, Daemon, OllamaProcesses, Runner
from hotseat.session.doctor.findings import Finding, good, note

SUBJECT = "daemon"
LLAMA_SERVER_SINCE = (0, 30, 0)
"""Since then each model runs in a `llama-server`, with llama.cpp's defaults."""
DEFAULT_CACHE_MIB = 8192
"""llama.cpp's default for `--cache-ram` (llama.cpp PR 16391)."""
SUGGESTED_CACHE_MIB = 512
EVICTS_TOO_EARLY = (0, 30, 6)
CACHE_VARIABLE = "LLAMA_ARG_CACHE_RAM"
FIT_VARIABLE = "LLAMA_ARG_FIT"
_OFF = frozenset({"off", "0", "false", "disabled"})
_SYSTEMD = "/run/systemd/system"
_SYSTEMD_UNITS = ("/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system")
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")


def daemon_findings(
    version: str,
    processes: OllamaProcesses,
    *,
    daemon: Daemon | None,
    has_gpu: bool,
    is_here: bool = True,
) -> list[Finding]:
    """Return what to know of the daemon. `daemon`: its process, if it can be seen; `is_here`: it
    runs on this machine."""
    numbers = _version(version)
    if numbers is None or numbers < LLAMA_SERVER_SINCE:
        return []
    environment = daemon.environment if daemon is not None else None
    runners = [r for r in processes.runners if r.blob and not r.is_orphan]
    found = [_prompt_cache(runners, environment, is_here=is_here)]
    if numbers == EVICTS_TOO_EARLY:
        found.append(
            note(
                SUBJECT,
                f"{version} may unload a model although the next one fits beside it: reported for "
                "a GPU that shares the machine's memory (ollama#16610)",
                "Use another version of Ollama: 0.24.0 did not do it on that machine",
            )
        )
    if has_gpu:
        found.append(
            note(
                SUBJECT,
                "since 0.30, Ollama may plan for seconds to minutes how to place a model on GPUs "
                "before it loads the model: reported for several GPUs, and for models larger than "
                "the GPU (ollama#16754, #18373)",
                "If loads are slow, look for `fitting params to free memory took` in Ollama's log"
                f"{_log_place()}, and take smaller models or an Ollama before 0.30",
            )
        )
    elif not (environment is not None and environment.get(FIT_VARIABLE) in _OFF):
        found.append(
            note(
                SUBJECT,
                "since 0.30, Ollama plans before each load how to place the model on GPUs, without "
                "a GPU too: about 0.25 s of each load",
                set_variable(FIT_VARIABLE, "off", is_here=is_here),
            )
        )
    return found


def slot_findings(
    n_slots: int | None, kv_bytes: Mapping[str, int], *, is_here: bool = True
) -> list[Finding]:
    """Return what the number of requests that a model takes at a time means for the user.

    `n_slots` is None if it is not known. `kv_bytes`: the KV cache of one slot, by expert.
    """
    costs = ", ".join(f"{name} {_mb(size)}" for name, size in kv_bytes.items() if size)
    cost = f"; one more slot takes its KV cache: {costs}" if costs else ""
    if n_slots is not None and n_slots > 1:
        detail = f"a model takes {n_slots} requests at a time, each with a KV cache of its own"
        return [good("slots", f"{detail}{cost}")]
    known = "takes one request at a time"
    if n_slots is None:
        known = f"takes one request at a time, unless {SLOTS_VARIABLE} is set"
    return [
        note(
            "slots",
            f"a model {known}: while it answers a question, another warm model completes{cost}",
            f"{set_variable(SLOTS_VARIABLE, '2', is_here=is_here)}, to have both from one model",
        )
    ]


def orphan_finding(
    orphans: Sequence[Runner], *, user: str | None = None, platform: str = sys.platform
) -> Finding | None:
    """Return a note on runners whose daemon was killed; None if there is none.

    `user`: who reads it, by default the user of this process.
    """
    if not orphans:
        return None
    pids = [runner.pid for runner in orphans]
    total = _mb(sum(runner.rss_bytes for runner in orphans))
    several = len(pids) > 1
    words = "processes hold" if several else "process holds"
    numbers = ", ".join(map(str, pids))
    return note(
        "orphans",
        f"{len(pids)} model {words} {total} for a daemon that was killed, and no engine can use "
        f"{'them' if several else 'it'}: {numbers}",
        f"End {'them' if several else 'it'}: {_kill(orphans, user or _user(), platform)}",
    )


def _kill(orphans: Sequence[Runner], user: str, platform: str) -> str:
    """Return a command that ends the processes here. A stopped one ends by SIGKILL only."""
    pids = [runner.pid for runner in orphans]
    if platform == "win32":
        return "taskkill /F " + " ".join(f"/PID {pid}" for pid in pids)
    command = "kill -9 " + " ".join(map(str, pids))
    owners = {runner.user for runner in orphans if runner.user}
    if user == "root" or owners <= {user}:
        return command
    if _has_sudo():
        return f"sudo {command}"
    return f"{command} (as {' and '.join(sorted(owners))}, or as root)"


def _prompt_cache(
    runners: Iterable[Runner], environment: Mapping[str, str] | None, *, is_here: bool
) -> Finding:
    limits = [runner.cache_ram_mib for runner in runners]
    if not limits and environment is not None:
        text = environment.get(CACHE_VARIABLE, "").strip()
        limits = [int(text) if text.lstrip("-").isdecimal() else None]
    known = [limit for limit in limits if limit is not None]
    if limits and len(known) == len(limits) and 0 <= max(known) < DEFAULT_CACHE_MIB:
        return good(SUBJECT, f"the prompt cache of each model is limited to {max(known)} MiB")
    unless = "" if environment is not None or limits else f", unless {CACHE_VARIABLE} is set"
    return note(
        SUBJECT,
        f"each loaded model may keep {DEFAULT_CACHE_MIB // 1024} GiB of prompts in RAM beside its "
        f"memory, which Ollama does not report{unless} (ollama#18264)",
        set_variable(CACHE_VARIABLE, str(SUGGESTED_CACHE_MIB), is_here=is_here),
    )


def set_variable(
    name: str, value: str, *, is_here: bool = True, platform: str = sys.platform
) -> str:
    """Return how to set a variable of Ollama's environment on this machine."""
    if not is_here:
        return f"Set {name}={value} in the environment of Ollama on its machine, and restart it"
    if platform == "darwin":
        return f"Run `launchctl setenv {name} {value}`, then start the Ollama app again"
    if platform == "win32":
        return f"Run `setx {name} {value}`, then quit Ollama in the task bar and start it again"
    if _is_a_service():
        return (
            "Run `sudo systemctl edit ollama`, with the lines `[Service]` and "
            f'`Environment="{name}={value}"`, then `sudo systemctl restart ollama`'
        )
    return f"Start it with `{name}={value} ollama serve`"


def _log_place() -> str:
    return " (`journalctl -u ollama`)" if _is_a_service() else ""


def _is_a_service() -> bool:
    """Return whether systemd runs here and starts Ollama."""
    units = [os.path.join(folder, "ollama.service") for folder in _SYSTEMD_UNITS]
    return os.path.isdir(_SYSTEMD) and any(os.path.exists(unit) for unit in units)


def _version(text: str) -> tuple[int, int, int] | None:
    """Return the numbers of a version; None for a build that has none, such as `0.0.0`."""
    found = _VERSION.match(text)
    if found is None:
        return None
    numbers = (int(found[1]), int(found[2]), int(found[3]))
    return numbers if any(numbers) else None


def _has_sudo() -> bool:
    return any(
        os.access(os.path.join(folder, "sudo"), os.X_OK)
        for folder in os.environ.get("PATH", "").split(os.pathsep)
        if folder
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _mb(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.0f} MB"
