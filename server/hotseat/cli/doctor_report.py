"""The file of `hotseat doctor --report`: what a maintainer needs to understand a problem.

No code goes in, and every text passes `privacy/report_scrubber.py` before it is written.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
import re
import secrets
import socket
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hotseat import __version__
from hotseat.domain.decisions import Decision
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.engines.runtime import runtime_dir
from hotseat.keeper.state import KeeperState
from hotseat.privacy.report_scrubber import ReportScrubber
from hotseat.roster.load import RosterResult
from hotseat.session.doctor.findings import Finding
from hotseat.session.status import decision_json

MAX_LOG_LINES = 200
MAX_LOG_BYTES = 256 * 1024
"""Read from the end of the log."""
LOG_PREFIX = "hotseat engine: "
"""Of the lines that Hotseat wrote itself; others, of libraries, are only counted."""
_KEPT_NAMES = frozenset({"experts.yaml", "engine.log", "engine.json", "llama.cpp", "ggml-org"})


def make_report(
    result: RosterResult,
    findings: Sequence[Finding],
    keepers: Iterable[tuple[KeeperState, Sequence[Decision]]],
    log_lines: Sequence[str],
) -> dict[str, Any]:
    """Return the JSON of the report. Reads the names of the user and the machine; no other I/O."""
    keepers = list(keepers)
    scrubber = _scrubber(result, keepers)
    logged = [line for line in log_lines if line.startswith(LOG_PREFIX)]
    report = {
        "versions": {
            "hotseat": __version__,
            "python": platform.python_version(),
            "os": _operating_system(),
            "engines": [
                {"kind": state.engine.kind, "version": state.engine.version, "up": state.engine.up}
                for state, _ in keepers
            ],
        },
        "findings": [asdict(finding) for finding in findings],
        "roster": _roster(result.roster, scrubber),
        "decisions": [decision_json(d) for _, decisions in keepers for d in decisions],
        "log": logged,
        "logLinesLeftOut": len(log_lines) - len(logged),
    }
    scrubbed: dict[str, Any] = scrubber.values(report)
    return scrubbed


def write_report(path: Path, report: dict[str, Any]) -> str:
    """Write the file, readable by its user only. Return a sentence that says what it holds.

    Raises HotseatError if the file cannot be written.
    """
    text = json.dumps(report, indent=2) + "\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise HotseatError(
            f"{path} cannot be written: {error.strerror or error}", hint="Name another file"
        ) from None
    return (
        f"Wrote {path} ({len(text.encode()) / 1e3:.1f} kB): versions, {len(report['findings'])}"
        f" findings, the roster, the last {len(report['decisions'])} decisions and"
        f" {len(report['log'])} lines of the engine's log. It holds no code; paths, file names,"
        " hosts and your user name are replaced by hashes."
    )


def last_log_lines() -> list[str]:
    """Return the last lines of the embedded engine's log; none if there is no log."""
    try:
        with (runtime_dir() / "engine.log").open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - MAX_LOG_BYTES))
            return file.read().decode(errors="replace").splitlines()[-MAX_LOG_LINES:]
    except (HotseatError, OSError):
        return []


def _roster(roster: Roster, scrubber: ReportScrubber) -> dict[str, Any]:
    """The roster without prompts and patterns; paths, hosts and names of keys are hashed."""
    engine = roster.engine
    return {
        "engine": {
            "kind": engine.kind.value,
            "host": scrubber.host(engine.host),
            "keyEnv": scrubber.hash(engine.key_env),
        },
        "budget": asdict(roster.budget),
        "keepAliveSeconds": roster.keep_alive_s,
        "keepPromptsBytes": roster.keep_prompts_bytes,
        "disabledLanguages": sorted(roster.disabled_languages),
        "secretPatterns": len(roster.secrets),
        "threshold": roster.completion.threshold,
        "generalist": roster.generalist.name if roster.generalist is not None else None,
        "experts": [_expert(expert, scrubber) for expert in roster.everyone()],
    }


def _expert(expert: Expert, scrubber: ReportScrubber) -> dict[str, Any]:
    return {
        "name": expert.name,
        "languages": list(expert.languages),
        "model": expert.spec.model,
        "options": {name: value for name, value in expert.spec.options if name != "stop"},
        "fim": expert.fim,
        "pinned": expert.pinned,
        "promptChars": len(expert.prompt or ""),
        "baseModel": expert.base_model,
        "adapter": scrubber.hash(expert.adapter or ""),
        "source": [scrubber.hash(part) for part in expert.source.parts] if expert.source else [],
        "sizeBytes": expert.size_bytes,
    }


def _scrubber(
    result: RosterResult, keepers: Iterable[tuple[KeeperState, Sequence[Decision]]]
) -> ReportScrubber:
    models = {e.spec.model for e in result.roster.everyone()}
    models |= {e.base_model for e in result.roster.everyone() if e.base_model}
    models |= {d.model for _, decisions in keepers for d in decisions}
    models = {model for model in models if not model.startswith(("/", "~", "."))}
    names = {model.rpartition(":")[0] for model in models}
    home = Path.home()
    return ReportScrubber(
        secrets.token_hex(16),
        names={home.name, _user(), socket.gethostname(), result.roster.engine.key_env},
        paths={str(home), str(Path.cwd()), *map(str, result.files), *_folders()},
        keep=models | names | _KEPT_NAMES | {_operating_system()},
    )


def _operating_system() -> str:
    """Name, release and processor; of the release the numbers, as users may name their kernels."""
    release = re.match(r"[\d.]*", platform.release())
    number = release.group() if release is not None else ""
    return f"{platform.system()} {number} {platform.machine()}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user, as in some containers
        return ""


def _folders() -> list[str]:
    try:
        return [str(runtime_dir())]
    except HotseatError:
        return []
