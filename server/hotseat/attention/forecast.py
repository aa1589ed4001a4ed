"""How likely each language is to be needed soon.

The first version uses focus, visibility, recency and what is open, with fixed weights. A learned
forecaster takes this function's place; nothing else needs to change for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.attention.state import AttentionState

VISIBLE = 0.6
REGION_HOST = 0.5
RECENT = 0.5
RECENT_HALF_LIFE_S = 300.0
OPEN = 0.1
# A window in the background keeps its focused expert warm, but never pushes for a load.
BACKGROUND_FACTOR = 0.5


@dataclass(frozen=True, slots=True)
class Chance:
    """Probability (0 to 1) that a language is needed within minutes, and why, for people."""

    probability: float
    reason: str
    demanded: bool = False


def forecast(state: AttentionState, now_s: float) -> dict[str, Chance]:
    """Chances by language; languages without any are left out."""
    chances: dict[str, Chance] = {}

    def raise_to(language: str | None, chance: Chance) -> None:
        if language is not None:
            known = chances.get(language)
            # Of two equal chances the later, the more present one, gives the reason.
            if known is None or chance.probability >= known.probability:
                chances[language] = chance

    for buffer in state.buffers.values():
        raise_to(buffer.language, Chance(OPEN, "open"))
    for language, left_s in state.left_s.items():
        age_s = max(0.0, now_s - left_s)
        decayed = RECENT * 0.5 ** (age_s / RECENT_HALF_LIFE_S)
        raise_to(language, Chance(max(decayed, 0.01), f"left {_ago(age_s)} ago"))
    for uri in state.visible:
        if uri != state.focused and (seen := state.buffers.get(uri)) is not None:
            raise_to(seen.current_language, Chance(VISIBLE, "visible"))
    focused = state.buffers.get(state.focused) if state.focused else None
    if focused is not None:
        if focused.region_language != focused.language:
            raise_to(focused.language, Chance(REGION_HOST, "around the cursor's region"))
        raise_to(focused.current_language, Chance(1.0, "under the cursor", demanded=True))

    if state.window_focused:
        return chances
    return {
        language: Chance(c.probability * BACKGROUND_FACTOR, f"{c.reason}, window in background")
        for language, c in chances.items()
    }


def _ago(age_s: float) -> str:
    """Coarse on purpose: the text must not change with every second."""
    if age_s < 60:
        return "less than a minute"
    minutes = int(age_s // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"
