"""Every block of commands in the documentation runs, or says that it is an illustration."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.clients import require_python
from support.documented import PAGES, Block, blocks, command_blocks, outside_fences
from support.hub_server import hub_server
from support.machine import MODELS
from support.readers_machine import ReadersMachine
from support.repository import REPOSITORY
from support.tiny_gguf import write_model

NEVER = {"README.md", "docs/start.md"}
"""Pages without an illustration: each of their commands is run."""
LONG = ("hotseat judge", "hotseat bench", "hotseat-adapters")
"""Minutes, or a package that takes long to build."""
REAL = ("hotseat demo", "make demo", "hotseat experts cut", "hotseat bench latency")
"""With the models of the roster `starter`, which are downloaded once."""
ANSWERS = ("hotseat ask", "hotseat task", "hotseat team", "llm ")
"""Several programs for each block."""
LAST = ("hotseat rm", "hotseat uninstall")
"""Blocks after which the machine is not as it was."""
HUB = re.compile(r" hf:([^#\s]+)#(\S+)")
NO_TOOL = "not applicable: how a POSIX shell reads the commands"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform == "win32", reason=NO_TOOL),
]


def names(block: Block, *wanted: str) -> bool:
    return any(want in line for line in block.commands for want in wanted)


def in_ci(block: Block) -> bool:
    """Of the quick blocks CI runs those that a new user meets first."""
    return block.name.partition(":")[0] in NEVER and not names(block, *ANSWERS)


def ids(block: Block) -> str:
    return block.name


RUN = [block for block in command_blocks() if not block.illustration]
QUICK = sorted(
    (block for block in RUN if not names(block, *LONG, *REAL)),
    key=lambda block: [name for name in LAST if names(block, name)],
)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadersMachine]:
    machine = ReadersMachine(tmp_path_factory.mktemp("reader"))
    machine.set_up()
    yield machine
    machine.close()


@pytest.fixture
def own_machine(tmp_path: Path) -> Iterator[ReadersMachine]:
    machine = ReadersMachine(tmp_path)
    machine.set_up()
    yield machine
    machine.close()


def check(machine: ReadersMachine, block: Block, folder: Path | None = None, **more: str) -> None:
    done = machine.run(block.commands, folder=folder, **more)
    said = f"{block.name}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, said
    assert "Traceback" not in done.stdout + done.stderr, said
    assert "does not provide the extra" not in done.stderr, said


def test_every_block_says_what_it_is() -> None:
    """A fence without a language could be commands that nothing runs."""
    assert [b.name for page in PAGES for b in blocks(page) if not b.language] == []


def test_no_commands_are_in_indented_lines() -> None:
    """Nothing would run them, and they need not say that they are an illustration."""
    indented = re.compile(r"^ {4,}(?:\$ )?(?:hotseat|make|pip|git|ollama|sh|curl) ", re.MULTILINE)
    assert [page.name for page in PAGES if indented.search(outside_fences(page))] == []


def test_few_blocks_are_illustrations_and_none_of_the_first_ones() -> None:
    shown = [block for block in command_blocks() if block.illustration]
    assert 5 * len(shown) <= len(command_blocks())
    assert not {block.name.partition(":")[0] for block in shown} & NEVER


@pytest.mark.parametrize(
    "block",
    [pytest.param(block, marks=[] if in_ci(block) else [pytest.mark.extra]) for block in QUICK],
    ids=ids,
)
def test_a_block_runs(machine: ReadersMachine, block: Block) -> None:
    if names(block, "llm "):
        require_python("llm")
    if names(block, " hf:"):
        with hub_server() as hub:
            ((hub.repo, name),) = HUB.findall(block.text)
            hub.files[name] = write_model(machine.home / "hub.gguf").read_bytes()
            check(machine, block, HF_ENDPOINT=hub.url, HOTSEAT_NETWORK="pull")
    else:
        check(machine, block)


@pytest.mark.parametrize(
    "block", [b for b in RUN if names(b, *LONG) and not names(b, *REAL)], ids=ids
)
@pytest.mark.extra
def test_a_long_block_runs(own_machine: ReadersMachine, block: Block) -> None:
    if names(block, "hotseat-adapters"):
        own_machine.build_wheel(REPOSITORY / "adapters")
    check(own_machine, block, REPOSITORY if names(block, "tests/tools/") else None)


@pytest.mark.parametrize("block", [b for b in RUN if names(b, *REAL)], ids=ids)
@pytest.mark.extra
def test_a_block_with_real_models_runs(own_machine: ReadersMachine, block: Block) -> None:
    own_machine.build_wheel(REPOSITORY / "adapters")
    own_machine.use_models(MODELS)
    own_machine.run(["pip install hotseat-adapters"])
    if names(block, "experts cut"):  # needs 200 kB of code
        shutil.copytree(Path(asyncio.__file__).parent, own_machine.home / "src" / "app" / "lib")
    check(own_machine, block, REPOSITORY if names(block, "make ") else None)
