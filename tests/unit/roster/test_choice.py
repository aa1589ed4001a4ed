"""The sentence that says which roster is used, and why."""

from __future__ import annotations

import pytest

from hotseat.roster.choice import EngineFound, roster_choice
from hotseat.roster.load import load_text
from hotseat.roster.shipped import shipped_roster

AT = "http://127.0.0.1:11434"
OLLAMA = EngineFound(can_start=False, is_running=False, can_pull=True)
STARTED = EngineFound(can_start=True, is_running=False, can_pull=True)
RUNNING = EngineFound(can_start=True, is_running=True, can_pull=True)
SERVER = EngineFound(can_start=False, is_running=False, can_pull=False)


@pytest.mark.parametrize(
    ("name", "is_named", "engine", "reason"),
    [
        (
            *("starter", False, STARTED),
            "No Ollama was found on 127.0.0.1:11434, so Hotseat uses the roster 'starter' "
            "(2 models, 351 MB).",
        ),
        (
            *("starter", False, RUNNING),
            "The embedded engine is in use, so Hotseat uses the roster 'starter' "
            "(2 models, 351 MB).",
        ),
        (
            *("ollama", False, OLLAMA),
            "Ollama at 127.0.0.1:11434 is the engine, so Hotseat uses the roster 'ollama' "
            "(5 models, 5.0 GB).",
        ),
        (
            *("code-8gb", True, STARTED),
            "Hotseat uses the roster 'code-8gb' (2 models, 1.8 GB), which experts.yaml or the "
            "settings name.",
        ),
        (
            *("adapters", False, STARTED),
            "Your experts.yaml names the embedded engine, so Hotseat uses the roster 'adapters' "
            "(1 model, 98 MB).",
        ),
        (
            *("ollama", False, SERVER),
            "The server at 127.0.0.1:11434 runs the models; Hotseat uses the roster 'ollama' "
            "(5 models, 5.0 GB) below your experts.yaml.",
        ),
    ],
)
def test_the_sentence(name: str, is_named: bool, engine: EngineFound, reason: str) -> None:
    choice = roster_choice(
        name,
        shipped_roster(name),
        is_named=is_named,
        engine=engine,
        host=AT,
    )
    assert (choice.name, choice.reason) == (name, reason)


def test_a_size_that_is_not_known_is_not_shown() -> None:
    roster = load_text("generalist: {model: 'a:1b'}\n", filename="experts.yaml", base=None).roster
    choice = roster_choice("ollama", roster, is_named=True, engine=OLLAMA, host=AT)
    assert "(1 model)" in choice.reason
