"""Which weights to mix adapters with, and which mixtures to adopt. Pure.

The weights are chosen on some pieces of code, the mixtures are judged on others. A mixture is
adopted only in a language where the interval of its gain over the adapter alone lies above zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotseat.mixtures.mixture import Weights, own_and_others
from hotseat.train.gain import Gain, paired_gain
from hotseat.train.likelihood import TextScore

Scores = Mapping[str, Sequence[TextScore]]
"""Scores of the pieces of each language, in a fixed order."""


@dataclass(frozen=True, slots=True, order=True)
class Recipe:
    """The weight of an adapter in its own mixture, and that of each of the others."""

    own: float
    others: float

    @property
    def name(self) -> str:
        return f"{self.own:g} own + {self.others:g} of each other"

    def weights(self, own: str, names: Sequence[str]) -> Weights:
        return own_and_others(own, names, scale=self.own, share=self.others)


ALONE = Recipe(1.0, 0.0)
RECIPES = (
    ALONE,
    Recipe(0.85, 0.0),
    Recipe(0.75, 0.0),
    Recipe(0.65, 0.0),
    Recipe(0.8, 0.04),
    Recipe(0.7, 0.06),
    Recipe(0.6, 0.08),
    Recipe(0.5, 0.1),
)
"""The weights that are tried."""


def best_recipe(scores: Mapping[Recipe, Scores]) -> Recipe:
    """Return the recipe with the fewest bits, relative to `ALONE`, as the mean over languages.

    A language counts once, however many bits its pieces take. `ALONE` must be among them.
    """
    return min(scores, key=lambda recipe: relative_bits(scores[recipe], scores[ALONE]))


def best_scale(scores: Mapping[Recipe, Scores]) -> Recipe:
    """Return the best recipe that mixes nothing."""
    return best_recipe({recipe: found for recipe, found in scores.items() if not recipe.others})


def relative_bits(scores: Scores, reference: Scores) -> float:
    """Return the bits as a share of those of `reference`, as the mean over languages."""
    shares = [
        sum(s.nats for s in scores[language]) / (sum(s.nats for s in found) or 1.0)
        for language, found in reference.items()
    ]
    return sum(shares) / len(shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A mixture against the adapter alone, in the adapter's language."""

    language: str
    over_own: Gain
    over_scaled: Gain
    """Against the adapter alone at the best scale: what mixing adds to scaling."""
    over_base: Gain

    @property
    def is_adopted(self) -> bool:
        return self.over_own.wins

    @property
    def is_worse(self) -> bool:
        return self.over_own.interval[1] < 0

    def as_json(self) -> dict[str, Any]:
        return {
            "adopted": self.is_adopted,
            "over_own": self.over_own.as_json(),
            "over_scaled": self.over_scaled.as_json(),
            "over_base": self.over_base.as_json(),
        }


def verdicts(
    mixed: Scores, own: Scores, scaled: Scores, base: Scores, seed: int
) -> tuple[Verdict, ...]:
    """Judge the mixtures on pieces that had no part in the choice of the weights."""
    return tuple(
        Verdict(
            language=language,
            over_own=paired_gain(own[language], found, seed),
            over_scaled=paired_gain(scaled[language], found, seed),
            over_base=paired_gain(base[language], found, seed),
        )
        for language, found in mixed.items()
    )


def together(mixed: Scores, reference: Scores, seed: int) -> Gain:
    """Return the gain over all languages, by the pieces of all of them."""
    return paired_gain(
        [s for language in mixed for s in reference[language]],
        [s for language in mixed for s in mixed[language]],
        seed,
    )
