"""Which token goes to which engine, and to no other.

The embedded engine writes a random token into its file in the runtime directory, and answers only
those who send it. Before a client sends it, whoever listens at that address proves that it knows
the token: after a crash another user may have taken the port. The key in OLLAMA_API_KEY is for the
host in OLLAMA_HOST. Owns no request but the one for the proof.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
from urllib.parse import urlsplit

import httpx

from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.engines.runtime import EngineFile, read_engine_file

NONCE_HEADER = "Hotseat-Nonce"
PROOF_HEADER = "Hotseat-Proof"
TOKEN_HINT = "Set OLLAMA_HOST to this address, and OLLAMA_API_KEY to its token"
_PROOF_TIMEOUT = httpx.Timeout(5.0, connect=1.0)
_OLLAMA_PORT = 11434


def proof(token: str, instance: str, nonce: str) -> str:
    """What the engine answers to `nonce`, in hexadecimal digits.

    The instance is part of the key, and only those learn it who have the token: so a short token
    that a user has set cannot be found by trying words on an answer.
    """
    message = f"hotseat engine {nonce}".encode()
    return hmac.new(f"{token} {instance}".encode(), message, "sha256").hexdigest()


async def token_for(url: str) -> str:
    """The token that the engine at `url` wants; empty when none is known.

    Reads the engine's file, and asks the embedded engine for its proof. Raises EngineUnavailable
    when something else listens at its address, and httpx.TransportError when nothing does.
    """
    noted = await asyncio.to_thread(_noted)
    if noted is not None and noted.token and _place(noted.url) == _place(url):
        await _prove(noted)
        return noted.token
    key, host = (os.environ.get(name, "").strip() for name in ("OLLAMA_API_KEY", "OLLAMA_HOST"))
    return key if key and host and _ollama_place(host) == _place(url) else ""


async def client_environment(url: str) -> dict[str, str]:
    """With it, a program with another runtime directory finds the token, too. Raises as above."""
    token = await token_for(url)
    return {"OLLAMA_HOST": url, "OLLAMA_API_KEY": token} if token else {}


def _noted() -> EngineFile | None:
    try:
        return read_engine_file()
    except HotseatError:  # An unsafe runtime directory: nothing in it is to be believed.
        return None


async def _prove(engine: EngineFile) -> None:
    nonce = secrets.token_hex(16)
    async with httpx.AsyncClient(
        timeout=_PROOF_TIMEOUT, trust_env=False, verify=engine.url.startswith("https:")
    ) as client:
        answer = await client.get(f"{engine.url}/api/version", headers={NONCE_HEADER: nonce})
    wanted = proof(engine.token, engine.instance, nonce)
    if not hmac.compare_digest(answer.headers.get(PROOF_HEADER, "").encode(), wanted.encode()):
        raise EngineUnavailable(
            f"What listens at {engine.url} is not the embedded engine: it does not know its token",
            hint="Another program has taken the port. Start the engine again",
        )


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
