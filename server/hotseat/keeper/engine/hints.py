"""What the user may need next, for a team's server, which decides itself what it loads."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping

from hotseat.domain.demand import Want
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.keeper.engine.connection import EngineConnection

log = logging.getLogger(__name__)

MIN_PROBABILITY = 0.2
"""A model that is less likely would often take the place of one that another developer uses."""
MAX_HINTS = 2
"""At once: a developer's next language is one of two in most of the traces."""
AGAIN_S = 20.0
"""A hint may be dropped under load, and is sent again after this time if it is still expected."""


def expected_next(
    wants: Iterable[Want],
    server_bytes: Mapping[str, int],
    sent_s: Mapping[ModelSpec, float],
    now_s: float,
) -> tuple[ModelSpec, ...]:
    """Return the models to send as hints: likely, not asked for now, not in the server's memory,
    and not sent just before. `wants` are sorted, strongest first."""
    found = [
        want.spec
        for want in wants
        if not want.demanded
        and want.probability >= MIN_PROBABILITY
        and server_bytes.get(canonical_model_name(want.spec.model)) == 0
    ]
    likely = found[:MAX_HINTS]
    return tuple(spec for spec in likely if now_s - sent_s.get(spec, -AGAIN_S) >= AGAIN_S)


class Hints:
    """Sends hints to the engine of the connection, which `takes_hints`."""

    def __init__(
        self, connection: EngineConnection, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._sent_s: dict[ModelSpec, float] = {}

    async def send(self, wants: Iterable[Want], server_bytes: Mapping[str, int]) -> None:
        """Send what is expected next, unless it was sent lately. Failures are of no matter."""
        now_s = self._clock()
        specs = expected_next(wants, server_bytes, self._sent_s, now_s)
        if not specs or (engine := self._connection.engine) is None:
            return
        self._sent_s = {spec: at for spec, at in self._sent_s.items() if now_s - at < AGAIN_S}
        self._sent_s.update(dict.fromkeys(specs, now_s))
        try:
            await engine.expect(specs)
        except HotseatError as error:
            log.debug("Hints were not sent: %s", error)
