"""An embedded engine with small models, and the environment that it prints for other clients."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from support.engine_process import EngineProcess, create_model, running_engine
from support.tiny_gguf import write_embedding_model, write_model, write_scripted

TEXT = ("It", " will", " rain", " soon", " there.")
CALL = ("<tool_call>", '\n{"name": "get_weather"', ', "arguments": {"city":', ' "Paris"}}', "\n</")
JSON = ('{"ok"', ": true}")
TOOLS_TEMPLATE = (
    "{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}{% for message in messages %}"
    "{{ message.role }}: {{ message.content }}{% for tool_call in message.tool_calls %}<tool_call>"
    '\n{"name": "{{ tool_call.function.name }}", "arguments": '
    "{{ tool_call.function.arguments | tojson }}}\n</tool_call>{% endfor %}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


@dataclass(frozen=True, kw_only=True)
class ClientSetup:
    """An engine, what a shell has after `eval "$(hotseat engine --print-env)"`, and names."""

    engine: EngineProcess
    environment: dict[str, str]
    talker: str = "talker:latest"
    """Always answers `TEXT`."""
    json: str = "json:latest"
    """Always answers `JSON`."""
    caller: str = "caller:latest"
    """Always calls a tool."""
    rambler: str = "rambler:latest"
    """Answers nonsense without an end."""
    embedder: str = "embedder:latest"


@pytest.fixture(scope="session")
def setup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClientSetup]:
    folder = tmp_path_factory.mktemp("clients")
    with running_engine(folder) as engine:
        printed = subprocess.run(
            [sys.executable, "-m", "hotseat", "engine", "--print-env"],
            env={**os.environ, "HOTSEAT_RUNTIME_DIR": str(engine.runtime)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        pairs = [word.partition("=") for word in shlex.split(printed)[1:]]
        clean = {name: text for name, text in os.environ.items() if "OLLAMA" not in name}
        # Clients read their own settings from the user's folder.
        clean |= {"HOME": str(folder), "LLM_USER_PATH": str(folder / "llm")}
        setup = ClientSetup(
            engine=engine, environment=clean | {name: text for name, _, text in pairs}
        )
        files = {
            setup.talker: write_scripted(folder / "talker.gguf", TEXT),
            setup.json: write_scripted(folder / "json.gguf", JSON),
            setup.caller: write_scripted(
                folder / "caller.gguf", (*CALL, "tool_call>"), chat_template=TOOLS_TEMPLATE
            ),
            setup.rambler: write_model(folder / "rambler.gguf"),
            setup.embedder: write_embedding_model(folder / "embedder.gguf"),
        }
        with engine.client(timeout=60) as client:
            for name, path in files.items():
                create_model(client, name, path, parameters={"num_thread": 1})
        yield setup
