"""What `hotseat doctor` finds at a server with OpenAI's API."""

from __future__ import annotations

import pytest

from hotseat.roster.load import load_text
from hotseat.session.doctor.examine import examine
from hotseat.session.doctor.findings import Finding, Verdict
from support.stub_openai import StubOpenAI

EXPERTS = """
options: {num_ctx: 4096}
generalist: {model: small-base}
experts:
  - {name: go, languages: [go], model: Qwen/Qwen2.5-Coder-1.5B, adapter: adapters/go}
"""


async def findings(url: str, engine: str) -> dict[str, list[Finding]]:
    text = f"engine: {{kind: openai, host: '{url}'{engine}}}\n{EXPERTS}"
    result = load_text(text, filename="/me/experts.yaml", base=None)
    assert result.diagnostics == ()
    found: dict[str, list[Finding]] = {}
    async for finding in examine(result, None):
        found.setdefault(finding.subject, []).append(finding)
    return found


async def test_models_adapters_and_context_are_told() -> None:
    async with StubOpenAI() as server:
        found = await findings(server.url, "")
    go, generalist = found["model"]
    assert (go.verdict, generalist.verdict) == (Verdict.GOOD, Verdict.NOTE)
    assert "hotseat/go:latest, fill-in-the-middle, qwen format" in go.detail
    assert "name its family" in generalist.detail
    assert {f.hint for f in found["context"]} == {"options: {num_ctx: 1024} in experts.yaml"}
    assert found["budget"][0].verdict is Verdict.GOOD
    assert "key" not in found


async def test_a_key_that_goes_over_an_open_line_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotseat.session.doctor.examine.is_loopback", lambda _url: False)
    monkeypatch.setenv("MY_KEY", "s3cret")
    async with StubOpenAI() as server:
        found = await findings(server.url, ", key_env: MY_KEY")
    (note,) = found["key"]
    assert (note.verdict, "unencrypted" in note.detail) == (Verdict.NOTE, True)
    assert "s3cret" not in str(found)
