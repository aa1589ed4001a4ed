"""A vLLM server as the engine of one replica: its process, and adapters that come and go.

The base model is always in memory, and what takes room beside it are adapters. vLLM has OpenAI's
API only. What it prints goes nowhere: it may hold prompts.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import secrets
import socket
import sys
import time
from pathlib import Path

import httpx

from hotseat.domain.errors import EngineError, EngineUnavailable
from hotseat.machine.platforms import own_group
from hotseat.serving.wire import ApiError
from hotseat.team.config import TeamConfig

START_S = 900.0
"""For reading the weights and compiling; a large model takes minutes."""
PATHS = ("/v1/chat/completions", "/v1/completions")
_TIMEOUT = httpx.Timeout(300.0, connect=5.0)


class VllmEngine:
    """The same methods as `TeamEngine`. A "model" is the base or one of its adapters."""

    def __init__(self, config: TeamConfig) -> None:
        self._model = config.models[0]
        self._command = config.vllm_command
        self._paths = {adapter.name: adapter.path for adapter in self._model.adapters}
        self._key = secrets.token_hex(32)
        self.process: asyncio.subprocess.Process | None = None
        self._client: httpx.AsyncClient | None = None
        self._started_s = 0.0
        self._is_ready = False
        self._loads: dict[str, asyncio.Task[None]] = {}
        self.problems: dict[str, str] = {}
        self.expected_bytes = {
            self._model.name: 0,
            **{name: _folder_bytes(path) for name, path in self._paths.items()},
        }

    async def start(self) -> None:
        """Start the server, which is ready later. Raises EngineError if it cannot be started."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        source = self._model.source.removeprefix("file:").removeprefix("hf:")
        options = ["serve", source, "--served-model-name", self._model.name]
        options += ["--host", "127.0.0.1", "--port", str(port)]
        options += ["--max-model-len", str(self._model.context), "--enable-lora"]
        child = [sys.executable, "-P", "-m", "hotseat.team.engine_child", str(os.getpid()), "--"]
        environment = {
            **os.environ,
            "VLLM_API_KEY": self._key,
            "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "True",
            "VLLM_NO_USAGE_STATS": "1",
        }
        try:
            self.process = await asyncio.create_subprocess_exec(
                *child,
                *self._command,
                *options,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                **own_group(),
            )
        except OSError as error:
            raise EngineError(
                f"vLLM cannot be started: {error.strerror}", hint="Check `vllm:` in team.yaml"
            ) from None
        self._started_s = time.monotonic()
        self._client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {self._key}"},
            timeout=_TIMEOUT,
            trust_env=False,
        )

    async def aclose(self) -> None:
        """End the server."""
        if self._client is not None:
            await self._client.aclose()
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 10)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    @property
    def client(self) -> httpx.AsyncClient:
        if self._client is None:
            raise EngineUnavailable("The replica's vLLM is not started", hint="Wait")
        return self._client

    async def check(self) -> None:
        """Raise EngineUnavailable if it has ended, or does not answer after its start."""
        if self.process is None or self.process.returncode is not None:
            status = "" if self.process is None else f" with status {self.process.returncode}"
            raise EngineUnavailable(
                f"The replica's vLLM has ended{status}",
                hint="Run the command that team.yaml names by hand to see why",
            )
        try:
            (await self.client.get("/health", timeout=10)).raise_for_status()
            self._is_ready = True
        except httpx.HTTPError as error:
            if not self._is_ready and time.monotonic() - self._started_s < START_S:
                return
            raise EngineUnavailable(
                f"The replica's vLLM does not answer: {error!r}", hint="Ray starts another"
            ) from None

    async def load(self, model: str) -> None:
        """Load an adapter, once for all who wait for it. Raises EngineError."""
        if not self._is_ready:
            await self.check()
        if not self._is_ready:
            raise EngineUnavailable("The replica's vLLM is starting", hint="Ask again")
        if model not in self._paths:
            return
        task = self._loads.get(model)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            body = {"lora_name": model, "lora_path": str(self._paths[model])}
            task = asyncio.create_task(self._order("/v1/load_lora_adapter", body))
            self._loads[model] = task
        await asyncio.shield(task)

    async def ensure(self, model: str) -> None:
        """Load an adapter, unless it is there. Raises HotseatError."""
        await self.load(model)

    def prepared(self, path: str, body: bytes, developer: str) -> tuple[bytes, dict[str, str]]:
        """Return the body with vLLM's salt: its prefix cache is shared only within one developer.

        Raises ApiError for Ollama's API.
        """
        if path not in PATHS:
            raise ApiError(
                400, f"{path} is not answered by vLLM: use OpenAI's API, /v1/chat/completions"
            )
        salt = hashlib.sha256(developer.encode()).hexdigest()[:32]
        return json.dumps({**json.loads(body), "cache_salt": salt}).encode(), {}

    async def unload(self, model: str) -> None:
        """Unload an adapter."""
        if self._loads.pop(model, None) is not None:
            await self._order("/v1/unload_lora_adapter", {"lora_name": model})

    async def size_bytes(self, model: str) -> int:
        """Return the size of an adapter's files: vLLM does not report what it takes."""
        return self.expected_bytes[model]

    async def _order(self, path: str, body: dict[str, str]) -> None:
        try:
            answer = await self.client.post(path, json=body)
        except httpx.HTTPError as error:
            raise EngineUnavailable(
                f"The replica's vLLM does not answer: {error!r}", hint="Ray starts another"
            ) from None
        if answer.status_code >= 400 and "already" not in answer.text:
            raise EngineError(
                f"vLLM refused {path} of {body['lora_name']}: {answer.text[:300]}",
                hint="Check the adapter in team.yaml",
            )


def _folder_bytes(path: Path) -> int:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files)
