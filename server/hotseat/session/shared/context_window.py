"""How many tokens a model reads at once, and what share of that estimate has proved to fit.

Tokens are estimated from bytes. Where a text is denser than the estimate (hexadecimal, Chinese,
minified code) the engine rejects the prompt, and the window has to shrink for that model.
"""

from __future__ import annotations

from hotseat.domain.errors import EngineRejected
from hotseat.domain.experts import Expert
from hotseat.residency.memory import DEFAULT_NUM_CTX

SHRINK = 0.6
MAX_SHRINKS = 4


def context_tokens(expert: Expert) -> int:
    """Return the tokens of prompt and answer together that the model is loaded with."""
    num_ctx = expert.spec.option("num_ctx")
    return num_ctx if isinstance(num_ctx, int) else DEFAULT_NUM_CTX


class WindowShares:
    """The share of the estimated window to use, for each model by a key of the caller's."""

    def __init__(self, *, shrink: float = SHRINK, max_shrinks: int = MAX_SHRINKS) -> None:
        self._shrink = shrink
        self._max_shrinks = max_shrinks
        self._n_shrinks: dict[object, int] = {}

    def share(self, key: object) -> float:
        """Return the share, from 1.0 down to `shrink ** max_shrinks`."""
        return float(self._shrink ** self._n_shrinks.get(key, 0))

    def shrink(self, key: object, error: EngineRejected) -> bool:
        """Use a smaller share from now on, if `error` says that the prompt was too long.

        Return False for any other error, and when the share is as small as it may get.
        """
        n_shrinks = self._n_shrinks.get(key, 0)
        is_too_long = error.status == 400 and "context" in error.message
        if not is_too_long or n_shrinks >= self._max_shrinks:
            return False
        self._n_shrinks[key] = n_shrinks + 1
        return True
