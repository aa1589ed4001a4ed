"""The guard: it rejects requests without the token, and foreign pages with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from hotseat.domain.errors import EngineError
from hotseat.embedded.api.app import create_app
from hotseat.embedded.api.refusal import engine_refusal
from hotseat.embedded.api.state import EngineState
from hotseat.embedded.daemon import _token
from hotseat.embedded.models.store import ModelStore
from hotseat.embedded.processes.pool import Pool
from hotseat.engines.proof import NONCE_HEADER, PROOF_HEADER, proof, proof_key
from hotseat.serving.guard import Guard

TOKEN = "right"
RIGHT = {"Authorization": f"Bearer {TOKEN}"}
WRONG: list[dict[str, Any]] = [
    {},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer righ"},
    {"Authorization": "Bearer rightt"},
    {"Authorization": "Bearer RIGHT"},
    {"Authorization": "Basic right"},
    {"Authorization": "right"},
    {"Authorization": "Bearer r\u00efght".encode()},
    {"X-Api-Key": "right"},
]


def client(bound_host: str = "127.0.0.1") -> httpx.AsyncClient:
    guard = Guard(
        PlainTextResponse("inside"),
        bound_host=bound_host,
        token=TOKEN,
        refuse=engine_refusal(port=1234, token=TOKEN, token_at=Path("/run/hotseat/engine.json")),
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url="http://127.0.0.1:1234")


@pytest.mark.parametrize("headers", WRONG, ids=str)
async def test_requests_without_the_token_are_rejected(headers: dict[str, str]) -> None:
    async with client() as engine:
        for method in ("GET", "HEAD", "POST", "DELETE", "PUT", "OPTIONS"):
            answer = await engine.request(method, "/", headers=headers)
            assert answer.status_code == 401, method
            assert answer.headers["www-authenticate"] == "Bearer"
            assert PROOF_HEADER not in answer.headers
    error = answer.json()["error"]
    assert "OLLAMA_API_KEY" in error
    assert "/run/hotseat/engine.json" in error
    assert TOKEN not in error.split("/run")[0].split()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_with_it_one_does(scheme: str) -> None:
    async with client() as engine:
        answer = await engine.get("/", headers={"Authorization": f"{scheme} {TOKEN}"})
        assert answer.text == "inside"


@pytest.mark.parametrize("headers", [{}, RIGHT])
async def test_a_foreign_page_is_refused_with_it_and_without(headers: dict[str, str]) -> None:
    async with client() as engine:
        for foreign in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            for method in ("GET", "POST", "OPTIONS"):
                answer = await engine.request(method, "/", headers={**headers, **foreign})
                assert (answer.status_code, answer.content) == (403, b"")


async def test_a_page_of_this_machine_needs_it_after_its_preflight() -> None:
    origin = {"Origin": "http://localhost:3000"}
    async with client() as engine:
        preflight = await engine.options("/", headers=origin)
        assert preflight.status_code == 204
        assert "Authorization" in preflight.headers["access-control-allow-headers"]
        refused = await engine.get("/", headers=origin)
        assert refused.status_code == 401
        assert refused.headers["access-control-allow-origin"] == origin["Origin"]
        assert (await engine.get("/", headers={**origin, **RIGHT})).text == "inside"


async def test_a_refusal_proves_who_refuses() -> None:
    async with client() as engine:
        answer = await engine.get("/api/version", headers={NONCE_HEADER: "abc"})
        assert answer.headers[PROOF_HEADER] == proof(proof_key(TOKEN), 1234, "abc")
        other = await engine.get("/api/version", headers={NONCE_HEADER: "abd"})
        assert other.headers[PROOF_HEADER] != answer.headers[PROOF_HEADER]
        inside = await engine.get("/", headers={**RIGHT, NONCE_HEADER: "abc"})
        assert PROOF_HEADER not in inside.headers


def test_a_token_that_the_user_sets_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE", " chosen ")
    assert _token("127.0.0.1", "MINE") == "chosen"


def test_else_it_is_random() -> None:
    first, second = _token("127.0.0.1", None), _token("127.0.0.1", None)
    assert first != second
    assert len(first) >= 43, "32 bytes"


@pytest.mark.parametrize("value", ["", "  ", "two words", "schl\u00fcssel", "a\tb"])
def test_a_token_that_no_header_can_carry_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("MINE", value)
    with pytest.raises(EngineError, match="MINE"):
        _token("127.0.0.1", "MINE")


async def test_refused_requests_do_not_keep_the_engine_running(tmp_path: Path) -> None:
    now_s = [0.0]
    store = ModelStore(tmp_path)
    app, activity = create_app(
        EngineState(store=store, pool=Pool(store, None), instance="i", n_cores=1),
        bound_host="127.0.0.1",
        port=1234,
        token=TOKEN,
        token_at=tmp_path / "engine.json",
        clock=lambda: now_s[0],
    )
    transport = httpx.ASGITransport(app)
    foreign = {**RIGHT, "Origin": "https://evil.example"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1234") as engine:
        for headers in [*WRONG, foreign]:
            now_s[0] += 60.0
            assert (await engine.get("/api/version", headers=headers)).status_code in (401, 403)
        now_s[0] += 60.0
        preflight = await engine.options("/", headers={"Origin": "http://localhost"})
        assert preflight.status_code == 204
        assert activity.idle_s == now_s[0]
        assert (await engine.get("/api/version", headers=RIGHT)).status_code == 200
        assert activity.idle_s == 0.0
