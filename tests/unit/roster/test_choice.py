"""The sentence that says which roster is used, and why."""

from __future__ import annotations

import pytest

from hotseat.domain.experts import EngineKind
from hotseat.roster.choice import roster_choice
from hotseat.roster.load import load_text
from hotseat.roster.shipped import shipped_roster

OLLAMA = "http://127.0.0.1:11434"


@pytest.mark.parametrize(
    ("name", "is_named", "engine", "is_running", "reason"),
    [
        (
            *("starter", False, EngineKind.EMBEDDED, False),
            "No Ollama was found on 127.0.0.1:11434, so Hotseat uses the roster 'starter' "
            "(2 models, 351 MB).",
        ),
        (
            *("starter", False, EngineKind.EMBEDDED, True),
            "The embedded engine is in use, so Hotseat uses the roster 'starter' "
            "(2 models, 351 MB).",
        ),
        (
            *("ollama", False, EngineKind.OLLAMA, False),
            "Ollama at 127.0.0.1:11434 is the engine, so Hotseat uses the roster 'ollama' "
            "(5 models, 5.0 GB).",
        ),
        (
            *("code-8gb", True, EngineKind.EMBEDDED, False),
            "Hotseat uses the roster 'code-8gb' (2 models, 1.8 GB), which experts.yaml or the "
            "settings name.",
        ),
        (
            *("adapters", False, EngineKind.EMBEDDED, False),
            "Your experts.yaml names the embedded engine, so Hotseat uses the roster 'adapters' "
            "(1 model, 98 MB).",
        ),
        (
            *("ollama", False, EngineKind.OPENAI, False),
            "The server at 127.0.0.1:11434 runs the models; Hotseat uses the roster 'ollama' "
            "(5 models, 5.0 GB) below your experts.yaml.",
        ),
    ],
)
def test_the_sentence(
    name: str, is_named: bool, engine: EngineKind, is_running: bool, reason: str
) -> None:
    choice = roster_choice(
        name,
        shipped_roster(name),
        is_named=is_named,
        engine=engine,
        host=OLLAMA,
        is_running=is_running,
    )
    assert (choice.name, choice.reason) == (name, reason)


def test_a_size_that_is_not_known_is_not_shown() -> None:
    roster = load_text("generalist: {model: 'a:1b'}\n", filename="experts.yaml", base=None).roster
    choice = roster_choice(
        "ollama", roster, is_named=True, engine=EngineKind.OLLAMA, host=OLLAMA, is_running=False
    )
    assert "(1 model)" in choice.reason
