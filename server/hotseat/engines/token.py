"""Which token goes to which engine, and to no other.

The embedded engine writes a random token into its file in the runtime directory, and answers only
those who send it. Before a client sends it, the listener at that address proves that it knows the
token: after a crash another user may have taken the port. The key in OLLAMA_API_KEY is for the
host in OLLAMA_HOST. Owns no request but the one for the proof.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
import time
from urllib.parse import urlsplit

from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.engines.runtime import EngineFile, read_engine_file
from hotseat.engines.upstream import Address, Upstream, UpstreamBroken, UpstreamSilent

NONCE_HEADER = "Hotseat-Nonce"
PROOF_HEADER = "Hotseat-Proof"
TOKEN_HINT = "Set OLLAMA_HOST to this address, and OLLAMA_API_KEY to its token"
PROOF_PATIENCE_S = 5.0
"""For the answer, as for any quick question."""
_OLLAMA_PORT = 11434
TRUST_S = 30.0
"""For so long a proof is believed. Less than `upstream.SPARE_S`: a connection that was opened ahead
breaks with the engine, and a process that takes its port meanwhile is asked for the proof."""


def proof(token: str, instance: str, nonce: str) -> str:
    """What the engine answers to `nonce`, in hexadecimal digits.

    The instance is part of the key, and only those learn it who have the token: so a short token
    that a user has set cannot be found by trying words on an answer.
    """
    message = f"hotseat engine {nonce}".encode()
    return hmac.new(f"{token} {instance}".encode(), message, "sha256").hexdigest()


class EngineKey:
    """The token for the engine at `url`, for a client that lives as long as it likes.

    `current` and `other` raise EngineUnavailable when nothing, or something else than the embedded
    engine, listens at its address.
    """

    def __init__(self, url: str, *, trust_s: float = TRUST_S) -> None:
        self._url = url
        self._trust_s = trust_s
        self._token: str | None = None
        self._engine: EngineFile | None = None
        """Whose token it is, if it is the embedded engine's."""
        self._proved_s = 0.0

    async def current(self) -> str:
        """The token that the engine wants; empty when none is known.

        The engine's file is read at the first call and after `doubt`; the proof is asked for then,
        and again when it is old. Between these it waits for nothing.
        """
        if (token := self._token) is not None and await self._is_trusted():
            return token
        token = self._token = await self._find()
        return token

    async def other(self, refused: str) -> str:
        """The one of an engine that was started meanwhile; empty when there is no other."""
        if self._token == refused:
            self.doubt()
        token = await self.current()
        return token if token != refused else ""

    def doubt(self) -> None:
        """A connection broke: another engine, or something else, may listen there now."""
        self._token = None

    async def _is_trusted(self) -> bool:
        if (engine := self._engine) is None:
            return True
        if time.monotonic() - self._proved_s <= self._trust_s:
            return True
        if proves := await _proves(engine):
            self._proved_s = time.monotonic()
        return proves

    async def _find(self) -> str:
        noted = await asyncio.to_thread(_noted)
        if noted is None or not noted.token or _place(noted.url) != _place(self._url):
            if self._engine is not None:  # Whatever listens there now is not to get its prompts.
                raise EngineUnavailable(
                    f"The embedded engine at {self._url} has ended",
                    hint="Start it again. For another engine at its address, restart the editor",
                )
            return _from_environment(self._url)
        if not await _proves(noted):
            raise EngineUnavailable(
                f"What listens at {noted.url} is not the embedded engine:"
                " it does not know its token",
                hint="Another program has taken the port. Start the engine again",
            )
        self._engine, self._proved_s = noted, time.monotonic()
        return noted.token


async def token_for(url: str) -> str:
    """`EngineKey.current`, for a single use."""
    return await EngineKey(url).current()


async def client_environment(url: str) -> dict[str, str]:
    """With it, a program with another runtime directory finds the token, too. Raises as above."""
    token = await token_for(url)
    return {"OLLAMA_HOST": url, "OLLAMA_API_KEY": token} if token else {}


def _noted() -> EngineFile | None:
    try:
        return read_engine_file()
    except HotseatError:  # An unsafe runtime directory: nothing in it is to be believed.
        return None


def _from_environment(url: str) -> str:
    key, host = (os.environ.get(name, "").strip() for name in ("OLLAMA_API_KEY", "OLLAMA_HOST"))
    return key if key and host and _ollama_place(host) == _place(url) else ""


async def _proves(engine: EngineFile) -> bool:
    """Whether what listens there knows the token, which it is not sent. Not by httpx, which takes
    many times as long: a keystroke may wait for this. Raises EngineUnavailable."""
    nonce = secrets.token_hex(16)
    place = _place(engine.url)
    if place is None:
        return False
    address = Address(host=place[1], port=place[2])
    upstream = None
    try:
        async with asyncio.timeout(PROOF_PATIENCE_S):
            upstream = await Upstream.connect(address, silence_s=PROOF_PATIENCE_S)
            await upstream.send(address, "/api/version", more=[(NONCE_HEADER, nonce)])
            _, headers = await upstream.head()
    except (TimeoutError, UpstreamSilent) as error:
        raise EngineUnavailable(
            f"The engine at {engine.url} stopped answering",
            hint="It may be overloaded; `hotseat doctor` tests it",
        ) from error
    except OSError as error:
        raise EngineUnavailable(
            f"No engine answers at {engine.url}", hint="Start it: hotseat engine"
        ) from error
    except UpstreamBroken:
        return False
    finally:
        if upstream is not None:
            upstream.close()
    wanted = proof(engine.token, engine.instance, nonce)
    return hmac.compare_digest(headers.get(PROOF_HEADER.lower(), "").encode(), wanted.encode())


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
