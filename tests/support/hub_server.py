"""A model hub in this process: its API and its files over real HTTP, with the faults of real ones.

Two servers, as the real hub has: one with the API, and a content network to which it redirects for
the files. Written from the hub's documentation, not from its code.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass(kw_only=True)
class Seen:
    """One request."""

    server: str
    """`hub` or `network`."""
    path: str
    range: str | None
    authorization: str | None
    agent: str | None


@dataclass(kw_only=True)
class HubServer:
    """What the hub holds, and how it misbehaves. Change the fields at any time."""

    url: str = ""
    network_url: str = ""
    repo: str = "owner/some-GGUF"
    commit: str = COMMIT
    branches: dict[str, str] = field(default_factory=dict)
    """Commits by other names than `main`."""
    files: dict[str, bytes] = field(default_factory=dict)
    licence: str | list[str] | None = "apache-2.0"
    states_digests: bool = True
    stated: dict[str, str] = field(default_factory=dict)
    """Digests that are not those of the files."""
    sizes: dict[str, int] = field(default_factory=dict)
    """Sizes that are not those of the files."""
    bodies: dict[str, bytes] = field(default_factory=dict)
    """What is sent in place of a file."""
    token: str | None = None
    """Without it nothing is given."""
    gated: bool = False
    """Files are given only with the token; what is known of them to all."""
    statuses: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Answers with these statuses and headers come first."""
    breaks_after: list[int] = field(default_factory=list)
    """The connection breaks after so many bytes of a file; one each time."""
    ignores_ranges: bool = False
    redirects_to: str | None = None
    """The `Location` for files, in place of the network's."""
    gate: threading.Event | None = None
    """After `breaks_after[0]` bytes, wait for it instead of breaking off."""
    seen: list[Seen] = field(default_factory=list)

    def downloads(self) -> list[Seen]:
        """Return the requests for bytes."""
        return [seen for seen in self.seen if seen.server == "network"]


@contextmanager
def hub_server() -> Iterator[HubServer]:
    """Yield a hub that listens on this machine."""
    hub = HubServer()
    with (
        _listening(_handler(hub, "hub", _hub_answer)) as url,
        _listening(_handler(hub, "network", _network_answer)) as network_url,
    ):
        hub.url, hub.network_url = url, network_url
        yield hub


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def reply(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _handler(
    hub: HubServer, server: str, answer: Callable[[HubServer, _Handler], None]
) -> type[_Handler]:
    class Handler(_Handler):
        def do_GET(self) -> None:
            hub.seen.append(
                Seen(
                    server=server,
                    path=self.path,
                    range=self.headers.get("Range"),
                    authorization=self.headers.get("Authorization"),
                    agent=self.headers.get("User-Agent"),
                )
            )
            try:
                answer(hub, self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

    return Handler


@contextmanager
def _listening(handler: type[_Handler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _hub_answer(hub: HubServer, request: _Handler) -> None:
    parts = urlsplit(request.path)
    path = unquote(parts.path)
    has_token = hub.token is None or request.headers.get("Authorization") == f"Bearer {hub.token}"
    if hub.statuses:
        status, headers = hub.statuses.pop(0)
        request.reply(status, b"{}", headers)
    elif path.startswith(f"/api/models/{hub.repo}/revision/"):
        revision = path.partition("/revision/")[2]
        commit = {"main": hub.commit, hub.commit: hub.commit, **hub.branches}.get(revision)
        if commit is None:
            request.reply(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        elif not has_token and not hub.gated:
            request.reply(401, b"{}", {"X-Error-Code": "RepoNotFound"})
        else:
            assert parse_qs(parts.query) == {"blobs": ["true"]}
            request.reply(200, json.dumps(_info(hub, commit)).encode())
    elif path.startswith(f"/{hub.repo}/resolve/"):
        name = path.partition("/resolve/")[2].partition("/")[2]
        if not has_token:
            code = "GatedRepo" if hub.gated else "RepoNotFound"
            request.reply(401, b"{}", {"X-Error-Code": code})
        elif name not in hub.files:
            request.reply(404, b"{}", {"X-Error-Code": "EntryNotFound"})
        else:
            location = hub.redirects_to or f"{hub.network_url}/blob/{name}?signature=x"
            request.reply(302, b"", {"Location": location})
    else:
        # The hub does not say whether a repository is missing or private.
        request.reply(401, b"{}", {"X-Error-Code": "RepoNotFound"})


def _info(hub: HubServer, commit: str) -> dict[str, Any]:
    siblings: list[dict[str, Any]] = [{"rfilename": "README.md", "size": 12}]
    for name, body in hub.files.items():
        size = hub.sizes.get(name, len(body))
        entry: dict[str, Any] = {"rfilename": name, "size": size}
        if hub.states_digests:
            digest = hub.stated.get(name, hashlib.sha256(body).hexdigest())
            entry["lfs"] = {"sha256": digest, "size": size, "pointerSize": 134}
        siblings.append(entry)
    card = {} if hub.licence is None else {"license": hub.licence}
    return {
        "id": hub.repo,
        "sha": commit,
        "gated": "manual" if hub.gated else False,
        "cardData": card,
        "siblings": siblings,
    }


def _network_answer(hub: HubServer, request: _Handler) -> None:
    name = unquote(urlsplit(request.path).path).removeprefix("/blob/")
    body = hub.bodies.get(name, hub.files[name])
    start, wanted = 0, request.headers.get("Range")
    if wanted is not None and not hub.ignores_ranges:
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
    status = 206 if start else 200
    request.send_response(status)
    request.send_header("Content-Length", str(len(body) - start))
    if start:
        request.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
    request.end_headers()
    rest = body[start:]
    if hub.breaks_after:
        cut = hub.breaks_after.pop(0)
        request.wfile.write(rest[:cut])
        request.wfile.flush()
        if hub.gate is None:
            request.close_connection = True
            return
        hub.gate.wait(30)
        rest = rest[cut:]
    request.wfile.write(rest)
