"""A window's side of unloading by hand: its requests to the keeper, and since when each model is
unloaded. Owns no connection."""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from hotseat.domain.errors import EngineUnavailable
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.keeper.state import KeeperState
from hotseat.residency.released_models import Release, ReleaseAnswer, ReleaseOutcome


class Releases:
    """`send` sends a message to the keeper; `clock` returns monotonic seconds."""

    def __init__(
        self,
        send: Callable[[dict[str, Any]], None],
        *,
        answer_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._answer_s = answer_s
        self._clock = clock
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[list[ReleaseAnswer]]] = {}
        self._since_s: Mapping[str, float] = {}
        self._stopped_s: float | None = None
        self._is_new = True

    async def ask(self, releases: Sequence[Release]) -> list[ReleaseAnswer]:
        """Unload models, and return what becomes of each.

        Raises EngineUnavailable if the keeper does not answer in time.
        """
        number = next(self._ids)
        answer: asyncio.Future[list[ReleaseAnswer]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._send(release_message(releases, number=number))
        try:
            return await asyncio.wait_for(answer, self._answer_s)
        except TimeoutError:
            raise EngineUnavailable(
                "The window that drives the engine does not answer", hint="Try again"
            ) from None
        finally:
            del self._waiting[number]

    def answered(self, message: Mapping[str, Any]) -> None:
        """The keeper sent `message`. Raises one of `versions.UNREADABLE`."""
        answers = decode_answers(message)
        waiting = self._waiting.get(message["id"])
        if waiting is not None and not waiting.done():
            waiting.set_result(answers)

    def note_state(self, state: KeeperState) -> None:
        """Note since when each model is unloaded by hand, and the engine stopped.

        What was so before the first state is older than anything that the user does in this window.
        """
        now_s = -math.inf if self._is_new else self._clock()
        self._is_new = False
        if not state.released and not state.is_stopped and not self._since_s:
            self._stopped_s = None
            return
        self._since_s = {name: self._since_s.get(name, now_s) for name in state.released}
        stopped_s = now_s if self._stopped_s is None else self._stopped_s
        self._stopped_s = stopped_s if state.is_stopped else None

    def since_s(self, spec: ModelSpec) -> float | None:
        """Return when the user unloaded the model or stopped the engine; None if it counts as any
        other model."""
        since_s = self._since_s.get(canonical_model_name(spec.model))
        return self._stopped_s if since_s is None else since_s


def release_message(
    releases: Sequence[Release] | None, *, number: int = 0, stops_engine: bool = False
) -> dict[str, Any]:
    """Return the request for a keeper; None: for every model. `number` comes back with the
    answer."""
    return {
        "type": "release",
        "id": number,
        "releases": None if releases is None else [asdict(release) for release in releases],
        "stops_engine": stops_engine,
    }


def decode_releases(message: Mapping[str, Any]) -> list[Release] | None:
    """Return what a client unloads; None for every model. Raises one of `versions.UNREADABLE`."""
    if message["releases"] is None:
        return None
    return [
        Release(
            model=canonical_model_name(str(entry["model"])),
            experts=tuple(map(str, entry["experts"])),
        )
        for entry in message["releases"]
    ]


def answers_message(message: Mapping[str, Any], answers: Sequence[ReleaseAnswer]) -> dict[str, Any]:
    """Return the answer to the request in `message`."""
    return {
        "type": "released",
        "id": message.get("id", 0),
        "answers": [asdict(answer) for answer in answers],
    }


def decode_answers(message: Mapping[str, Any]) -> list[ReleaseAnswer]:
    """Return the keeper's answers. Raises one of `versions.UNREADABLE`."""
    return [
        ReleaseAnswer(**{**entry, "outcome": ReleaseOutcome(entry["outcome"])})
        for entry in message["answers"]
    ]
