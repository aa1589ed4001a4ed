"""The API of the Hugging Face Hub, as far as a download needs it: addresses, answers, refusals.

Pure: from values to values. Sources: the hub's documentation of `/api/models/{repo}/revision/{rev}`
and `/{repo}/resolve/{revision}/{path}`, and the headers `X-Error-Code` and `Retry-After`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from hotseat.domain.errors import SourceError
from hotseat.domain.sources import HubPart, is_sha256

HUB = "https://huggingface.co"
TOKEN = "HF_TOKEN"
ENDPOINT = "HF_ENDPOINT"
MAX_LISTED = 12
"""Files that an error names."""
_COMMIT = re.compile(r"[0-9a-f]{40}")
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})


class NotOnHub(SourceError):
    """The hub has no such repository or revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the hub is, and the user's token for it; the token is never printed."""

    url: str
    token: str = ""

    @property
    def is_loopback(self) -> bool:
        return _is_loopback(urlsplit(self.url).hostname)

    def headers_for(self, url: str) -> dict[str, str]:
        """Return the headers for a request to `url`: the token goes to the hub and nowhere else."""
        if self.token and _origin(url) == _origin(self.url):
            return {"Authorization": f"Bearer {self.token}"}
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """One file of a commit."""

    name: str
    size_bytes: int
    sha256: str
    """As the hub states it, lower-case hex; empty if it states none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubModel:
    """What the hub states of a source: a commit, the files in order, a licence."""

    commit: str
    files: tuple[HubFile, ...]
    licence: str
    """Empty if the model's card names none."""

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)


def endpoint_of(environ: Mapping[str, str]) -> Endpoint:
    """Return the hub that HF_ENDPOINT names, with the token in HF_TOKEN.

    Raises SourceError for an address that is neither https nor on this machine.
    """
    url = environ.get(ENDPOINT, "").strip().rstrip("/") or HUB
    if not _may_be_asked(url):
        raise SourceError(
            f"{ENDPOINT} is '{url}': only https addresses are used, or http on this machine",
            hint=f"Correct or unset {ENDPOINT}",
        )
    return Endpoint(url=url, token=environ.get(TOKEN, "").strip())


def info_url(endpoint: Endpoint, part: HubPart) -> str:
    """Return the address of what the hub knows of the commit and its files."""
    revision = quote(part.revision or "main", safe="")
    return f"{endpoint.url}/api/models/{part.repo}/revision/{revision}?blobs=true"


def file_url(endpoint: Endpoint, repo: str, commit: str, file: str) -> str:
    """Return the address of a file's bytes."""
    return f"{endpoint.url}/{repo}/resolve/{commit}/{quote(file)}"


def redirected(url: str, location: str) -> str:
    """Return where a redirect from `url` leads. Raises SourceError if it leads to plain http, or
    from another machine to this one."""
    try:
        target = urljoin(url, location)
    except ValueError:  # brackets that make no sense
        target = ""
    if not _may_be_asked(target) or (
        _is_loopback(urlsplit(target).hostname) and not _is_loopback(urlsplit(url).hostname)
    ):
        raise SourceError(
            f"{_host(url)} redirects to an address that is not https",
            hint="Check the network: a proxy may stand between this machine and the hub",
        )
    return target


def read_model(data: object, part: HubPart) -> HubModel:
    """Return what the answer at `info_url` states of `part`. Raises SourceError."""
    if not isinstance(data, Mapping) or not isinstance(data.get("siblings"), list):
        raise SourceError(
            f"the answer about {part.repo} is not that of a model hub",
            hint=f"Check the network, a proxy and {ENDPOINT}",
        )
    commit = data.get("sha")
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
        raise SourceError(f"the hub names no commit for {part.repo}", hint="Pull again later")
    if part.revision and _COMMIT.fullmatch(part.revision) and commit != part.revision:
        raise SourceError(
            f"the hub has another commit than {part.revision} for {part.repo}",
            hint="Check the revision after the @",
        )
    known = {
        str(one["rfilename"]): one
        for one in data["siblings"]
        if isinstance(one, Mapping) and "rfilename" in one
    }
    missing = [name for name in part.files if name not in known]
    if missing:
        raise SourceError(
            f"{part.repo} holds no {missing[0]}", hint=_listing(list(known), part.repo)
        )
    return HubModel(
        commit=commit,
        files=tuple(_file(name, known[name]) for name in part.files),
        licence=_licence(data.get("cardData")),
    )


