"""Fits the trees of `hotseat.next_edit.trees` on the histories of repositories.

    PYTHONPATH=server:tests python tests/tools/fit_next_edit.py REPOSITORY... > server/hotseat/next_edit/trees.py

Needs scikit-learn, which Hotseat itself does not. Replays the commits as `hotseat bench next-edit` does, with
the right place accepted at each step, and learns which places the commit changes too. Report no figure for a
repository that is named here.
"""

# ruff: noqa: E501

from __future__ import annotations

import random
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

from hotseat.lab.evaluate.next_edit.commits import ChangedFile, commits
from hotseat.lab.evaluate.next_edit.replay import Replay, Tally, Uses, repeats_of, uses_by
from hotseat.next_edit.features import features
from hotseat.next_edit.offers import Offer, Search
from hotseat.syntax.service import SyntaxService

N_COMMITS = 4000
MAX_ROWS = 1500
"""Of one file."""
MAX_STEPS = 4
"""Places accepted after one hunk."""
TREES: dict[str, Any] = {
    "max_iter": 60,
    "learning_rate": 0.17,
    "max_leaf_nodes": 8,
    "l2_regularization": 5,
    "min_samples_leaf": 30,
    "early_stopping": False,
    "random_state": 0,
}


class Teacher(Replay):
    """A replay that knows the commit: it accepts right places, and notes the features of all."""

    def __init__(self, file: ChangedFile, uses: Uses) -> None:
        super().__init__(file, uses)
        self.rows: list[tuple[list[float], bool]] = []
        self._n_steps = 0

    def _follow(self, tally: Tally, repeats: set[tuple[int, int]], *, has_more: bool) -> None:
        self._n_steps = 0
        super()._follow(tally, repeats, has_more=has_more)

    def _offer(self) -> Offer | None:
        search = Search(self._history.lines, self._file.language, list(self._history.hunks()), ())
        uses = (
            self._uses(search.text, self._file.language, search.places) if search.places else None
        )
        right: Offer | None = None
        for situation, found, spots in search.situations(uses):
            allowed = {seed.spot.kind for seed in situation.seeds}
            for i, spot in enumerate(spots):
                if spot.kind in allowed:
                    offer = search.offer_at(found, i, 1.0)
                    place = self._old_place(offer)
                    is_right = place is not None and self._is_right(place, offer.kind)
                    self.rows.append((list(features(situation, spot).values()), is_right))
                    right = right or (offer if is_right else None)
        self._n_steps += 1
        return right if self._n_steps <= MAX_STEPS else None


def main(folders: list[str]) -> None:
    """Print the module."""
    from sklearn.ensemble import (  # type: ignore[import-not-found]
        HistGradientBoostingClassifier,
    )

    uses = uses_by(SyntaxService(time.thread_time).uses)
    rows: list[list[float]] = []
    labels: list[bool] = []
    weights: list[float] = []
    for folder in folders:
        for files in commits(Path(folder), n=N_COMMITS):
            if not any(map(repeats_of, files)):
                continue
            found: list[tuple[list[float], bool]] = []
            for file in files:
                teacher = Teacher(file, uses)
                teacher.run(Tally())
                found += random.Random(0).sample(teacher.rows, min(MAX_ROWS, len(teacher.rows)))
            rows += [values for values, _ in found]
            labels += [is_right for _, is_right in found]
            weights += [len(found) ** -0.5] * len(found)  # a large commit is not more typical
        print(f"{folder}: {len(rows)} places", file=sys.stderr, flush=True)
    model = HistGradientBoostingClassifier(**TREES).fit(rows, labels, sample_weight=weights)
    print(module(model, [Path(folder).name for folder in folders]))


def module(model: Any, names: list[str]) -> str:
    """Return the text of the module for a fitted model."""
    trees = [" ".join(words(tree.nodes, 0)) for (tree,) in model._predictors]
    body = textwrap.fill(" ; ".join(trees), 98, break_long_words=False, break_on_hyphens=False)
    about = textwrap.fill(f"Fitted on the histories of {', '.join(names)}.", 98)
    base = float(model._baseline_prediction.ravel()[0])
    return (
        '"""The fitted trees of `weights.py`, in the form that tests/tools/fit_next_edit.py writes.\n\n'
        f"{about}\n"
        'Each tree in preorder: `feature<threshold` and its two branches, or `=value`.\n"""\n\n'
        f'BASE = {base:.4f}\n"""Log-odds before any tree."""\nTREES = """\n{body}\n"""'
    )


def words(nodes: Any, i: int) -> list[str]:
    """Return a tree from node `i` on, in preorder."""
    node = nodes[i]
    if node["is_leaf"]:
        return [f"={node['value']:.3f}"]
    threshold = f"{float(node['num_threshold']):.3f}".rstrip("0").rstrip(".")
    split = f"{node['feature_idx']}<{threshold}"
    return [split, *words(nodes, node["left"]), *words(nodes, node["right"])]


if __name__ == "__main__":
    main(sys.argv[1:])
