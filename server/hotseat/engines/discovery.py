"""Find the engine that the roster asks for, open clients, and start the embedded engine.

The order: the host that the roster names (an Ollama's, or that of a server with OpenAI's API); else
an embedded engine that already runs; else an Ollama that answers; else a new embedded engine. So an
Ollama that appears later changes nothing until the user chooses it (`hotseat.useEngine`, or
`engine:` in experts.yaml).
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from hotseat.domain.errors import EngineError, EngineSilent, EngineUnavailable, HotseatError
from hotseat.domain.experts import Adapter, EngineChoice, EngineKind
from hotseat.engines.capabilities import EngineCapabilities, capabilities_of
from hotseat.engines.hung import end_hung_engine, is_stopped, lock_holder
from hotseat.engines.ollama import OllamaEngine, OllamaSettings
from hotseat.engines.openai import OpenAIEngine
from hotseat.engines.protocol import Engine, EngineInfo
from hotseat.engines.runtime import ENGINE_LOCK, read_engine_file, runtime_dir
from hotseat.engines.team.client import TeamClient
from hotseat.engines.wire import WireSettings
from hotseat.machine import network
from hotseat.machine.platforms import own_group

START_PATIENCE_S = 60.0
"""Python, uvicorn and the first bind: 0.6 s on two busy cores, and more than 20 s were seen where
many other programs had a higher priority."""
PROBE_S = 1.0
"""For an engine to say what it is, when only its URL is known."""
IDLE_EXIT_S = 60.0
"""An engine that Hotseat started ends so long after the last request, if it holds no model. A
window asks it every few seconds."""
HUNG_S = 2.0
"""For an engine that has left a question unanswered before: its event loop never waits so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineAddress:
    """`key` names the keeper's lock and socket; `url` is empty for an embedded one not running.
    `key_env` names the environment variable with the key that a server wants."""

    kind: EngineKind
    key: str
    url: str
    key_env: str = ""

    @property
    def capabilities(self) -> EngineCapabilities:
        """The flags of the kind, for as long as the engine has not stated its own."""
        return capabilities_of(self.kind)

    @property
    def can_start(self) -> bool:
        """Hotseat starts the engine if it is not running."""
        return self.kind is EngineKind.EMBEDDED


EMBEDDED = EngineAddress(kind=EngineKind.EMBEDDED, key="embedded", url="")


def ollama_address(host: str) -> EngineAddress:
    """Raises HotseatError when `host` is no URL."""
    url = _checked_url(host)
    return EngineAddress(kind=EngineKind.OLLAMA, key=f"ollama-{_digest(url)}", url=url)


def openai_address(host: str, key_env: str = "") -> EngineAddress:
    """With or without the `/v1` that others count as part of it. Raises HotseatError when `host` is
    no URL."""
    url = _checked_url(host).removesuffix("/v1")
    key = f"openai-{_digest(f'{url} {key_env}'.strip())}"
    return EngineAddress(kind=EngineKind.OPENAI, key=key, url=url, key_env=key_env)


def team_address(host: str, key_env: str = "") -> EngineAddress:
    """Raises HotseatError when `host` is no URL, or would be asked without TLS."""
    url = _checked_url(host).removesuffix("/v1")
    if url.startswith("http:") and not network.is_loopback(url):
        raise HotseatError(
            f"The key and the prompts would go to {url} unencrypted",
            hint="Name it with https://, with TLS by a proxy: docs/team.md",
        )
    key = f"team-{_digest(f'{url} {key_env}'.strip())}"
    return EngineAddress(kind=EngineKind.TEAM, key=key, url=url, key_env=key_env)


async def address_at(url: str, choice: EngineChoice) -> EngineAddress:
    """Return the address of the engine at a URL that the user named without its kind.

    The server's answer decides which kind it is; without an answer, the roster does. The roster's
    key goes to the roster's host and no other. Raises HotseatError when `url` is no URL.
    """
    if choice.kind is EngineKind.OPENAI:
        key_env = choice.key_env
        named = openai_address(choice.host, key_env)
        return named if openai_address(url, key_env) == named else openai_address(url)
    if choice.kind is EngineKind.TEAM:
        team = team_address(choice.host, choice.key_env)
        if team.url == _checked_url(url):
            return team
    ollama, openai = ollama_address(url), openai_address(url)
    if await _responds(ollama) is False and await _responds(openai):
        return openai
    return ollama


def open_engine(
    address: EngineAddress, url: str, adapters: Mapping[str, Adapter] | None = None
) -> Engine:
    """A client for what is at `url`. `adapters` are those of the roster, by model name: the engine
    may load them when their models are wanted."""
    if address.kind is EngineKind.OPENAI:
        return OpenAIEngine(url, key_env=address.key_env, adapters=adapters)
    if address.kind is EngineKind.TEAM:
        return TeamClient(url, key_env=address.key_env)
    return OllamaEngine(url)


def embedded_installed() -> bool:
    return all(importlib.util.find_spec(name) for name in ("xllamacpp", "starlette", "uvicorn"))


async def find_engine(choice: EngineChoice) -> EngineAddress:
    """An engine that is not there yet has an address all the same; raises HotseatError only for a
    host that is no URL."""
    if choice.kind is EngineKind.OLLAMA:
        return ollama_address(choice.host)
    if choice.kind is EngineKind.OPENAI:
        return openai_address(choice.host, choice.key_env)
    if choice.kind is EngineKind.TEAM:
        return team_address(choice.host, choice.key_env)
    running = EngineAddress(
        kind=EngineKind.EMBEDDED, key=EMBEDDED.key, url=await running_embedded_url() or ""
    )
    if choice.kind is EngineKind.EMBEDDED or running.url:
        return running
    if await answers(choice.host) or not embedded_installed():
        return ollama_address(choice.host)
    return running


