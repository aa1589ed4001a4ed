"""Who asks the gateway, and which expert answers: counted in memory, for `hotseat status`.

Holds no text of any request.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

MAX_CLIENTS = 50
MAX_ROUTES = 20
MAX_NAME_CHARS = 60


@dataclass(slots=True, kw_only=True)
class Request:
    """One request on its way."""

    client: str
    model: str
    """As the client names it."""
    began_s: float
    expert: str = ""
    reason: str = ""
    """Why that expert: empty until one is chosen."""
    note: str = "waiting"
    is_whole: bool = False
    """The engine's last line was sent."""


@dataclass(slots=True, kw_only=True)
class _Client:
    n_requests: int = 0
    n_failed: int = 0
    n_running: int = 0
    last_s: float = 0.0
    experts: Counter[str] = field(default_factory=Counter)


class Traffic:
    """`clock` returns seconds since the epoch."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._clients: OrderedDict[str, _Client] = OrderedDict()
        self._running: dict[int, Request] = {}
        self._routes: deque[dict[str, Any]] = deque(maxlen=MAX_ROUTES)

    @contextmanager
    def request(self, client: str, model: str) -> Iterator[Request]:
        """Count a request; one that raises has failed, or its client has left."""
        name = " ".join(client.split())[:MAX_NAME_CHARS] or "unnamed"
        request = Request(client=name, model=model, began_s=self._clock())
        known = self._client(name)
        known.n_requests += 1
        known.n_running += 1
        self._running[id(request)] = request
        outcome = "answered"
        try:
            yield request
        except Exception:
            outcome = "failed"
            known.n_failed += 1
            raise
        except BaseException:  # cancelled, or closed after the last line
            outcome = "answered" if request.is_whole else "left"
            raise
        finally:
            now_s = self._clock()
            known.n_running -= 1
            known.last_s = now_s
            known.experts[request.expert] += bool(request.expert)
            del self._running[id(request)]
            self._routes.append(
                {
                    "time": round(now_s, 3),
                    "client": name,
                    "model": model,
                    "expert": request.expert,
                    "reason": request.reason,
                    "outcome": outcome,
                    "seconds": round(now_s - request.began_s, 3),
                }
            )

    def as_json(self) -> dict[str, Any]:
        """Return the clients, what runs now, and the latest routes, the newest last."""
        now_s = self._clock()
        return {
            "clients": [
                {
                    "name": name,
                    "requests": one.n_requests,
                    "running": one.n_running,
                    "failed": one.n_failed,
                    "experts": dict(one.experts.most_common()),
                }
                for name, one in self._clients.items()
            ],
            "running": [
                {
                    "client": one.client,
                    "model": one.model,
                    "expert": one.expert,
                    "note": one.note,
                    "seconds": round(now_s - one.began_s, 3),
                }
                for one in self._running.values()
            ],
            "routes": list(self._routes),
        }

    def _client(self, name: str) -> _Client:
        known = self._clients.setdefault(name, _Client())
        self._clients.move_to_end(name)
        while len(self._clients) > MAX_CLIENTS:
            idle = next((n for n, one in self._clients.items() if not one.n_running), None)
            if idle is None:
                break
            del self._clients[idle]
        return known