def is_transient(status: int) -> bool:
    """Return whether the same request may succeed a moment later."""
    return status in _TRANSIENT


def refusal(
    status: int, headers: Mapping[str, str], part: HubPart, endpoint: Endpoint
) -> SourceError:
    """Return what an HTTP status other than success means for the user."""
    host = _host(endpoint.url)
    page = f"{endpoint.url}/{part.repo}"
    if status in (401, 403):
        if "GatedRepo" in headers.get("x-error-code", "") or (status == 403 and endpoint.token):
            what = f"{part.repo} is gated: its licence must be accepted before it is downloaded"
            return SourceError(
                what,
                hint=f"Accept the licence at {page}, set {TOKEN} to an access token, pull again",
            )
        if endpoint.token:
            what = f"{host} gives no access to {part.repo} with the token in {TOKEN}"
            return SourceError(what, hint=f"Check {TOKEN} and the name of the repository")
        what = f"{host} gives no access to {part.repo}: there is no such repository, or it is gated"
        return SourceError(
            what,
            hint=f"Check the name at {page}; accept its licence there and set {TOKEN} if it is "
            "gated or private",
        )
    if status == 404:
        at = f" at {part.revision}" if part.revision else ""
        return NotOnHub(f"{host} has no {part.repo}{at}", hint=f"Check the name at {page}")
    if status == 429:
        after = headers.get("retry-after", "")
        wait = f" for {after} s" if after.isdigit() else ""
        return SourceError(
            f"{host} has answered too many requests from here and asks to wait{wait}",
            hint=f"Pull again later; what was downloaded is kept. A token in {TOKEN} raises the "
            "limit",
        )
    if status >= 500:
        return SourceError(
            f"{host} is not working: HTTP status {status}",
            hint="Pull again later; what was downloaded is kept",
        )
    return SourceError(f"{host} refused: HTTP status {status}", hint=f"Look at {page}")


def _file(name: str, entry: Mapping[str, Any]) -> HubFile:
    lfs = entry.get("lfs")
    lfs = lfs if isinstance(lfs, Mapping) else {}
    size, digest = lfs.get("size", entry.get("size")), str(lfs.get("sha256", "")).lower()
    if not isinstance(size, int) or isinstance(size, bool) or size <= 0:
        raise SourceError(f"the hub states no size of {name}", hint="Pull again later")
    return HubFile(name=name, size_bytes=size, sha256=digest if is_sha256(digest) else "")


def _licence(card: object) -> str:
    if not isinstance(card, Mapping):
        return ""
    licence = card.get("license")
    if licence == "other" and card.get("license_name"):
        licence = card["license_name"]
    words = licence if isinstance(licence, list) else [licence]
    text = ", ".join(str(word) for word in words if word)
    return "".join(c for c in text if c.isprintable())[:100]


def _listing(names: list[str], repo: str) -> str:
    models = sorted(name for name in names if name.lower().endswith(".gguf"))
    if not models:
        return f"{repo} holds no GGUF file at all: look for a repository with GGUF in its name"
    more = f" and {len(models) - MAX_LISTED} more" if len(models) > MAX_LISTED else ""
    return f"It holds {', '.join(models[:MAX_LISTED])}{more}"


def _may_be_asked(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # brackets or a port that make no sense
        return False
    if not host or port == 0 or parts.username or parts.password:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return (
        parts.scheme,
        parts.hostname or "",
        parts.port or (443 if parts.scheme == "https" else 80),
    )


def _host(url: str) -> str:
    return urlsplit(url).netloc
