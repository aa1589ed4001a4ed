"""The ingress, with replicas of the test's own: keys, names, limits, errors, metrics, the end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from hotseat.serving.openai.form import SSE_TYPE
from hotseat.team.app import TeamApp
from hotseat.team.config import DeveloperLimits, TeamAdapter, TeamConfig, TeamModel
from hotseat.team.forwarding import Head, Piece
from hotseat.team.keys import add_key

LINE = b'{"done":true}\n'
GOOD = Head(200, "application/x-ndjson", content=LINE)
BROKEN_OFF = "the answer broke off: its engine has ended"
DOWN = Head(503, message="its engine has ended")


class Replicas:
    """Answers each request with a line, once `may_answer` is set."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.answers: list[list[Piece]] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.held: dict[str, int] = {}
        self.expected: list[str] = []
        self.developers: list[str] = []

    async def expect(self, base: str, probability: float) -> None:
        self.expected.append(base)

    def resident(self) -> dict[str, int]:
        return self.held

    def loads(self) -> int:
        return 3

    async def ask(
        self, model: str, path: str, body: bytes, developer: str
    ) -> AsyncGenerator[Piece, None]:
        self.developers.append(developer)
        self.asked.append((model, path, json.loads(body)))
        await self.may_answer.wait()
        for piece in self.answers.pop(0) if self.answers else [GOOD]:
            yield piece


class Desk:
    def __init__(self, client: httpx.AsyncClient, app: TeamApp, replicas: Replicas) -> None:
        self.client = client
        self.app = app
        self.replicas = replicas

    async def ask(self, model: str = "go", **more: Any) -> httpx.Response:
        body = {"model": model, "prompt": "x", **more}
        return await self.client.post("/api/generate", json=body)


@asynccontextmanager
async def serving(folder: Path, *, total: int = 4) -> AsyncIterator[Desk]:
    keys, replicas = folder / "team.keys", Replicas()
    key = add_key(keys, "anna")
    model = TeamModel(
        name="go",
        source="file:/none",
        adapters=(TeamAdapter(name="go-http", path=Path("/none")),),
    )
    config = TeamConfig(
        models=(model,),
        keys_path=keys,
        max_body_bytes=1000,
        limits=DeveloperLimits(concurrent=2, waiting=1),
    )
    app = TeamApp(config, replicas, total=total)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://team",
        headers={"Authorization": f"Bearer {key}"},
    ) as client:
        yield Desk(client, app, replicas)


