"""The embedded engine's token: it goes to the engine that knows it, and nowhere else."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.errors import EngineRejected, EngineUnavailable, HotseatError
from hotseat.domain.experts import EngineChoice, EngineKind, ModelSpec
from hotseat.engines import token as token_module
from hotseat.engines import transport, upstream
from hotseat.engines.delete import delete
from hotseat.engines.discovery import find_engine, running_embedded_url
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.proof import PROOF_HEADER, new_token, proof, proof_key
from hotseat.engines.protocol import GenerateRequest
from hotseat.engines.pull import pull
from hotseat.engines.runtime import EngineFile, read_engine_file, runtime_dir, write_engine_file
from hotseat.engines.token import client_environment, token_for
from support.stub_engine import MIB, Reply, Seen, StubEngine

REQUEST = GenerateRequest(spec=ModelSpec("go:1b"), prompt="func add(")
SECRET_LIKE = "a-token-of-forty-three-characters-like-ours"


@pytest.fixture(autouse=True)
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runtime directory, and an environment without keys."""
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "run"))
    for name in ("OLLAMA_HOST", "OLLAMA_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "run"


@pytest.fixture
async def stub() -> AsyncIterator[StubEngine]:
    """An engine that wants its token, and has written it down."""
    async with StubEngine() as stub:
        stub.models = {"go:1b": 100 * MIB}
        begin(stub, SECRET_LIKE, "one")
        yield stub


@pytest.fixture
async def engine(stub: StubEngine) -> AsyncIterator[OllamaEngine]:
    engine = OllamaEngine(stub.url)
    yield engine
    await engine.aclose()


def begin(stub: StubEngine, token: str, instance: str) -> None:
    """As an engine that has just been started at that address."""
    stub.token, stub.instance = token, instance
    write_engine_file(url=stub.url, instance=instance, pid=1, token=token)


async def completion(engine: OllamaEngine) -> str:
    async with aclosing(engine.generate(REQUEST)) as chunks:
        return "".join([chunk.text async for chunk in chunks])


def keys_sent(stub: StubEngine) -> set[str | None]:
    return {seen.headers.get("authorization") for seen in stub.requests}


async def test_the_engine_of_this_runtime_directory_gets_its_token(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    assert await completion(engine) == "1"
    assert await engine.models() == ("go:1b",)
    await engine.ensure_ready(ModelSpec("go:1b"), keep_alive_s=60)
    proofs = stub.seen("/api/version")
    assert stub.requests[0] is proofs[0], "the proof comes before the token"
    assert {seen.headers.get("authorization") for seen in proofs} == {None}
    others = [seen for seen in stub.requests if seen not in proofs]
    assert {seen.headers["authorization"] for seen in others} == {f"Bearer {SECRET_LIKE}"}


async def test_each_connection_proves_itself_before_a_request(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    for _ in range(3):
        await completion(engine)
        await engine.ensure_ready(ModelSpec("go:1b"), keep_alive_s=60)
    await stub.until(lambda: len(stub.seen("/api/version")) == stub.n_connections)
    assert stub.n_connections >= 4, "each load has a connection of its own"


async def test_nothing_is_read_from_disk_for_each_request(
    stub: StubEngine, engine: OllamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []

    def read() -> EngineFile | None:
        reads.append(1)
        return original()

    original = read_engine_file
    monkeypatch.setattr(token_module, "read_engine_file", read)
    for _ in range(5):
        await completion(engine)
        await engine.resident()
    assert len(reads) == 1


async def test_pull_and_delete_send_it(stub: StubEngine) -> None:
    async def deleted(_seen: Seen, reply: Reply) -> None:
        await reply.json({})

    async def pulled(_seen: Seen, reply: Reply) -> None:
        await reply.json({"status": "success"})

    stub.answers = {"/api/delete": deleted, "/api/pull": pulled}
    await delete(stub.url, "go:1b")
    await pull(stub.url, "go:1b")
    for path in ("/api/delete", "/api/pull"):
        (seen,) = stub.seen(path)
        assert seen.headers["authorization"] == f"Bearer {SECRET_LIKE}"


async def test_every_way_to_name_it_works(stub: StubEngine) -> None:
    assert await running_embedded_url() == stub.url
    assert (await find_engine(EngineChoice())).kind is EngineKind.EMBEDDED
    for url in (stub.url, f"{stub.url}/"):
        engine = OllamaEngine(url)
        assert (await engine.version()).instance == "one"
        await engine.aclose()


@pytest.mark.parametrize("ask", [completion, OllamaEngine.models], ids=["typing", "quick"])
async def test_a_restart_with_another_token_at_the_same_address_is_survived(
    stub: StubEngine, engine: OllamaEngine, ask: Callable[[OllamaEngine], Any]
) -> None:
    before = await ask(engine)
    begin(stub, "another-token", "two")
    assert await ask(engine) == before
    await stub.die()
    with pytest.raises(EngineUnavailable):
        await ask(engine)
    await stub.start()
    begin(stub, "a-third-token", "three")
    assert await ask(engine) == before


async def test_a_restart_at_another_port_is_found(stub: StubEngine) -> None:
    assert await running_embedded_url() == stub.url
    await stub.die()
    assert await running_embedded_url() is None
    async with StubEngine() as other:
        begin(other, "another-token", "two")
        assert await running_embedded_url() == other.url


async def test_without_a_token_one_is_told_what_to_do(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    """Of an engine with another runtime directory."""
    (runtime_dir() / "engine.json").unlink()
    for ask in (completion, OllamaEngine.models):
        with pytest.raises(EngineRejected, match="OLLAMA_API_KEY") as caught:
            await ask(engine)
        assert caught.value.status == 401
        assert SECRET_LIKE not in repr(caught.value)


async def test_no_other_address_gets_it(stub: StubEngine) -> None:
    async with StubEngine() as other:
        engine = OllamaEngine(other.url)
        await engine.version()
        await engine.aclose()
        await delete(other.url, "go:1b")
        with pytest.raises(HotseatError):
            await pull(other.url, "nothing")
        assert keys_sent(other) == {None}
    host = f"127.0.0.1:{stub.port}"
    for url in (f"https://{host}", f"http://localhost:{stub.port}", "http://127.0.0.1", "http://["):
        assert await token_for(url) == ""
    assert stub.requests == []


@pytest.mark.parametrize("status", [301, 307, 308])
async def test_a_redirect_is_not_followed(
    stub: StubEngine, engine: OllamaEngine, status: int
) -> None:
    async with StubEngine() as other:

        async def elsewhere(_seen: Seen, reply: Reply) -> None:
            await reply.raw(
                f"HTTP/1.1 {status} X\r\nLocation: {other.url}/api/tags\r\n"
                "Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
            )

        stub.answers = dict.fromkeys(("/api/tags", "/api/generate", "/api/delete"), elsewhere)
        for ask in (completion, OllamaEngine.models):
            with suppress(HotseatError):
                await ask(engine)
        await delete(stub.url, "go:1b")
        assert other.requests == []


@pytest.mark.parametrize(
    "claims",
    ["nothing", "the instance", "an old proof", "the engine's at another port", "yes to all"],
)
async def test_a_thief_of_the_port_gets_neither_token_nor_prompt(claims: str) -> None:
    async with StubEngine() as thief:
        write_engine_file(url=thief.url, instance="one", pid=1, token=SECRET_LIKE)
        thief.models = {"go:1b": MIB}
        thief.instance = "" if claims == "nothing" else "one"
        if claims in ("an old proof", "the engine's at another port"):
            key = proof_key(SECRET_LIKE)

            async def replay(seen: Seen, reply: Reply) -> None:
                nonce = seen.headers["hotseat-nonce"]
                passed_on = proof(key, thief.port + 1, nonce)
                old = proof(key, thief.port, "a nonce seen before")
                given = old if claims == "an old proof" else passed_on
                head = f"HTTP/1.1 401 X\r\n{PROOF_HEADER}: {given}\r\n"
                await reply.raw(f"{head}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())

            thief.answers["/api/version"] = replay
        elif claims == "yes to all":
            thief.token = "some other token"
        engine = OllamaEngine(thief.url)
        for ask in (completion, OllamaEngine.models):
            with pytest.raises(EngineUnavailable, match="is not the embedded engine"):
                await ask(engine)
        await engine.aclose()
        assert await running_embedded_url() is None
        assert keys_sent(thief) == {None}
        assert {seen.path for seen in thief.requests} == {"/api/version"}


async def test_a_thief_after_a_crash_gets_no_prompt(stub: StubEngine, engine: OllamaEngine) -> None:
    """The connection kept for the next keystroke breaks with the engine: that shows it."""
    await completion(engine)
    await stub.until(lambda: stub.n_connections >= 2)  # completion, and the spare one
    await stub.die()
    thief = StubEngine()
    thief.port, thief.models, thief.instance = stub.port, stub.models, stub.instance
    async with thief:
        with pytest.raises(EngineUnavailable, match="is not the embedded engine"):
            await completion(engine)
        assert {seen.path for seen in thief.requests} == {"/api/version"}
        assert keys_sent(thief) == {None}


async def test_a_thief_after_an_orderly_end_gets_no_prompt(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    await engine.models()
    (runtime_dir() / "engine.json").unlink()
    await stub.die()
    with pytest.raises(EngineUnavailable):
        await completion(engine)
    thief = StubEngine()
    thief.port, thief.models = stub.port, stub.models
    async with thief:
        for ask in (completion, OllamaEngine.models):
            with pytest.raises(EngineUnavailable, match="has ended"):
                await ask(engine)
        assert thief.requests == []


async def test_a_thief_who_comes_unseen_gets_nothing(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    """No connection of this client breaks, because it has none."""
    await stub.die()
    thief = StubEngine()
    thief.port, thief.models, thief.instance = stub.port, stub.models, stub.instance
    async with thief:
        for ask in (completion, OllamaEngine.models):
            with pytest.raises(EngineUnavailable, match="is not the embedded engine"):
                await ask(engine)
        assert {seen.path for seen in thief.requests} == {"/api/version"}
        assert keys_sent(thief) == {None}


async def test_a_generated_token_in_the_environment_goes_to_who_knows_it(
    stub: StubEngine, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine with another runtime directory, named by its address."""
    token = new_token()
    (runtime_dir() / "engine.json").unlink()
    monkeypatch.setenv("OLLAMA_HOST", stub.url)
    monkeypatch.setenv("OLLAMA_API_KEY", token)
    for knows in (True, False):
        stub.token = token if knows else ""
        async with aclosing(OllamaEngine(stub.url)) as engine:
            if knows:
                assert await completion(engine) == "1"
                stub.requests.clear()
                continue
            for ask in (completion, OllamaEngine.models):
                with pytest.raises(EngineUnavailable, match="is not the embedded engine"):
                    await ask(engine)
    assert keys_sent(stub) == {None}


async def test_a_key_of_the_users_own_is_proved_from_then_on(
    stub: StubEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be a proxy's key, too: then no proof is given, and none is asked for."""
    (runtime_dir() / "engine.json").unlink()
    monkeypatch.setenv("OLLAMA_HOST", stub.url)
    monkeypatch.setenv("OLLAMA_API_KEY", "chosen")
    async with aclosing(OllamaEngine(stub.url)) as proxied:
        stub.token = ""
        assert await completion(proxied) == "1"
    stub.token = "chosen"
    async with aclosing(OllamaEngine(stub.url)) as engine:
        assert await completion(engine) == "1"
        await stub.die()
        stub.token = ""
        stub.requests.clear()
        await stub.start()
        for ask in (completion, OllamaEngine.models):
            with pytest.raises(EngineUnavailable, match="is not the embedded engine"):
                await ask(engine)
    assert keys_sent(stub) == {None}


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets")
async def test_the_socket_is_used_where_there_is_one(
    stub: StubEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thief of the port is never asked, not even for a proof."""
    with tempfile.TemporaryDirectory(prefix="hs-") as short:
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", short)
        async with StubEngine() as own:
            own.token, own.models, own.completion = SECRET_LIKE, stub.models, ["own"]
            path = await own.listen_on(Path(short) / "engine.sock")
            write_engine_file(
                url=stub.url, instance="one", pid=1, token=SECRET_LIKE, socket=str(path)
            )
            async with aclosing(OllamaEngine(stub.url)) as engine:
                assert await completion(engine) == "own"
                assert await engine.models() == ("go:1b",)
            await delete(stub.url, "go:1b")
            assert {seen.path for seen in own.requests} == {
                *("/api/generate", "/api/tags", "/api/delete")
            }
            async with aclosing(OllamaEngine(stub.url)) as engine:
                await own.die()
                for ask in (completion, OllamaEngine.models):
                    with pytest.raises(EngineUnavailable, match="No engine answers"):
                        await ask(engine)
    assert stub.requests == []


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets")
async def test_a_socket_outside_the_runtime_directory_proves_itself(stub: StubEngine) -> None:
    with tempfile.TemporaryDirectory(prefix="hs-") as short:
        async with StubEngine() as thief:
            thief.models = stub.models
            path = await thief.listen_on(Path(short) / "engine.sock")
            write_engine_file(
                url=stub.url, instance="one", pid=1, token=SECRET_LIKE, socket=str(path)
            )
            async with aclosing(OllamaEngine(stub.url)) as engine:
                for ask in (completion, OllamaEngine.models):
                    with pytest.raises(EngineUnavailable, match="is not the embedded engine"):
                        await ask(engine)
            assert {seen.path for seen in thief.requests} == {"/api/version"}


async def test_a_silent_listener_is_no_engine(
    stub: StubEngine, engine: OllamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the connection and does not prove itself."""
    monkeypatch.setattr(upstream, "PROOF_PATIENCE_S", 0.05)
    monkeypatch.setattr(transport, "PROOF_PATIENCE_S", 0.05)
    stub.token = ""
    with stub.gate("/api/version"):
        for ask in (completion, OllamaEngine.models):
            with pytest.raises(EngineUnavailable, match="stopped answering"):
                await ask(engine)


async def test_closing_while_the_proof_is_asked_for_is_no_crash(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    with stub.gate("/api/version") as gate:
        stub.token = ""  # The gate holds the usual answer, so the proof waits.
        asking = asyncio.ensure_future(engine.models())
        await stub.request("/api/version")
        await engine.aclose()
        gate.set()
        with pytest.raises(EngineUnavailable):
            await asking


async def test_a_key_in_the_environment_goes_to_the_host_beside_it(
    stub: StubEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (runtime_dir() / "engine.json").unlink()
    monkeypatch.setenv("OLLAMA_API_KEY", "mine")
    for host, url, key in (
        ("", "http://127.0.0.1:11434", ""),
        ("127.0.0.1", "http://127.0.0.1:11434", "mine"),
        ("127.0.0.1:7", "http://127.0.0.1:7/", "mine"),
        ("https://ollama.example", "https://ollama.example", "mine"),
        ("https://ollama.example", "http://ollama.example", ""),
        ("https://ollama.example", "http://127.0.0.1:11434", ""),
        ("http://[", "http://127.0.0.1:11434", ""),
    ):
        monkeypatch.setenv("OLLAMA_HOST", host)
        assert await token_for(url) == key, (host, url)


async def test_the_file_comes_before_the_environment(
    stub: StubEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", stub.url)
    monkeypatch.setenv("OLLAMA_API_KEY", "of yesterday")
    assert await token_for(stub.url) == SECRET_LIKE


async def test_a_program_elsewhere_gets_it_by_its_environment(
    stub: StubEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = await client_environment(stub.url)
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "elsewhere"))
    assert await token_for(stub.url) == ""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert await token_for(stub.url) == SECRET_LIKE
    assert await client_environment("http://127.0.0.1:9") == {}


async def test_an_unsafe_runtime_directory_is_not_believed(stub: StubEngine, run: Path) -> None:
    run.chmod(0o777)
    assert await token_for(stub.url) == ""
