"""A model on the hub comes into the embedded engine by an editor's command, and answers there."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.engine_process import EngineProcess
from support.hub_server import hub_server
from support.lsp_client import LspClient
from support.tiny_gguf import split_model, write_model

pytestmark = pytest.mark.slow


async def test_an_editor_pulls_a_split_model_with_percent(
    engine: EngineProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    parts = split_model(write_model(tmp_path / "tiny.gguf"), 2)
    roster = tmp_path / "experts.yaml"
    with hub_server() as hub:
        hub.files = {path.name: path.read_bytes() for path in parts}
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        roster.write_text(
            "generalist: {name: generalist, model: 'tiny:1b', licence: MIT, "
            f"source: 'hf:{hub.repo}#{parts[0].name}'}}\n"
        )
        arguments = ["--engine-url", engine.url, "--roster", str(roster)]
        async with LspClient(arguments, cwd=tmp_path) as client:
            await client.initialize(
                workspace=tmp_path, capabilities={"window": {"workDoneProgress": True}}
            )
            await client.until_status(lambda s: s["engine"].get("up", False))
            params = {"command": "hotseat.pull", "arguments": ["generalist"]}
            answer = await client.request("workspace/executeCommand", params)
            assert answer == {"message": "tiny:1b is downloaded"}
            values = [p["value"] for method, p in client.notifications if method == "$/progress"]
    downloads = [v for v in values if "downloading tiny-" in v.get("message", "")]
    assert (downloads[0]["percentage"], downloads[-1]["percentage"]) == (0, 100)
    messages = [v.get("message", "") for v in values]
    n_licence = next(i for i, message in enumerate(messages) if "licence: apache-2.0" in message)
    assert n_licence < messages.index(downloads[0]["message"])
    with engine.client(timeout=60) as http:
        options = {"num_thread": 1, "num_predict": 4, "temperature": 0}
        body = {"model": "tiny:1b", "prompt": "def a", "stream": False, "options": options}
        assert http.post("/api/generate", json=body).json()["response"]
