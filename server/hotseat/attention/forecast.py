"""How likely each language is to be needed soon: what is on the screen, and the forecaster's guess.

The language under the cursor is certain. For each of the others, the forecaster computes how likely
it is the next one within a few files. Without a forecaster, recency decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hotseat.attention.forecaster import Guess
from hotseat.attention.state import AttentionState

# Shares of the next change that go to what is on the screen, before habits are asked. They are not
# measured: the commit histories on which the habits' weights were fitted show no screens.
VISIBLE_SHARE = 0.5
REGION_HOST_SHARE = 0.5
UNSEEN_SHARE = 0.1
CHANGED_SHARE = 0.1
CHANGED_FOR_S = 120.0
"""How long a change on disk by another program counts."""

# Without a forecaster.
VISIBLE = 0.6
REGION_HOST = 0.5
RECENT = 0.5
RECENT_HALF_LIFE_S = 300.0
OPEN = 0.1
CHANGED = 0.05

# A window in the background keeps its focused expert warm, but never pushes for a load.
BACKGROUND_FACTOR = 0.5
NEGLIGIBLE = 0.005


class Chance(NamedTuple):
    """Probability (0 to 1) that a language is needed soon, and the reason for the user.

    `reason` continues after the language's name: `is visible`, `often follows this file`.
    """

    probability: float
    reason: str
    demanded: bool = False


def forecast(
    state: AttentionState, now_s: float, guesses: Mapping[str, Guess] | None = None
) -> dict[str, Chance]:
    """Return the chances by language; languages without any are left out."""
    chances = _by_recency(state, now_s) if guesses is None else _by_habit(state, now_s, guesses)
    if (language := state.language_in_use(now_s)) is not None:
        chances[language] = Chance(1.0, "is under the cursor", demanded=True)
    if state.window_focused:
        return chances
    return {
        language: Chance(c.probability * BACKGROUND_FACTOR, f"{c.reason}, window in background")
        for language, c in chances.items()
    }


def _by_habit(
    state: AttentionState, now_s: float, guesses: Mapping[str, Guess]
) -> dict[str, Chance]:
    probabilities = {language: guess.probability for language, guess in guesses.items()}
    reasons: dict[str, str] = {}
    """Reasons for languages that are on the screen."""
    for languages, share, reason in (
        (_changed(state, now_s), CHANGED_SHARE, "changed on disk"),
        # An open file whose language was never under the cursor: habits know nothing of it.
        (state.open_languages - state.left_s.keys(), UNSEEN_SHARE, "is open"),
        (_visible(state), VISIBLE_SHARE, "is visible"),
        (_region_host(state), REGION_HOST_SHARE, "is around the cursor's region"),
    ):
        if languages:  # get that share of everything, in equal parts
            probabilities = {k: p * (1.0 - share) for k, p in probabilities.items()}
            for language in languages:
                part = share / len(languages)
                probabilities[language] = probabilities.get(language, 0.0) + part
                reasons[language] = reason
    return {
        k: Chance(p, reasons[k] if k in reasons else guesses[k].reason)
        for k, p in probabilities.items()
        if p >= NEGLIGIBLE
    }


def _by_recency(state: AttentionState, now_s: float) -> dict[str, Chance]:
    chances: dict[str, Chance] = {}

    def raise_to(language: str, chance: Chance) -> None:
        known = chances.get(language)
        if known is None or chance.probability > known.probability:
            chances[language] = chance

    for language in _changed(state, now_s):
        raise_to(language, Chance(CHANGED, "changed on disk"))
    for language in state.open_languages:
        raise_to(language, Chance(OPEN, "is open"))
    for language, left_s in state.left_s.items():
        age_s = max(0.0, now_s - left_s)
        decayed = RECENT * 0.5 ** (age_s / RECENT_HALF_LIFE_S)
        raise_to(language, Chance(max(decayed, 0.01), f"was left {_ago(age_s)} ago"))
    for language in _visible(state):
        raise_to(language, Chance(VISIBLE, "is visible"))
    for language in _region_host(state):
        raise_to(language, Chance(REGION_HOST, "is around the cursor's region"))
    return chances


def _changed(state: AttentionState, now_s: float) -> set[str]:
    """Return the languages that other programs wrote just now, without those under the cursor."""
    if not state.changed_s:
        return set()
    changed = {k for k in state.changed_s if state.changed_within(k, CHANGED_FOR_S, now_s)}
    return changed - {state.focused_language, state.language_in_use(now_s)}


def _visible(state: AttentionState) -> set[str]:
    """Return the visible languages other than the one under the cursor."""
    buffers = [state.buffers.get(uri) for uri in state.visible if uri != state.focused]
    seen = {b.current_language for b in buffers if b is not None}
    return {language for language in seen if language is not None} - {state.focused_language or ""}


def _region_host(state: AttentionState) -> set[str]:
    buffer = state.buffers.get(state.focused) if state.focused else None
    if buffer is None or buffer.language is None or buffer.language == buffer.current_language:
        return set()
    return {buffer.language}


def _ago(age_s: float) -> str:
    """Return an age in coarse units, so that the text does not change every second."""
    if age_s < 60:
        return "less than a minute"
    minutes = int(age_s // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"
