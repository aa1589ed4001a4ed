"""`bench switch` says what it cannot measure with, and what to do, before it touches anything."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hotseat.cli.main import main
from hotseat.client.distinct_models import write_copy
from hotseat.client.engine_process import work_folder
from hotseat.domain.errors import HotseatError, ModelFileInvalid
from hotseat.embedded.models.gguf import read_gguf
from hotseat.engines.ollama import OllamaEngine
from hotseat.lab.bench.switch import SwitchProgress, SwitchSettings, bench_switch
from hotseat.lab.bench.switch_models import check_given, write_roster
from hotseat.lab.gguf_file import F32, write_gguf
from hotseat.lab.simulate.traces import TraceVisit
from support.stub_engine import Reply, Seen, StubEngine
from support.tiny_gguf import write_model
from support.trace_files import write_trace


@pytest.fixture
async def stub() -> AsyncIterator[StubEngine]:
    async with StubEngine() as stub:
        stub.models = {"a:1b": 100, "b:1b": 100, "c:latest": 100}
        yield stub


@pytest.fixture
async def engine(stub: StubEngine) -> AsyncIterator[OllamaEngine]:
    engine = OllamaEngine(stub.url)
    yield engine
    await engine.aclose()


async def refusal(engine: OllamaEngine, *models: str) -> HotseatError:
    with pytest.raises(HotseatError) as raised:
        await check_given(engine, models)
    assert raised.value.hint
    return raised.value


async def test_distinct_models_that_are_there_are_taken(engine: OllamaEngine) -> None:
    await check_given(engine, ["a:1b", "b:1b", "c:latest"])


async def test_without_models_the_hint_lists_what_there_is(engine: OllamaEngine) -> None:
    for models in ((), ("a:1b",)):
        error = await refusal(engine, *models)
        assert "--models" in error.message
        assert "a:1b, b:1b, c:latest" in error.hint


async def test_a_model_that_is_not_there_is_named(engine: OllamaEngine) -> None:
    error = await refusal(engine, "a:1b", "d:1b")
    assert "does not have d:1b" in error.message
    assert "hotseat pull d:1b" in error.hint


async def test_two_names_of_one_model_are_refused(engine: OllamaEngine, stub: StubEngine) -> None:
    async def same(_seen: Seen, reply: Reply) -> None:
        await reply.json({"modelfile": f"FROM /models/blobs/sha256-{'0' * 64}\n"})

    stub.answers["/api/show"] = same
    error = await refusal(engine, "a:1b", "b:1b")
    assert "a:1b and b:1b are one model" in error.message


async def test_models_that_others_use_are_not_unloaded(
    engine: OllamaEngine, stub: StubEngine
) -> None:
    stub.resident = {"c:latest": 100}
    error = await refusal(engine, "a:1b", "b:1b")
    assert "c:latest" in error.message
    assert stub.resident == {"c:latest": 100}
    assert stub.seen("load") == stub.seen("unload") == []


async def test_no_engine_at_the_address() -> None:
    settings = SwitchSettings(
        visits=visits("phph"), engine_url="http://127.0.0.1:9", models=("a", "b")
    )
    with pytest.raises(HotseatError, match="No engine answers"):
        await bench_switch(settings, SwitchProgress())


def visits(languages: str) -> list[TraceVisit]:
    names = {"p": "python", "h": "html"}
    return [
        TraceVisit(
            session="1",
            developer="d",
            commit=str(i),
            t_s=0.0,
            path=f"{i}.{letter}",
            language=names[letter],
            dwell_s=20.0,
        )
        for i, letter in enumerate(languages)
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["{trace}", "--git", "."], "either a trace or --git"),
        (["nowhere.csv"], "Cannot read nowhere.csv"),
        (["--git", "{folder}"], "git has no history of"),
        (["{trace}", "--models", "a,b"], "--engine-url"),
        (["{trace}", "--engine-url", "localhost"], "is not the address of an engine"),
        (["{trace}", "--engine-url", "http://127.0.0.1:9", "--limit", "2"], "limit of its own"),
        (["{trace}", "--gguf", "{folder}/no.gguf"], "cannot be read"),
        (["{trace}", "--gguf", "{trace}"], "has no title"),
        (["{trace}", "--seats", "2"], "2 seats hold all 2 experts"),
        (["{lonely}"], "only one language"),
    ],
)
def test_what_it_cannot_do_it_says_at_once(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    trace = tmp_path / "trace.csv"
    write_trace(trace, visits("phphphphphph"))
    lonely = tmp_path / "lonely.csv"
    write_trace(lonely, visits("pppppp"))
    places = {"trace": trace, "lonely": lonely, "folder": tmp_path}
    assert main(["bench", "switch", *(part.format(**places) for part in arguments)]) != 0
    out, said = capsys.readouterr()
    assert out == ""
    assert says in re.sub(r"\s+", " ", said)
    assert "Traceback" not in said
    assert list(tmp_path.glob("cache/hotseat/*")) == [], "no file is left"


def test_a_full_disk_is_noticed_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(HotseatError, match=r"need 1000000\.0 GB"), work_folder(10**15):
        pass
    assert list(tmp_path.glob("hotseat/*")) == []


def test_what_a_killed_run_left_is_removed_when_it_is_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    left = tmp_path / "hotseat" / "bench-left"
    left.mkdir(parents=True)
    with work_folder(0):
        assert left.exists(), "it may be another run's"
    with work_folder(0, stale_s=-1.0):
        assert not left.exists()


@pytest.mark.parametrize("n_seats", [2, 5])
async def test_room_for_all_experts_is_refused(
    n_seats: int, stub: StubEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = SwitchSettings(
        visits=visits("phphphphphph"),
        n_seats=n_seats,
        engine_url=stub.url,
        models=("a:1b", "b:1b"),
    )
    with pytest.raises(HotseatError, match="hold all 2 experts") as raised:
        await asyncio.wait_for(bench_switch(settings, SwitchProgress()), 20)
    assert "--seats 1" in raised.value.hint
    assert stub.resident == {}


def test_copies_differ_in_their_title_only(tmp_path: Path) -> None:
    source = write_model(tmp_path / "tiny.gguf")
    for number in (1, 2):
        write_copy(source, tmp_path / f"{number}.gguf", number)
    headers = [read_gguf(path) for path in (source, tmp_path / "1.gguf", tmp_path / "2.gguf")]
    assert [header.text("general.name") for header in headers] == ["tiny", "1 ti", "2 ti"]
    first, second = (dict(header.metadata, **{"general.name": ""}) for header in headers[1:])
    assert first == second
    assert headers[0].tensors == headers[1].tensors == headers[2].tensors
    whole = [path.read_bytes() for path in (source, tmp_path / "1.gguf")]
    assert sum(a != b for a, b in zip(*whole, strict=True)) <= 4


@pytest.mark.parametrize("metadata", [{}, {"general.name": "x"}, {"general.name": ""}])
def test_a_file_whose_copies_could_not_differ_is_refused(
    tmp_path: Path, metadata: dict[str, Any]
) -> None:
    path = write_gguf(
        tmp_path / "odd.gguf",
        {"general.architecture": "llama", **metadata},
        [("w", (32,), F32, bytes(128))],
    )
    with pytest.raises(ModelFileInvalid, match="has no title"):
        write_copy(path, tmp_path / "copy.gguf", 1)


def test_the_roster_has_these_models_and_no_others(tmp_path: Path) -> None:
    roster = write_roster(["a:1b", "b"], tmp_path, ["python", "objective-c"])
    assert [(e.spec.model, e.languages) for e in roster.experts] == [
        ("a:1b", ("python",)),
        ("b:latest", ("objective-c",)),
    ]
    assert all(e.spec.option("num_thread") == 1 for e in roster.experts)
    assert roster.expert_for("yaml") == roster.generalist
