"""Which weights are chosen, and which mixtures are adopted."""

from __future__ import annotations

from hotseat.mixtures.choosing import ALONE, Recipe, best_recipe, best_scale, verdicts
from hotseat.train.likelihood import TextScore


def scores(*nats: float) -> list[TextScore]:
    return [TextScore(nats=n, n_bytes=100, n_tokens=30) for n in nats]


def test_each_language_counts_once_however_many_bits_it_takes() -> None:
    tried = {
        ALONE: {"go": scores(1000), "sql": scores(10)},
        Recipe(0.75, 0.0): {"go": scores(1005), "sql": scores(9.8)},
        Recipe(0.7, 0.06): {"go": scores(1010), "sql": scores(9)},
    }
    assert best_recipe(tried) == Recipe(0.7, 0.06)
    assert best_scale(tried) == Recipe(0.75, 0.0)


def test_a_mixture_is_adopted_only_where_the_interval_says_so() -> None:
    own = {"go": scores(*[100.0] * 20), "css": scores(*[100.0] * 20), "sql": scores(*[100.0] * 20)}
    mixed = {
        "go": scores(*[97.0, 98.5] * 10),
        "css": scores(*[90.0, 109.0] * 10),
        "sql": scores(*[102.0, 104.0] * 10),
    }
    go, css, sql = verdicts(mixed, own, own, own, seed=1)
    assert (go.is_adopted, go.is_worse) == (True, False)
    assert (css.is_adopted, css.is_worse) == (False, False)
    assert (sql.is_adopted, sql.is_worse) == (False, True)
