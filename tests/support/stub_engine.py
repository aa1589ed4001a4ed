"""An engine that speaks Ollama's API on loopback and does what a test says, when it says so.

No models and no sleeps: a test changes `models`, `resident`, `answers` and `completion`, opens and
closes `gates`, and reads `requests`. Raw HTTP/1.1 on asyncio, so that a test can also send
rubbish, break off in the middle, and see a client hang up.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from hotseat.engines.proof import NONCE_HEADER, PROOF_HEADER, proof, proof_key

MIB = 1024**2


@dataclass(slots=True)
class Seen:
    """One request, as it came over the wire."""

    method: str
    path: str
    body: dict[str, Any]
    raw: bytes
    headers: dict[str, str] = field(default_factory=dict)
    """Names in lower case."""
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the client closed the connection before the answer was complete."""
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_load(self) -> bool:
        return self.path == "/api/generate" and "prompt" not in self.body and not self.is_unload

    @property
    def is_completion(self) -> bool:
        """Not a load, and not a prompt that is only read ahead."""
        return "prompt" in self.body and self.body["options"].get("num_predict", 0) > 1

    @property
    def is_unload(self) -> bool:
        return self.path == "/api/generate" and self.body.get("keep_alive") == 0


class Reply:
    """Where a scripted answer writes; the connection is closed behind it."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def raw(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def events(self, *events: Any, end: bool = True) -> None:
        """A stream as OpenAI's API has it: objects and lines as they are."""
        lines = [e if isinstance(e, str) else f"data: {json.dumps(e)}\n" for e in events]
        data = "\n".join([*lines, "data: [DONE]\n\n" if end else ""])
        await self.body(data.encode(), 200, "text/event-stream")

    async def json(self, value: Any, status: int = 200) -> None:
        await self.body(json.dumps(value).encode(), status, "application/json")

    async def body(self, data: bytes, status: int = 200, kind: str = "text/html") -> None:
        await self.raw(
            f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(data)}\r\nConnection: close\r\n\r\n".encode()
            + data
        )

    async def begin_stream(self) -> None:
        await self.raw(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )

    async def chunk(self, value: Any) -> None:
        line = (value if isinstance(value, str) else json.dumps(value)).encode() + b"\n"
        await self.raw(f"{len(line):x}\r\n".encode() + line + b"\r\n")

    async def end_stream(self) -> None:
        await self.raw(b"0\r\n\r\n")


Answer = Callable[[Seen, Reply], Awaitable[None]]


