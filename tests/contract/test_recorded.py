"""Our answers beside those that a real Ollama gave to the same requests (ollama-exchanges.json).

Statuses, kinds of content and fields are compared; values only where they are words for the client.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.engine_process import create_model, unload
from support.tiny_gguf import write_model

pytestmark = pytest.mark.both_schedules

_RECORDED = json.loads((Path(__file__).parent / "ollama-exchanges.json").read_text())
_EXCHANGES: list[dict[str, Any]] = _RECORDED["exchanges"]
_BY_TITLE = {exchange["title"]: exchange for exchange in _EXCHANGES}

_OTHER_ON_PURPOSE = {
    # Ollama's router cleans the path and redirects; a digest outside the grammar is an error.
    "blob with a bad digest": 400,
}
# Fields that may be missing (Ollama itself leaves `context` out of raw answers, and so on).
_OPTIONAL = {"context", "parameters", "load_duration"}
# What ours adds, where the client may ignore it.
_EXTRA = {"timings", "hotseat", "license", "system", "tensors"}
# What is in a model's metadata depends on the model.
_FREE = {"model_info"}


@pytest.fixture(scope="module")
def c1(client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The recorded model's name, with other weights under it."""
    if client.post("/api/show", json={"model": "c1"}).status_code == 200:
        pytest.skip("not applicable: this engine has a model c1 of its own")
    path = write_model(tmp_path_factory.mktemp("c1") / "c1.gguf", seed=3)
    parameters = {"num_thread": 1, "stop": ["<|im_start|>", "<|im_end|>"]}
    return create_model(client, "c1", path, parameters=parameters)


def test_every_recorded_exchange(client: httpx.Client, c1: str) -> None:
    """In one test and in order: each one finds what the ones before it left."""
    differences = []
    try:
        for exchange in _EXCHANGES:
            differences += [f"{exchange['title']}: {text}" for text in _compare(client, exchange)]
    finally:
        unload(client, "c1:latest")
        for name in ("c1", "x3"):
            client.request("DELETE", "/api/delete", json={"model": name})
    assert differences == []


def _compare(client: httpx.Client, exchange: dict[str, Any]) -> list[str]:
    wanted, answer = exchange["response"], _send(client, exchange["request"])
    status = _OTHER_ON_PURPOSE.get(exchange["title"], wanted["status"])
    if answer.status_code != status:
        return [f"status {answer.status_code}, not {status}: {answer.text[:200]}"]
    if "body" in wanted:
        return _compare_guard(wanted, answer)
    if exchange["title"] in _OTHER_ON_PURPOSE:
        return []
    differences = []
    kind, wanted_kind = answer.headers.get("content-type", ""), wanted["content_type"] or ""
    if wanted["lines"] and kind.split(";")[0] != wanted_kind.split(";")[0]:
        differences.append(f"content type {kind!r}, not {wanted_kind!r}")
    lines = _lines(answer)
    if bool(lines) != bool(wanted["lines"]):
        return [*differences, f"answered {answer.text[:200]!r}"]
    if lines and "status" not in wanted["lines"][0]:
        differences += _fields(wanted["lines"][0], lines[0], "first line")
    if lines:
        differences += _fields(wanted["lines"][-1], lines[-1], "last line")
    return differences


def _compare_guard(wanted: dict[str, Any], answer: httpx.Response) -> list[str]:
    origin = answer.headers.get("access-control-allow-origin")
    if origin != wanted["allow_origin"]:
        return [f"Access-Control-Allow-Origin is {origin!r}"]
    if wanted["status"] == 403 and answer.text:
        return [f"a refusal with the body {answer.text!r}"]
    return []


def _fields(wanted: Any, got: Any, where: str) -> list[str]:
    """Differences in the names of fields and the types of values, and in words for the client."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        missing = wanted.keys() - got.keys() - _OPTIONAL
        more = got.keys() - wanted.keys() - _EXTRA - _OPTIONAL
        found = [f"{where}: no {name!r}" for name in sorted(missing)]
        found += [f"{where}: {name!r} more" for name in sorted(more)]
        for name in wanted.keys() & got.keys() - _FREE:
            found += _fields(wanted[name], got[name], f"{where}.{name}")
        if "error" in wanted and "error" in got:
            found += _words(wanted["error"], got["error"], where)
        if "done_reason" in wanted and wanted["done_reason"] in ("load", "unload", "length"):
            found += _words(wanted["done_reason"], got.get("done_reason", ""), where)
        return found
    if isinstance(wanted, list) and isinstance(got, list):
        return _fields(wanted[0], got[0], f"{where}[0]") if wanted and got else []
    number = (int, float)
    if isinstance(wanted, number) and isinstance(got, number):
        return []
    return [] if type(wanted) is type(got) else [f"{where}: {got!r} for {wanted!r}"]


def _words(wanted: str, got: str, where: str) -> list[str]:
    if wanted.startswith(("pull model manifest", "open ", "This server does not support embed")):
        # The rest is about the server's own files and network.
        wanted, got = wanted.split()[0], got.split()[0]
    return [] if wanted == got else [f"{where}: {got!r}, not {wanted!r}"]


def _send(client: httpx.Client, request: dict[str, Any]) -> httpx.Response:
    body = request.get("body")
    content = body if isinstance(body, str) or body is None else json.dumps(body)
    headers = request.get("headers", {})
    return client.request(request["method"], request["path"], content=content, headers=headers)


def _lines(answer: httpx.Response) -> list[Any]:
    if not answer.text:
        return []
    if answer.headers.get("content-type", "").startswith("text/plain"):
        return [answer.text]
    return [json.loads(line) for line in answer.text.splitlines() if line]
