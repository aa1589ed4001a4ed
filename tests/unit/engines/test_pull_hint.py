"""A hint names `hotseat pull` only where that command can bring the model."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import hotseat
from hotseat.cli.pull import choose
from hotseat.domain.experts import Expert, ModelSource, ModelSpec
from hotseat.engines.capabilities import EMBEDDED, OLLAMA, OPENAI, EngineCapabilities
from hotseat.engines.pull_hint import model_pull_command, pull_command, pull_hint
from hotseat.roster.shipped import shipped_names, shipped_roster

SOURCE = ModelSource(parts=("file:/nowhere/zig.gguf",))
PLAIN = Expert(name="zig", languages=("zig",), spec=ModelSpec("zig:1b"))
SOURCED = Expert(name="zig", languages=("zig",), spec=ModelSpec("zig:1b"), source=SOURCE)
ADAPTER = Expert(
    name="zig",
    languages=("zig",),
    spec=ModelSpec("hotseat/zig"),
    base_model="base:1b",
    adapter="/nowhere/zig-adapter.gguf",
)


@pytest.mark.parametrize(
    ("expert", "engine", "has_base", "can"),
    [
        (PLAIN, OLLAMA, False, True),
        (PLAIN, EMBEDDED, False, False),
        (PLAIN, OPENAI, False, False),
        (SOURCED, OLLAMA, False, True),
        (SOURCED, EMBEDDED, False, True),
        (SOURCED, OPENAI, False, False),
        (ADAPTER, OLLAMA, False, True),
        (ADAPTER, EMBEDDED, False, False),
        (ADAPTER, EMBEDDED, True, True),
    ],
)
def test_the_command_is_named_only_where_it_works(
    expert: Expert, engine: EngineCapabilities, has_base: bool, can: bool
) -> None:
    command = pull_command(expert, engine, has_base=has_base)
    assert command == ("hotseat pull zig" if can else None)
    hint = pull_hint(expert, engine, has_base=has_base)
    assert (f"`hotseat pull {expert.spec.model}`" in hint) is ("hotseat pull" in hint) is can
    assert hint


def test_what_is_missing_of_an_adapter_is_its_base() -> None:
    assert "`base:1b`" in pull_hint(ADAPTER, EMBEDDED)


def test_a_model_by_name_is_looked_up_in_the_roster() -> None:
    assert model_pull_command("zig:1b", [SOURCED], EMBEDDED) == "hotseat pull zig"
    assert model_pull_command("other:1b", [SOURCED], EMBEDDED) is None
    assert model_pull_command("other:1b", [SOURCED], OLLAMA) == "hotseat pull other:1b"
    assert model_pull_command("other:1b", (), OPENAI) is None


@pytest.mark.parametrize("name", shipped_names())
@pytest.mark.parametrize("engine", [EMBEDDED, OLLAMA])
def test_every_command_means_a_model_that_can_be_brought(
    name: str, engine: EngineCapabilities
) -> None:
    """What `hotseat pull` makes of the command has a source where the engine has no library."""
    roster = shipped_roster(name)
    for expert in roster.everyone():
        command = pull_command(expert, engine)
        for named in (expert.name, expert.spec.model):
            (target,) = choose([named], roster, everything=False, as_name=None)
            what = target.what
            source = target.source or (what.source if isinstance(what, Expert) else None)
            assert (command is not None) is (engine.has_library or source is not None)
        if command is not None:
            assert command.removeprefix("hotseat pull ") == expert.name


def test_no_other_place_proposes_to_pull_a_model() -> None:
    """A text that is put together with a model's name comes from `engines.pull_hint`."""
    server = Path(hotseat.__file__).parent
    known = {
        "engines/pull_hint.py",
        "judge/measure.py",  # with the options of `hotseat judge`, after `pull_command`
        "train/base.py",  # of a model that has a source
        "cli/pull.py",  # of a source itself
        "cli/train.py",  # of an adapter's file that was just written
    }
    found = set()
    for path in server.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr) and "hotseat pull {" in ast.unparse(node):
                found.add(path.relative_to(server).as_posix())
    assert found == known
