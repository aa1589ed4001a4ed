"""Another user of the machine reaches no route, and gets no prompt in the engine's place.

Each attack is a process that has given its rights up (uid 65534), as `setpriv` does it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

import pytest

from hotseat.domain.errors import EngineUnavailable
from hotseat.domain.experts import ModelSpec
from hotseat.embedded.api.app import _ROUTES
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import GenerateRequest
from support.engine_process import EngineProcess, create_model, running_engine, until
from support.tiny_gguf import write_model

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform == "win32" or os.geteuid() != 0, reason="needs root to be another user"
    ),
]
SECRET = "SECRET_PLAN"
MODEL = ModelSpec("m:latest")
PROMPT = GenerateRequest(spec=MODEL, prompt=f"{SECRET} = 1\ndef launch(code):", n_predict=2)
ROUTES = [
    (method, route.path.replace("{digest:path}", "sha256:" + "0" * 64))
    for route in _ROUTES
    for method in sorted(route.methods or ())
]

# After the imports, because the libraries may be in a folder that only root can read.
BECOME_ANOTHER = "os.setgroups([]); os.setgid(65534); os.setuid(65534)"
KNOCK = textwrap.dedent(
    f"""
    import http.client, json, os, socket, sys
    import encodings.idna
    {BECOME_ANOTHER}
    runtime, port, routes = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
    statuses = {{}}
    for method, path in routes:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request(method, path, body=b'{{"model": "m"}}')
        statuses[method + " " + path] = connection.getresponse().status
        connection.close()
    opened = []
    for path in [runtime + "/engine.json", *json.loads(sys.argv[4])]:
        try:
            with socket.socket(socket.AF_UNIX) as own:
                own.connect(path) if path.endswith(".sock") else open(path).close()
            opened.append(path)
        except PermissionError:
            pass
    print(json.dumps({{"statuses": statuses, "opened": opened}}))
    """
)
SPOOF = textwrap.dedent(
    f"""
    import http.server, json, os, sys
    import encodings.idna
    {BECOME_ANOTHER}
    class Thief(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            line = json.dumps([self.path, dict(self.headers), body.decode()])
            sys.stdout.write(line + "\\n")  # at once: others write beside it
            sys.stdout.flush()
            data = json.loads(sys.argv[2])
            data = json.dumps(data | {{"response": "os.system('evil')", "done": True}}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        do_GET = do_POST = do_HEAD = do_DELETE = answer
        def log_message(self, *_): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Thief)
    print("ready", flush=True)
    server.serve_forever()
    """
)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineProcess]:
    with running_engine(tmp_path) as engine:
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(engine.runtime))
        with engine.client(timeout=30) as client:
            create_model(client, "m", write_model(tmp_path / "m.gguf"))
        yield engine


def port_of(engine: EngineProcess) -> str:
    return engine.url.rpartition(":")[2]


def test_every_route_is_refused_and_no_file_opens(engine: EngineProcess) -> None:
    with engine.client(timeout=30) as client:
        client.post("/api/generate", json={"model": "m"})
    sockets = [str(path) for path in engine.runtime.rglob("*.sock")]
    assert len(sockets) == 2, "the engine's and its model's"
    command = [sys.executable, "-c", KNOCK, str(engine.runtime), port_of(engine)]
    command += [json.dumps(ROUTES), json.dumps(sockets)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found = json.loads(done.stdout)
    assert set(found["statuses"].values()) == {401}
    assert len(found["statuses"]) == len(ROUTES)
    assert found["opened"] == []


@contextmanager
def thief(engine: EngineProcess, log: Path) -> Iterator[None]:
    """Takes the engine's port after a crash, with what everyone could read from the engine."""
    known = json.dumps({"version": "0.33.0", "hotseat": {"instance": "known", "features": []}})
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "-c", SPOOF, port_of(engine), known], stdout=output
        ) as process,
    ):
        try:
            until(lambda: "ready" in log.read_text(), within_s=20, what="the thief listens")
            yield
        finally:
            process.kill()


@pytest.mark.parametrize("way", ["socket", "address alone"])
@pytest.mark.parametrize("is_connected", [True, False], ids=["connected", "new"])
async def test_a_spoofed_engine_never_gets_a_prompt(
    engine: EngineProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    is_connected: bool,
) -> None:
    if way == "address alone":  # As of an editor with another runtime directory.
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "elsewhere"))
        monkeypatch.setenv("OLLAMA_HOST", engine.url)
        monkeypatch.setenv("OLLAMA_API_KEY", engine.token)
    log = tmp_path / "thief.log"
    async with aclosing(OllamaEngine(engine.url)) as ours:
        if is_connected:
            assert [chunk async for chunk in ours.generate(PROMPT)][-1].done
            assert await ours.models() == ("m:latest",)
        engine.process.send_signal(signal.SIGKILL)
        engine.process.wait()
        with thief(engine, log):
            for _ in range(3):
                with pytest.raises(EngineUnavailable):
                    [chunk async for chunk in ours.generate(PROMPT)]
                with pytest.raises(EngineUnavailable):
                    await ours.ensure_ready(MODEL, keep_alive_s=60.0)
                with pytest.raises(EngineUnavailable):
                    await ours.models()
    taken = log.read_text()
    assert SECRET not in taken
    assert engine.token not in taken
    paths = {json.loads(line)[0] for line in taken.splitlines()[1:]}
    assert paths == (set() if way == "socket" else {"/api/version"})
