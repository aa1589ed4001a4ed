"""Access control of a server, in front of every route: Host, Origin and token.

A web page can reach a loopback port by another name for it (DNS rebinding, CVE-2024-28224), which
shows in its Host header, or across origins, which shows in its Origin header. Both get 403 without
a body, as in Ollama. Another user of the machine can reach the port too, but does not know the
token. Owns no route, and reads no body.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Schemes that a web page cannot have: desktop applications and editors (Ollama's envconfig).
_APP_SCHEMES = frozenset({"app", "file", "tauri", "vscode-webview", "vscode-file"})
_ALLOWED_METHODS = "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"
_ALLOWED_HEADERS = "Authorization, Content-Type, User-Agent, Accept, X-Requested-With"


Refuse = Callable[[Scope], Response]
"""Returns the answer to a request without the right token."""


class Guard:
    """Checks each request before the application gets it.

    `bound_host` is the address that the server listens on. Each request needs `Authorization:
    Bearer TOKEN`, except a browser's preflight, which cannot send it; `token` None is for a server
    that anyone on this machine may use. `refuse` makes the answer to a request without the token.
    """

    def __init__(self, app: ASGIApp, *, bound_host: str, token: str | None, refuse: Refuse) -> None:
        self._app = app
        self._bound_host = bound_host
        self._token = token
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if not self._host_allowed(headers.getlist("host")) or not _origin_allowed(origin):
            await Response(status_code=403)(scope, receive, send)
            return
        if origin is not None:
            send = _with_origin(send, origin)
            if scope["method"] == "OPTIONS":
                preflight = {
                    "Access-Control-Allow-Methods": _ALLOWED_METHODS,
                    "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
                    "Access-Control-Max-Age": "43200",
                }
                await Response(status_code=204, headers=preflight)(scope, receive, send)
                return
        if not self._token_right(headers.get("authorization", "")):
            refusal = self._refuse(scope)
            refusal.headers["WWW-Authenticate"] = "Bearer"
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _host_allowed(self, values: list[str]) -> bool:
        if len(values) != 1:
            return False
        host = _host_of("//" + values[0])
        if is_loopback(host) or host == self._bound_host:
            return True
        # A server bound to every address may be called by any of them; the token protects it.
        return self._bound_host in ("0.0.0.0", "::")

    def _token_right(self, authorization: str) -> bool:
        if self._token is None:
            return True
        scheme, _, given = authorization.partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(
            given.strip().encode(), self._token.encode()
        )


def is_loopback(host: str) -> bool:
    """Return whether a host is `localhost`, in 127.0.0.0/8, or ::1.

    Names are not resolved, because DNS answers can be forged.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _origin_allowed(origin: str | None) -> bool:
    if origin is None:
        return True
    scheme = origin.partition(":")[0]
    if scheme in _APP_SCHEMES:
        return True
    host = _host_of(origin)
    return scheme in ("http", "https") and (is_loopback(host) or host == "0.0.0.0")


def _host_of(text: str) -> str:
    try:
        parts = urlsplit(text)
        _ = parts.port  # Raises for an invalid port.
    except ValueError:
        return ""
    if parts.username is not None or parts.path or parts.query or parts.fragment:
        return ""
    return parts.hostname or ""


def _with_origin(send: Send, origin: str) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Access-Control-Allow-Origin"] = origin
            headers.add_vary_header("Origin")
        await send(message)

    return sending
