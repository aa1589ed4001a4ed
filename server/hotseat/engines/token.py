"""How to reach which engine, and which token it gets.

The embedded engine writes a random token, its port and the path of its Unix socket into its file in
the runtime directory, and answers only those who send the token. Hotseat's own processes use the
socket, which no other user can take. Where there is none, the listener at the port proves on each
new connection that it knows the token (`proof`): after a crash another user may have taken the
port. The key in OLLAMA_API_KEY is for the host in OLLAMA_HOST. Sends no token.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.engines.proof import is_generated, proof_key
from hotseat.engines.runtime import EngineFile, read_engine_file, runtime_dir
from hotseat.engines.upstream import (
    PROOF_PATIENCE_S,
    Address,
    Upstream,
    UpstreamSilent,
    UpstreamUnproven,
)
from hotseat.machine.network import is_loopback
from hotseat.machine.platforms import HERE

TOKEN_HINT = "Set OLLAMA_HOST to this address, and OLLAMA_API_KEY to its token"
_OLLAMA_PORT = 11434


class EngineKey:
    """The way to the engine at `url`, for a client that lives as long as it likes.

    `current` and `other` raise EngineUnavailable when the embedded engine that was at this address
    has ended: whatever listens there now must not get its prompts.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._known: Address | None = None
        self._was_embedded = False
        self._proven: Address | None = None
        """The address with which the listener has proved itself, although it need not."""

    async def current(self) -> Address:
        """Return how to connect, with the token that the engine wants (empty: none is known).

        The engine's file is read at the first call and after `doubt`. Between these it waits for
        nothing.
        """
        if self._known is None:
            found = await asyncio.to_thread(self._find)
            if found.api_key and not (found.socket or found.proof_key) and _is_local(self._url):
                found = await self._with_proof_if_given(found)
            self._known = found
        return self._known

    async def other(self, refused: str) -> str:
        """Return the token of an engine that was started meanwhile; empty if there is no other."""
        if self._known is not None and self._known.api_key == refused:
            self.doubt()
        token = (await self.current()).api_key
        return token if token != refused else ""

    def doubt(self) -> None:
        """A connection broke: another engine, or something else, may listen there now."""
        self._known = None

    def unproven(self) -> EngineUnavailable:
        """Return the error for a listener that did not prove itself."""
        return EngineUnavailable(
            f"What listens at {self._url} is not the embedded engine: it does not know its token",
            hint="Another program has taken the port, or the port is forwarded from one with "
            "another number. Start the engine again",
        )

    async def _with_proof_if_given(self, found: Address) -> Address:
        """Return the address with a proof key if the listener knows it.

        A key of the user's own may be an embedded engine's token, or the key of a proxy. What has
        proved itself once must do so for as long as this client lives.
        """
        key = await asyncio.to_thread(proof_key, found.api_key)
        wary = replace(found, proof_key=key)
        if self._proven != wary:
            try:
                (await Upstream.connect(wary, silence_s=PROOF_PATIENCE_S)).close()
            except (OSError, UpstreamSilent, UpstreamUnproven):
                return found
            self._proven = wary
        return wary

    def _find(self) -> Address:
        place = _place(self._url)
        _, host, port = place or ("", "", 0)
        noted = _noted()
        if noted is not None and noted.token and place is not None and _place(noted.url) == place:
            self._was_embedded = True
            return _address_of(noted, host, port)
        if self._was_embedded:
            raise EngineUnavailable(
                f"The embedded engine at {self._url} has ended",
                hint="Start it again. For another engine at its address, restart the editor",
            )
        token = _from_environment(self._url)
        key = proof_key(token) if is_generated(token) else b""
        return Address(host=host, port=port, api_key=token, proof_key=key)


async def token_for(url: str) -> str:
    """Return the token that the engine at `url` wants; empty when none is known."""
    return (await EngineKey(url).current()).api_key


async def client_environment(url: str) -> dict[str, str]:
    """Return the variables by which a program with another runtime directory finds the token."""
    token = await token_for(url)
    return {"OLLAMA_HOST": url, "OLLAMA_API_KEY": token} if token else {}


def _noted() -> EngineFile | None:
    try:
        return read_engine_file()
    except HotseatError:  # An unsafe runtime directory: nothing in it is to be believed.
        return None


def _address_of(noted: EngineFile, host: str, port: int) -> Address:
    path = noted.socket if HERE.has_unix_sockets else ""
    # A socket elsewhere (the path of this directory is too long) may be gone, and another's be
    # there instead.
    is_safe = bool(path) and Path(path).is_relative_to(runtime_dir())
    return Address(
        socket=path,
        host=host,
        port=port,
        api_key=noted.token,
        proof_key=b"" if is_safe else proof_key(noted.token),
    )


def _is_local(url: str) -> bool:
    place = _place(url)
    return place is not None and place[0] == "http" and is_loopback(url)


def _from_environment(url: str) -> str:
    key, host = (os.environ.get(name, "").strip() for name in ("OLLAMA_API_KEY", "OLLAMA_HOST"))
    return key if key and host and _ollama_place(host) == _place(url) else ""


def _place(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port. Names are not looked up: `localhost` may be another address."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, parts.hostname or "", port)


def _ollama_place(host: str) -> tuple[str, str, int] | None:
    """As Ollama reads OLLAMA_HOST: `HOST:PORT` and `HOST` are allowed, too."""
    if "://" in host:
        return _place(host)
    place = _place(f"http://{host}")
    if place is not None and urlsplit(f"http://{host}").port is None:
        place = (place[0], place[1], _OLLAMA_PORT)
    return place