async def chosen_engine(choice: str, roster: EngineChoice) -> EngineAddress:
    """Return the address of `ollama`, `embedded` or the engine at a URL, as the user wrote it.

    `roster` is the roster's choice: its host counts for `ollama`. Raises HotseatError for other
    words.
    """
    if choice in (EngineKind.OLLAMA, EngineKind.EMBEDDED):
        if roster.kind.needs_host:
            roster = EngineChoice()  # the roster's host is not an Ollama server
        return await find_engine(replace(roster, kind=EngineKind(choice)))
    if choice.startswith(("http://", "https://")):
        return await address_at(choice, roster)
    raise HotseatError(f"'{choice}' is no engine", hint="Use ollama, embedded, or the engine's URL")


async def answers(url: str, *, instance: str | None = None) -> bool:
    """Whether something like Ollama answers there (and is that very instance)."""
    try:
        info = await _info(OllamaEngine(url))
    except EngineError:
        return False
    return instance is None or info.instance == instance


async def _info(engine: OllamaEngine) -> EngineInfo:
    async with aclosing(engine):
        return await engine.version()


async def running_embedded_url() -> str | None:
    """The embedded engine's address, if the one in the runtime file is reached by its socket or
    proves that it is the one that wrote the file, and confirms its instance id."""
    noted = read_engine_file()
    if noted is None:
        return None
    return noted.url if await answers(noted.url, instance=noted.instance) else None


async def start_embedded(*, was_silent: bool = False, patience_s: float = START_PATIENCE_S) -> str:
    """The address of the running embedded engine, started if need be.

    An engine that hangs is killed, and another one started: one that has not answered two questions
    (for QUICK_S and HUNG_S), or one if `was_silent` says that it left one unanswered before.
    Raises EngineUnavailable, with what the engine said last, when it does not come up. Two callers
    at once are safe: the engine holds a lock of its own, and the second one ends by itself.
    """
    if not was_silent and (url := await running_embedded_url()) is not None:
        return url
    if (url := await _end_if_hung()) is not None:
        return url
    if not embedded_installed():
        raise EngineUnavailable(
            "No Ollama answers, and the embedded engine is not installed",
            hint="Start Ollama, or: pip install 'hotseat[embedded]'",
        )
    log = runtime_dir() / "engine.log"
    # Not `hotseat engine`: the command line takes longer to import than the engine itself.
    idle_exit = ["--idle-exit-s", f"{IDLE_EXIT_S:.0f}"]
    command = [sys.executable, "-P", "-m", "hotseat.embedded", *idle_exit]
    process = _spawn(command, log)
    deadline_s = time.monotonic() + patience_s
    while time.monotonic() < deadline_s:
        if (url := await running_embedded_url()) is not None:
            return url
        if process.poll() not in (None, 0):
            break
        await asyncio.sleep(0.05)
    if process.poll() == 0:  # It found the lock held.
        raise EngineUnavailable(
            "Another embedded engine holds the lock and does not answer",
            hint=f"End the process that has {log.parent / ENGINE_LOCK} open",
        )
    if process.poll() is None:
        raise EngineUnavailable(
            f"The embedded engine has not started within {patience_s:.0f} s",
            hint=f"It may still come where the machine is busy: try again; see {log}",
        )
    raise EngineUnavailable(
        f"The embedded engine did not start: {_last_line(log)}", hint=f"See {log}"
    )


async def _end_if_hung() -> str | None:
    """Kill the embedded engine if it hangs; return its address if it answers.

    Raises EngineUnavailable if it cannot be ended.
    """
    noted = read_engine_file()
    holder = None if noted is None else await asyncio.to_thread(lock_holder, noted)
    if noted is None or holder is None:  # It has ended. What is at its address is another program.
        return None
    if not is_stopped(holder):
        quick = OllamaSettings(wire=WireSettings(quick_s=HUNG_S))
        try:
            info = await _info(OllamaEngine(noted.url, settings=quick))
        except EngineSilent:
            pass
        except EngineError:
            return None
        else:
            return noted.url if info.instance == noted.instance else None
    await asyncio.to_thread(end_hung_engine, noted)
    return None


async def resolve_engine_url(choice: EngineChoice) -> str:
    """Return the URL of the engine that the roster chooses; start the embedded engine if need be.

    Raises HotseatError if it has OpenAI's API, and EngineUnavailable.
    """
    address = await find_engine(choice)
    if address.kind is EngineKind.EMBEDDED:
        return address.url or await start_embedded()
    if address.capabilities.owns_memory:
        what = "a team's models" if address.kind is EngineKind.TEAM else "OpenAI's API"
        raise HotseatError(
            f"This needs an Ollama or an embedded engine, and {address.url} is a server with"
            f" {what}",
            hint="What such a server has is its own affair: bring models into it by its own means",
        )
    return address.url


async def _responds(address: EngineAddress) -> bool | None:
    """Whether what is there speaks that API; None when nothing answers in time."""
    engine = open_engine(address, address.url)
    try:
        async with asyncio.timeout(PROBE_S):
            await engine.version()
    except (EngineUnavailable, TimeoutError):
        return None
    except EngineError:
        return False
    finally:
        await engine.aclose()
    return True


def _checked_url(host: str) -> str:
    url = host.rstrip("/")
    if not _is_url(url):
        raise HotseatError(
            f"'{host}' is not the address of an engine",
            hint="Write it like http://127.0.0.1:11434",
        )
    return url


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that make no sense
        return False


def _spawn(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """In a session of its own, so that it outlives the editor that started it."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            **own_group(),
            cwd=log.parent,
            env=network.child_environment(),
        )
    finally:
        os.close(descriptor)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
