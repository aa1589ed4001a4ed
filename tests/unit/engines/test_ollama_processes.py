"""Which processes of this machine are Ollama's, and which of them nobody needs any more."""

from __future__ import annotations

import os
import sys

import psutil
import pytest

from hotseat.engines.ollama_processes import OllamaProcesses, ProcessFacts, classify, look
from hotseat.keeper.engine.runner_memory import runner_bytes, runner_processes
from support.ollama_runners import BLOB, GO, runners

__all__ = ["runners"]

OTHER = "b" * 64


def process(pid: int, parent: int | None, *command: str, mb: int = 0) -> ProcessFacts:
    name = command[0].rpartition("/")[2]
    return ProcessFacts(pid=pid, parent=parent, name=name, command=command, rss_bytes=mb * 10**6)


def llama_server(pid: int, parent: int | None, *more: str, mb: int = 0) -> ProcessFacts:
    program = "/usr/local/lib/ollama/llama-server"
    return process(pid, parent, program, "--model", GO, "--port", "35000", *more, mb=mb)


DAEMON = process(50, 1, "/usr/local/bin/ollama", "serve")
INIT = process(1, 0, "/sbin/init")


def test_a_runner_of_a_daemon_has_its_slots_on_its_command_line() -> None:
    seen = classify([INIT, DAEMON, llama_server(60, 50, "-c", "8192", "-np", "2", mb=200)])
    (runner,) = seen.runners
    assert (runner.blob, runner.n_slots, runner.daemon) == (BLOB, 2, 50)
    assert not runner.is_orphan
    assert [daemon.pid for daemon in seen.daemons] == [50]


def test_an_older_runner_is_known_too() -> None:
    runner = process(60, 50, "/usr/bin/ollama", "runner", "--model", GO, "--parallel=4")
    (found,) = classify([DAEMON, runner]).runners
    assert (found.blob, found.n_slots) == (BLOB, 4)


@pytest.mark.parametrize(
    ("parent", "is_orphan"),
    [
        (INIT, True),
        (process(7, 1, "/usr/lib/systemd/systemd", "--user"), True),
        (process(8, 1, "docker-init"), True),
        (process(1, 0, "/bin/ollama", "serve"), False),  # the only process of a container
        (process(9, 1, "-bash"), False),  # somebody started it by hand
        (process(9, 1, "python", "-m", "hotseat.embedded"), False),
    ],
)
def test_an_orphan_has_no_daemon_above_it(parent: ProcessFacts, is_orphan: bool) -> None:
    (runner,) = classify([parent, llama_server(60, parent.pid)]).runners
    assert runner.is_orphan is is_orphan


def test_a_runner_whose_parent_is_gone_is_an_orphan() -> None:
    assert classify([llama_server(60, None)]).orphans


def test_orphans_of_the_embedded_engine_are_found_as_well() -> None:
    child = ("python", "-P", "-m", "hotseat.embedded.processes.child")
    engine = process(50, 1, "python", "-P", "-m", "hotseat.embedded")
    seen = classify([INIT, engine, process(60, 50, *child), process(61, 1, *child)])
    assert [runner.pid for runner in seen.orphans] == [61]


def test_an_orphan_is_never_measured() -> None:
    def seen() -> OllamaProcesses:
        orphan = llama_server(60, 1, mb=900)
        return classify([INIT, DAEMON, orphan, llama_server(61, 50, "-np", "1", mb=200)])

    (measured,) = runner_processes([BLOB, OTHER], 11434, processes=seen).items()
    blob, runner = measured
    assert (blob, runner.pid, runner.resident_bytes, runner.n_slots) == (BLOB, 61, 200_000_000, 1)


def test_another_daemons_runner_is_not_measured() -> None:
    def seen() -> OllamaProcesses:
        other = process(51, 1, "/usr/local/bin/ollama", "serve")
        runners = llama_server(60, 50, "-np", "1", mb=200), llama_server(61, 51, "-np", "4", mb=900)
        return classify([INIT, DAEMON, other, *runners])

    ours = runner_processes([BLOB], 11434, processes=seen, listening=lambda _port: 50)
    assert (ours[BLOB].pid, ours[BLOB].n_slots) == (60, 1)
    unknown = runner_processes([BLOB], 11434, processes=seen, listening=lambda _port: None)
    assert unknown[BLOB].pid == 61  # rather too much than too little


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links to programs")
async def test_real_processes_are_told_apart(runners: list[int]) -> None:
    live, orphan = runners
    seen = {runner.pid: runner for runner in look().runners}
    assert seen[live].n_slots == 3
    assert not seen[live].is_orphan
    assert seen[orphan].is_orphan
    assert seen[orphan].user == psutil.Process(os.getpid()).username()
    runner = runner_processes([BLOB])[BLOB]
    assert runner.pid == live
    assert runner.is_alive()
    measured = runner_bytes([BLOB])
    assert measured[BLOB] == pytest.approx(psutil.Process(live).memory_info().rss, rel=0.2)
