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
"""Of those that may be needed, at once: a developer's next language is one of two in most of the
traces. The model of the file that is open is sent too."""
AGAIN_S = 20.0
"""A hint may be dropped under load, and is sent again after this time if it is still expected."""


def expected_next(
    wants: Iterable[Want],
    server_bytes: Mapping[str, int],
    sent_s: Mapping[ModelSpec, float],
    now_s: float,
) -> dict[ModelSpec, float]:
    """Return the models to send as hints, with their probabilities: those in use and the likely
    ones, of those that are not in the server's memory and were not sent just before.

    `wants` are sorted, strongest first.
    """
    cold = [w for w in wants if server_bytes.get(canonical_model_name(w.spec.model)) == 0]
    needed = [want for want in cold if want.demanded]
    likely = [w for w in cold if not w.demanded and w.probability >= MIN_PROBABILITY]
    found = {w.spec: 1.0 for w in needed} | {w.spec: w.probability for w in likely[:MAX_HINTS]}
    return {
        spec: probability
        for spec, probability in found.items()
        if now_s - sent_s.get(spec, -AGAIN_S) >= AGAIN_S
    }


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
        found = expected_next(wants, server_bytes, self._sent_s, now_s)
        if not found or (engine := self._connection.engine) is None:
            return
        self._sent_s = {spec: at for spec, at in self._sent_s.items() if now_s - at < AGAIN_S}
        self._sent_s.update(dict.fromkeys(found, now_s))
        try:
            await engine.expect(found)
        except HotseatError as error:
            log.debug("Hints were not sent: %s", error)