class StubEngine:
    """Use as an async context manager, or `start` and `aclose`. The same port after a restart."""

    def __init__(self) -> None:
        self.models: dict[str, int] = {}
        """Name → bytes in memory once loaded."""
        self.resident: dict[str, int] = {}
        self.max_resident: int | None = None
        """A load beyond it evicts the oldest, as a daemon with a limit does."""
        self.contexts: dict[str, int] = {}
        self.completion: list[str] = ["1"]
        """Pieces that every completion streams."""
        self.chat: list[str] = ["An answer."]
        """Pieces that every answer to a chat streams."""
        self.templates: dict[str, str] = {}
        """Name → chat template; a model without one is a base model."""
        self.answers: dict[str, Answer] = {}
        """Path → what to answer instead of the usual."""
        self.gates: dict[str, asyncio.Event] = {}
        """Path, `load` or `unload` → the answer waits until the gate is open."""
        self.n_slots: int | None = None
        """Requests that each model takes at a time, as a daemon with OLLAMA_NUM_PARALLEL; None for
        any number."""
        self.pace: Callable[[Seen], Awaitable[object]] | None = None
        """Awaited before each piece of an answer to a chat."""
        self.stopped: dict[str, asyncio.Event] = {}
        """Name → its process is stopped until the event is set."""
        self.weights: dict[str, str] = {}
        """Name → digest of its weights (64 hex digits), if `show` is to report it."""
        self.requests: list[Seen] = []
        self.version = "0.33.0"
        self.token = ""
        """Not empty: demanded, and proved, as the embedded engine does."""
        self.instance = ""
        self.port = 0
        self.n_connections = 0
        self._server: asyncio.AbstractServer | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._changed = asyncio.Condition()
        self._slots: dict[str, asyncio.Semaphore] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.die()

    async def start(self) -> None:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, limit=64 * MIB
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def listen_on(self, path: Path) -> Path:
        """Listen on a Unix socket instead of the port."""
        assert self._server is not None
        self._server.close()
        self._server = await asyncio.start_unix_server(self._serve, path, limit=64 * MIB)
        return path

    async def die(self) -> None:
        """As by SIGKILL: every connection breaks, and nobody listens."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._connections):
            writer.transport.abort()
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._server = None

    @contextmanager
    def gate(self, name: str) -> Iterator[asyncio.Event]:
        """Answers of that path, or of `load` or `unload`, wait inside the block until it is set."""
        gate = self.gates[name] = asyncio.Event()
        try:
            yield gate
        finally:
            gate.set()
            del self.gates[name]

    async def until(self, condition: Callable[[], bool], timeout_s: float = 30.0) -> None:
        """Wait for something that requests change."""
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(condition)

    async def request(self, path: str, n: int = 1) -> Seen:
        """The `n`th request to that path (or `load`, `unload`), waited for."""
        await self.until(lambda: len(self.seen(path)) >= n)
        return self.seen(path)[n - 1]

    def seen(self, path: str) -> list[Seen]:
        if path == "load":
            return [seen for seen in self.requests if seen.is_load]
        if path == "unload":
            return [seen for seen in self.requests if seen.is_unload]
        return [seen for seen in self.requests if seen.path == path]

    def prompts(self) -> list[dict[str, Any]]:
        """Bodies of completions, in order."""
        return [seen.body for seen in self.completions()]

    def chats(self) -> list[dict[str, Any]]:
        """Bodies of questions asked by chat, in order."""
        return [seen.body for seen in self.seen("/api/chat")]

    def completions(self) -> list[Seen]:
        return [seen for seen in self.requests if seen.is_completion]

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # --- HTTP ---

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._connections.add(writer)
        self.n_connections += 1
        await self._notify()
        early = b""
        try:
            while (seen := await self._read(reader, early)) is not None:
                self.requests.append(seen)
                await self._notify()
                following = await self._respond(seen, reader, Reply(writer))
                if following is None:
                    break
                early = following
        except (OSError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            pass  # the stub dies; a cancelled server task would be reported as an error
        finally:
            self._tasks.discard(task)
            self._connections.discard(writer)
            writer.close()

    async def _read(self, reader: asyncio.StreamReader, early: bytes) -> Seen | None:
        line = early + await reader.readline()
        if not line:
            return None
        method, path, _ = line.decode().split(" ", 2)
        headers = {}
        while (header := (await reader.readline()).strip()) != b"":
            name, _, value = header.decode().partition(":")
            headers[name.lower()] = value.strip()
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        body = json.loads(raw) if raw else {}
        return Seen(method=method, path=path, body=body, raw=raw, headers=headers)

    async def _respond(
        self, seen: Seen, reader: asyncio.StreamReader, reply: Reply
    ) -> bytes | None:
        """None: the connection is over. Else what was read of the next request already."""
        scripted = seen.path in self.answers
        answer = asyncio.ensure_future(self._answer(seen, reply))
        # A client sends nothing while it waits: what ends this early is the end of the file.
        following = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({answer, following}, return_when=asyncio.FIRST_COMPLETED)
            if following.done() and not answer.done():
                seen.hung_up.set()
                return None
            await answer
            if scripted:
                return None
            return following.result() if following.done() else b""
        finally:
            for task in (answer, following):
                task.cancel()
            await asyncio.gather(answer, following, return_exceptions=True)
            seen.done.set()
            await self._notify()

    async def _answer(self, seen: Seen, reply: Reply) -> None:
        if self.token and seen.headers.get("authorization") != f"Bearer {self.token}":
            await self._refuse(seen, reply)
            return
        kind = "load" if seen.is_load else "unload" if seen.is_unload else seen.path
        if (gate := self.gates.get(kind)) is not None:
            await gate.wait()
        if (answer := self.answers.get(seen.path)) is not None:
            await answer(seen, reply)
            return
        match seen.path:
            case "/api/version":
                ours = {"hotseat": {"instance": self.instance}} if self.instance else {}
                await self._json(reply, {"version": self.version, **ours})
            case "/api/tags":
                models = [{"name": name, "size": size} for name, size in self.models.items()]
                await self._json(reply, {"models": models})
            case "/api/ps":
                models = [
                    {"name": n, "size": size, "context_length": self.contexts.get(n, 4096)}
                    for n, size in self.resident.items()
                ]
                await self._json(reply, {"models": models})
            case "/api/show":
                await self._show(seen, reply)
            case "/api/generate" | "/api/chat":
                await self._generate(seen, reply)
            case _:
                await self._json(reply, {"error": "not found"}, 404)

    async def _json(self, reply: Reply, value: Any, status: int = 200) -> None:
        data = json.dumps(value).encode()
        await reply.raw(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n".encode()
            + data
        )

    async def _refuse(self, seen: Seen, reply: Reply) -> None:
        nonce = seen.headers.get(NONCE_HEADER.lower(), "")
        proved = proof(proof_key(self.token), self.port, nonce)
        data = b'{"error": "unauthorized"}'
        await reply.raw(
            f"HTTP/1.1 401 X\r\nContent-Type: application/json\r\n{PROOF_HEADER}: {proved}\r\n"
            f"Content-Length: {len(data)}\r\n\r\n".encode()
            + data
        )

    async def _show(self, seen: Seen, reply: Reply) -> None:
        model = canonical(str(seen.body.get("model")))
        if model not in self.models:
            await self._json(reply, {"error": f"model '{model}' not found"}, 404)
            return
        template = self.templates.get(model, "{{ .Prompt }}{{ .Suffix }}")
        show: dict[str, Any] = {"capabilities": ["completion", "insert"], "template": template}
        if model in self.weights:
            show["modelfile"] = f"FROM /models/blobs/sha256-{self.weights[model]}\n"
        await self._json(reply, {**show, "details": {}, "model_info": {}})

    async def _generate(self, seen: Seen, reply: Reply) -> None:
        model = canonical(str(seen.body.get("model")))
        if model not in self.models:
            await self._json(reply, {"error": f"model '{model}' not found"}, 404)
        elif seen.is_unload:
            self.resident.pop(model, None)
            await self._json(reply, {"done": True, "done_reason": "unload", "response": ""})
        elif seen.is_load:
            self._take(model)
            await self._json(reply, {"done": True, "done_reason": "load", "response": ""})
        else:
            self._take(model)
            async with self._slot(model):
                if (stopped := self.stopped.get(model)) is not None:
                    await stopped.wait()
                await self._write(seen, reply)

    def _slot(self, model: str) -> AbstractAsyncContextManager[object]:
        """Models of the same weights share a process, and its slots."""
        if self.n_slots is None:
            return nullcontext()
        runner = self.weights.get(model, model)
        return self._slots.setdefault(runner, asyncio.Semaphore(self.n_slots))

    async def _write(self, seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        is_chat = seen.path == "/api/chat"
        for piece in self.chat if is_chat else self.completion:
            if is_chat and self.pace is not None:
                await self.pace(seen)
            text = {"message": {"content": piece}} if is_chat else {"response": piece}
            await reply.chunk({**text, "done": False})
        last = {"response": "", "done": True, "done_reason": "stop", "prompt_eval_count": 7}
        await reply.chunk(last)
        await reply.end_stream()

    def _take(self, model: str) -> None:
        """Into memory, if it is not there."""
        if model in self.resident:
            return
        while self.max_resident is not None and len(self.resident) >= self.max_resident:
            del self.resident[next(iter(self.resident))]
        self.resident[model] = self.models[model]


def canonical(name: str) -> str:
    return name if ":" in name else f"{name}:latest"
