"""What `hotseat doctor` says of an Ollama daemon and its processes."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from dataclasses import replace

import psutil
import pytest

from hotseat.engines.ollama_processes import Daemon, OllamaProcesses, Runner, known_slots, look
from hotseat.roster.load import load_text
from hotseat.session.doctor.examine import examine
from hotseat.session.doctor.findings import Finding, Verdict
from hotseat.session.doctor.ollama import (
    daemon_findings,
    orphan_finding,
    set_variable,
    slot_findings,
)
from support.ollama_runners import BLOB, runners
from support.stub_engine import StubEngine

__all__ = ["runners"]

RUNNER = Runner(pid=60, user="ollama", blob=BLOB, rss_bytes=200_000_000, n_slots=1, daemon=50)
SERVING = OllamaProcesses(runners=(RUNNER,))


def daemon(**environment: str) -> Daemon:
    return Daemon(pid=50, environment=environment)


def details(found: list[Finding]) -> str:
    return " | ".join(f"{finding.detail} → {finding.hint}" for finding in found)


@pytest.mark.parametrize("version", ["0.30.0", "0.32.15", "0.33.0-rc2", "1.0.0"])
def test_the_hidden_prompt_cache_is_noted_with_its_remedy(version: str) -> None:
    found = daemon_findings(version, SERVING, daemon=None, has_gpu=False)
    assert "8 GiB" in found[0].detail
    assert "LLAMA_ARG_CACHE_RAM=512" in found[0].hint
    assert found[0].verdict is Verdict.NOTE


@pytest.mark.parametrize("version", ["0.24.0", "0.9.6", "0.0.0", "unknown"])
def test_older_versions_and_own_builds_have_no_such_notes(version: str) -> None:
    assert daemon_findings(version, SERVING, daemon=None, has_gpu=True) == []


def test_a_prompt_cache_that_is_limited_is_good() -> None:
    limited = OllamaProcesses(runners=(replace(RUNNER, cache_ram_mib=512),))
    found = daemon_findings("0.33.0", limited, daemon=None, has_gpu=False)[0]
    assert (found.verdict, "512 MiB" in found.detail) == (Verdict.GOOD, True)
    set_before_any_load = daemon(LLAMA_ARG_CACHE_RAM="0")
    found = daemon_findings("0.33.0", OllamaProcesses(), daemon=set_before_any_load, has_gpu=False)[
        0
    ]
    assert found.verdict is Verdict.GOOD


def test_a_prompt_cache_without_a_limit_is_none() -> None:
    unlimited = OllamaProcesses(runners=(RUNNER, replace(RUNNER, pid=61, cache_ram_mib=-1)))
    found = daemon_findings("0.33.0", unlimited, daemon=None, has_gpu=False)[0]
    assert found.verdict is Verdict.NOTE


def test_the_version_that_evicts_too_early_is_named() -> None:
    assert "#16610" in details(daemon_findings("0.30.6", SERVING, daemon=None, has_gpu=False))
    for other in ("0.30.5", "0.30.7", "0.33.0"):
        found = daemon_findings(other, SERVING, daemon=None, has_gpu=True)
        assert "#16610" not in details(found)


def test_slow_planning_is_noted_with_what_helps_here() -> None:
    on_cpu = details(daemon_findings("0.33.0", SERVING, daemon=None, has_gpu=False))
    assert "LLAMA_ARG_FIT=off" in on_cpu
    off = details(
        daemon_findings("0.33.0", SERVING, daemon=daemon(LLAMA_ARG_FIT="off"), has_gpu=False)
    )
    assert "LLAMA_ARG_FIT" not in off
    on_gpu = details(daemon_findings("0.33.0", SERVING, daemon=None, has_gpu=True))
    assert "#18373" in on_gpu
    assert "LLAMA_ARG_FIT" not in on_gpu  # there it would be a risk


def test_slots_are_known_from_the_best_source() -> None:
    assert known_slots(2, SERVING, None) == 2
    two = OllamaProcesses(runners=(replace(RUNNER, n_slots=2), replace(RUNNER, daemon=51)))
    assert known_slots(None, two, daemon()) == 2
    assert known_slots(None, OllamaProcesses(), daemon(OLLAMA_NUM_PARALLEL="4")) == 4
    assert known_slots(None, OllamaProcesses(), daemon()) == 1
    assert known_slots(None, OllamaProcesses(), None) is None
    unseen = OllamaProcesses(runners=(replace(RUNNER, n_slots=8, daemon=None),))
    hidden = Daemon(pid=50, environment=None)
    for runner_of_another_daemon in (two, SERVING, unseen):
        assert known_slots(None, runner_of_another_daemon, None) is None
    assert known_slots(None, unseen, hidden) is None
    orphan = OllamaProcesses(runners=(replace(RUNNER, n_slots=8, daemon=None, is_orphan=True),))
    assert known_slots(None, orphan, None) is None


def test_one_slot_is_explained_with_the_price_of_a_second() -> None:
    (found,) = slot_findings(1, {"go": 94_000_000, "sql": 0})
    assert "another warm model completes" in found.detail
    assert "go 94 MB" in found.detail
    assert "OLLAMA_NUM_PARALLEL=2" in found.hint
    (unknown,) = slot_findings(None, {})
    assert "unless OLLAMA_NUM_PARALLEL is set" in unknown.detail
    (two,) = slot_findings(2, {"go": 94_000_000})
    assert two.verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("platform", "words"),
    [("darwin", "launchctl setenv A 1"), ("win32", "setx A 1"), ("linux", "A=1")],
)
def test_a_variable_is_set_as_the_system_does(platform: str, words: str) -> None:
    assert words in set_variable("A", "1", platform=platform)
    assert "on its machine" in set_variable("A", "1", is_here=False, platform=platform)


def test_orphans_of_another_user_need_another_command() -> None:
    orphans = [RUNNER, replace(RUNNER, pid=61)]
    own = orphan_finding(orphans, user="ollama", platform="linux")
    assert own is not None
    assert own.hint == "End them: kill -9 60 61"
    others = orphan_finding(orphans, user="me", platform="linux")
    assert others is not None
    assert "sudo kill -9 60 61" in others.hint or "as ollama" in others.hint
    windows = orphan_finding(orphans[:1], user="me", platform="win32")
    assert windows is not None
    assert windows.hint == "End it: taskkill /F /PID 60"
    assert orphan_finding([]) is None


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links to programs")
async def test_the_command_ends_the_orphans(runners: list[int]) -> None:
    live, orphan = runners
    psutil.Process(orphan).suspend()  # it would not see a SIGTERM
    finding = orphan_finding([r for r in look().orphans if r.pid == orphan])
    assert finding is not None
    assert str(orphan) in finding.detail
    command = finding.hint.removeprefix("End it: ")
    assert await (await asyncio.create_subprocess_shell(command)).wait() == 0
    assert await asyncio.to_thread(_is_gone, orphan)
    assert psutil.pid_exists(live)


def _is_gone(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(timeout=10)
    return not psutil.pid_exists(pid)


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links to programs")
async def test_orphans_are_named_even_if_no_engine_answers(runners: list[int]) -> None:
    text = "engine: {kind: ollama, host: 'http://127.0.0.1:9'}\nbudget: 1GB\n"
    found = [f async for f in examine(load_text(text, filename="/e.yaml", base=None), None)]
    (orphans,) = [f for f in found if f.subject == "orphans"]
    assert str(runners[1]) in orphans.detail
    assert str(runners[0]) not in orphans.detail


async def test_a_daemons_traps_are_part_of_the_examination(stub: StubEngine) -> None:
    stub.version = "0.30.6"
    text = f"engine: {{kind: ollama, host: '{stub.url}'}}\nbudget: 1GB\n"
    text += "generalist: {model: 'a:1b'}\n"
    found = [f async for f in examine(load_text(text, filename="/e.yaml", base=None), None)]
    subjects = [f.subject for f in found]
    assert {"slots", "daemon", "budget"} <= set(subjects)
    assert "#16610" in details([f for f in found if f.subject == "daemon"])