async def test_a_wrong_key_gets_no_detail(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        for value in ("Bearer wrong", "Basic x", "Bearer", ""):
            headers = {"Authorization": value}
            answer = await desk.client.post("/api/generate", content=b"{", headers=headers)
            assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized"})
        answer = await desk.client.get("/v1/models", headers={"Authorization": "Bearer wrong"})
        assert answer.json()["error"]["message"] == "unauthorized"
        assert (await desk.client.get("/healthz", headers={"Authorization": ""})).text == "ok"
        assert desk.replicas.asked == []


async def test_an_unknown_model_gets_the_list(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        answer = await desk.ask("rust")
        assert answer.status_code == 404
        assert "there are: go, go-http" in answer.json()["error"]
        assert (await desk.client.get("/v1/models/rust")).status_code == 404
        listed = (await desk.client.get("/v1/models")).json()["data"]
        assert [one["id"] for one in listed] == ["go", "go-http"]


async def test_what_would_disturb_others_is_taken_out(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        options = {"num_ctx": 99_999, "temperature": 0}
        answer = await desk.ask("go-http:latest", keep_alive=0, options=options)
        assert answer.content == LINE
        [(model, path, body)] = desk.replicas.asked
        assert (model, path) == ("go-http", "/api/generate")
        assert body == {"model": "go-http", "prompt": "x", "options": {"temperature": 0}}


async def test_a_large_body_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        assert (await desk.ask(system="x" * 2000)).status_code == 413


async def test_another_replica_is_asked_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        desk.replicas.answers = [[DOWN]]
        assert (await desk.ask()).status_code == 200
        desk.replicas.answers = [[DOWN], [DOWN]]
        answer = await desk.ask()
        assert answer.status_code == 503
        assert answer.json()["error"] == "its engine has ended"


async def test_an_answer_that_breaks_off_ends_with_an_error(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        desk.replicas.answers = [[GOOD, DOWN], [Head(200, SSE_TYPE, content=b"data: {}\n\n"), DOWN]]
        first, last = (await desk.ask()).content.splitlines()
        assert (first + b"\n", json.loads(last)) == (LINE, {"error": BROKEN_OFF})
        answer = await desk.client.post("/v1/completions", json={"model": "go", "prompt": "x"})
        _, event = answer.text.strip().split("\n\n")
        assert json.loads(event.removeprefix("data: "))["error"]["message"] == BROKEN_OFF


async def test_a_developer_has_so_many_at_once_and_one_more_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        desk.replicas.may_answer.clear()
        asking = [asyncio.create_task(desk.ask()) for _ in range(3)]
        while len(desk.replicas.asked) < 2:
            await asyncio.sleep(0)
        answer = await desk.ask()
        assert answer.status_code == 429
        assert len(desk.replicas.asked) == 2
        desk.replicas.may_answer.set()
        assert [a.status_code for a in await asyncio.gather(*asking)] == [200] * 3


async def test_metrics_count_by_model(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        await desk.ask()
        await desk.ask("rust")
        text = (await desk.client.get("/metrics")).text
        assert 'hotseat_team_requests_total{model="go",status="200"} 1' in text
        assert 'hotseat_team_refused_total{status="404"} 1' in text
        assert 'hotseat_team_first_piece_seconds_count{model="go"} 1' in text
        assert "anna" not in text


async def test_at_the_end_answers_finish_and_new_requests_are_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        desk.replicas.may_answer.clear()
        asking = asyncio.create_task(desk.ask())
        while not desk.replicas.asked:
            await asyncio.sleep(0)
        ending = asyncio.create_task(desk.app.drain(10.0))
        await asyncio.sleep(0)
        assert (await desk.ask()).status_code == 503
        assert (await desk.client.get("/healthz")).status_code == 503
        desk.replicas.may_answer.set()
        assert (await asking).status_code == 200
        assert await ending == 0


async def test_a_load_without_a_prompt_is_a_hint(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        answer = await desk.client.post("/api/generate", json={"model": "go-http"})
        assert (answer.status_code, answer.json()["done_reason"]) == (200, "load")
        await asyncio.sleep(0)
        assert (desk.replicas.expected, desk.replicas.asked) == (["go"], [])
        desk.replicas.held = {"go": 7}
        await desk.client.post("/api/chat", json={"model": "go", "messages": []})
        odd = {"model": "go", "hotseat_probability": "high"}
        assert (await desk.client.post("/api/generate", json=odd)).status_code == 400
        await asyncio.sleep(0)
        assert desk.replicas.expected == ["go"], "it is there already"
        metrics = (await desk.client.get("/metrics")).text
        assert 'hints_total{outcome="dropped"} 1' in metrics
        assert (await desk.client.post("/api/generate", json={"model": "no"})).status_code == 404


async def test_a_busy_server_drops_hints(tmp_path: Path) -> None:
    async with serving(tmp_path, total=2) as desk:
        desk.replicas.may_answer.clear()
        running = asyncio.create_task(desk.ask())
        while not desk.replicas.asked:
            await asyncio.sleep(0)
        await desk.client.post("/api/generate", json={"model": "go"})
        assert desk.replicas.expected == []
        desk.replicas.may_answer.set()
        assert (await running).status_code == 200


async def test_memory_is_shown_as_the_replicas_report_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        desk.replicas.held = {"go": 7}
        found = (await desk.client.get("/api/ps")).json()
        assert [(m["name"], m["size"]) for m in found["models"]] == [
            ("go:latest", 7),
            ("go-http:latest", 7),
        ]
        assert found["hotseat_team"]["names"] == ["go", "go-http"]


async def test_a_replica_learns_whose_request_it_is(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        await desk.ask()
        assert desk.replicas.developers == ["anna"]
