"""Requests to the hub: redirects, refusals, and another try after an interruption.

Owns the connection, and which host gets the token. Must not know what is done with an answer.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpx

from hotseat.domain.errors import SourceError
from hotseat.domain.sources import HubPart
from hotseat.engines.sources.hub_api import Endpoint, is_transient, redirected, refusal
from hotseat.machine import network

_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_MAX_REDIRECTS = 5
_MAX_FAILURES = 5
"""In a row, without a byte between them."""
_MAX_WAIT_S = 30.0

Report = Callable[[dict[str, Any]], None]


class Interrupted(Exception):
    """The connection broke, or the hub asks to come back later: worth another try."""

    def __init__(self, error: SourceError, wait_s: float | None = None) -> None:
        self.error = error
        self.wait_s = wait_s


class HubClient:
    """A context manager: the connections of one download. `report` takes what the user may see."""

    def __init__(
        self, endpoint: Endpoint, part: HubPart, report: Report, *, pause_s: float
    ) -> None:
        self._endpoint = endpoint
        self._part = part
        self._report = report
        self._pause_s = pause_s
        self._http = httpx.Client(
            timeout=_TIMEOUT,
            verify=_tls(),
            trust_env=not endpoint.is_loopback,
            headers={"User-Agent": "hotseat", "Accept-Encoding": "identity"},
        )

    def __enter__(self) -> HubClient:
        return self

    def __exit__(self, *exc: object) -> None:
        self._http.close()

    @contextmanager
    def opened(self, url: str, *, start_bytes: int = 0) -> Iterator[httpx.Response]:
        """Yield the answer that redirects lead to. Raises SourceError and Interrupted."""
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                network.check_download(self._part.repo, url)
                headers = self._endpoint.headers_for(url)
                if start_bytes:
                    headers["Range"] = f"bytes={start_bytes}-"
                with self._http.stream("GET", url, headers=headers) as answer:
                    if answer.has_redirect_location:
                        url = redirected(url, answer.headers["location"])
                        continue
                    if not answer.is_success:
                        self._refuse(answer)
                    yield answer
                    return
        except httpx.InvalidURL:
            raise SourceError(
                f"an address of {self._part.repo} makes no sense", hint="Check HF_ENDPOINT"
            ) from None
        except httpx.TransportError as error:
            raise Interrupted(_broken(error, url)) from None
        raise SourceError(
            f"{self._part.repo} is redirected without end", hint="Check HF_ENDPOINT and proxies"
        )

    def _refuse(self, answer: httpx.Response) -> None:
        error = refusal(answer.status_code, answer.headers, self._part, self._endpoint)
        if not is_transient(answer.status_code):
            raise error
        after = answer.headers.get("retry-after", "")
        wait_s = float(after) if after.isdigit() else None
        if wait_s is not None and wait_s > _MAX_WAIT_S:
            raise error
        raise Interrupted(error, wait_s)

    def retrying(self, work: Callable[[], Any], progressed: Callable[[], int] = lambda: 0) -> Any:
        """Run `work` again after an interruption, while it goes on or for some attempts."""
        failures, seen = 0, progressed()
        while True:
            try:
                return work()
            except Interrupted as interrupted:
                now = progressed()
                failures = 1 if now > seen else failures + 1
                seen = now
                if failures >= _MAX_FAILURES:
                    raise interrupted.error from None
                pause_s = self._pause_s * 2 ** (failures - 1)
                self._report({"status": f"{interrupted.error.message}: trying again"})
                time.sleep(pause_s if interrupted.wait_s is None else interrupted.wait_s)


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _broken(error: httpx.TransportError, url: str) -> SourceError:
    host = httpx.URL(url).host
    what = "does not answer" if isinstance(error, httpx.ConnectError) else "stopped answering"
    return SourceError(
        f"{host} {what}",
        hint="Check the network and pull again; what was downloaded is kept",
    )
