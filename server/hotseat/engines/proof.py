"""How the listener at an address proves that it is the embedded engine, before it is sent anything.

The client sends a nonce without the token. The engine refuses that request, as any without the
token, and adds an HMAC of the nonce and of its port: a process that passes the nonce on to the real
engine at another port gets a proof that does not count. Pure: bytes in, bytes out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache

import h11

NONCE_HEADER = "Hotseat-Nonce"
PROOF_HEADER = "Hotseat-Proof"
TOKEN_PREFIX = "hotseat-"
"""Marks a token that an engine made, so a client that has only the token demands the proof, too."""
_TOKEN_BYTES = 32
_GENERATED_CHARS = len(TOKEN_PREFIX) + 43  # 32 bytes in base64
_MAX_ANSWER_BYTES = 1 << 16
# OWASP's parameters for scrypt with 16 MiB; 50 ms, once for each token.
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


def new_token() -> str:
    """Return a random token that can be sent in a header."""
    return TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


def is_generated(token: str) -> bool:
    """Return whether an engine made the token, and not its user."""
    return token.startswith(TOKEN_PREFIX) and len(token) == _GENERATED_CHARS


@lru_cache(maxsize=8)
def proof_key(token: str) -> bytes:
    """Return the key of the proofs.

    A token that a user chose may be short. Trying words on a proof must be slow, so the key of
    such a token takes 50 ms of processor time.
    """
    if is_generated(token):
        return token.encode()
    return hashlib.scrypt(token.encode(), salt=b"hotseat engine", dklen=32, **_SCRYPT)


def proof(key: bytes, port: int, nonce: str) -> str:
    """Return what the engine at `port` answers to `nonce`, in hexadecimal digits."""
    return hmac.new(key, f"hotseat engine {port} {nonce}".encode(), "sha256").hexdigest()


class Challenge:
    """One exchange on a new connection, which can then be used for requests.

    Send `request`, and give `receive` what comes until it returns whether the proof is right.
    """

    def __init__(self, key: bytes, authority: str, port: int) -> None:
        nonce = secrets.token_hex(16)
        self._wanted = proof(key, port, nonce).encode()
        self._http = h11.Connection(h11.CLIENT)
        self._n_bytes = 0
        self._is_right = False
        headers = [("Host", authority), (NONCE_HEADER, nonce)]
        request = h11.Request(method="GET", target="/api/version", headers=headers)
        self.request = (self._http.send(request) or b"") + (
            self._http.send(h11.EndOfMessage()) or b""
        )

    def receive(self, data: bytes) -> bool | None:
        """Return None while the answer is incomplete. Empty `data` is the end of the connection."""
        self._n_bytes += len(data)
        if self._n_bytes > _MAX_ANSWER_BYTES:
            return False
        try:
            self._http.receive_data(data)
            while (event := self._http.next_event()) is not h11.NEED_DATA:
                if isinstance(event, h11.Response):
                    given = dict(event.headers).get(PROOF_HEADER.lower().encode(), b"")
                    self._is_right = hmac.compare_digest(given, self._wanted)
                    if not self._is_right:
                        return False
                elif isinstance(event, h11.EndOfMessage):
                    return self._is_right and self._http.their_state is h11.DONE
                elif not isinstance(event, h11.InformationalResponse | h11.Data):
                    return False
        except h11.RemoteProtocolError:
            return False
        return None
