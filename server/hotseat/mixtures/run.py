"""`hotseat experts mix` and `hotseat experts score`: from adapter files and folders of code to
mixtures and figures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.mixtures import choosing
from hotseat.mixtures.adapter_file import AdapterFile, read_adapter_file, write_adapter_file
from hotseat.mixtures.choosing import ALONE, RECIPES, Recipe, Scores, Verdict
from hotseat.mixtures.mixture import check_together, mixed_pairs, uniform
from hotseat.mixtures.pieces import Piece, pieces_below, split_pieces
from hotseat.mixtures.scoring import Scorer
from hotseat.train.gain import Gain, paired_gain

UNIFORM = "any"
"""The name of the mixture of all adapters with the same weight."""
BASE = "base"

OnStep = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterSet:
    """Adapters over one base, and the languages that each serves."""

    base: Path
    files: Mapping[str, Path]
    """The adapter of each language that counts (`css` for SCSS too), by its name."""
    languages: Mapping[str, str]
    """The adapter's name, by the language id of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixRequest:
    """The arguments of `hotseat experts mix`."""

    adapters: AdapterSet
    choose_from: Path
    judge_from: Path | None
    """None: every second piece of `choose_from` is left for judging."""
    out: Path
    cache: Path
    n_choose: int = 12
    n_judge: int = 20
    seed: int = 1
    recipe: Recipe | None = None
    """None: the best of `RECIPES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixReport:
    """What was written, and the figures."""

    recipe: Recipe
    scaled: Recipe
    tried: Mapping[Recipe, float]
    """Bits relative to the adapters alone, as the mean over languages, where weights were
    chosen."""
    verdicts: tuple[Verdict, ...]
    together: Gain
    together_over_scaled: Gain
    files: Mapping[str, Path]
    """The adopted mixtures, and the uniform one."""
    kept: tuple[str, ...]
    """Languages whose adapter stays as it is."""

    def as_json(self) -> dict[str, Any]:
        return {
            "recipe": {"own": self.recipe.own, "others": self.recipe.others},
            "scale": self.scaled.own,
            "tried": [
                {"own": r.own, "others": r.others, "relative_bits": round(bits, 5)}
                for r, bits in self.tried.items()
            ],
            "languages": {v.language: v.as_json() for v in self.verdicts},
            "together": self.together.as_json(),
            "together_over_scaled": self.together_over_scaled.as_json(),
            "files": {
                name: {"path": str(path), "size_bytes": path.stat().st_size}
                for name, path in self.files.items()
            },
            "kept": list(self.kept),
        }


def read_adapters(files: Mapping[str, Path], base: Path) -> dict[str, AdapterFile]:
    """Read adapters that can be mixed. Raises HotseatError for those that cannot."""
    found = {name: read_adapter_file(path) for name, path in files.items()}
    check_together(found)
    wanted = next(iter(found.values())).base_digest
    if wanted and wanted != _digest(base):
        raise HotseatError(
            f"{base.name} is not the base of these adapters",
            hint=f"Name the file with sha256 {wanted[:12]}… with --base",
        )
    return found


def mix(request: MixRequest, on_step: OnStep) -> MixReport:
    """Choose weights, write the mixtures, judge the written files, and delete those that are not
    adopted.

    Raises HotseatError.
    """
    adapters = read_adapters(request.adapters.files, request.adapters.base)
    if len(adapters) < 2:
        raise HotseatError(
            "There are fewer than two adapters to mix", hint="Name at least two: NAME=FILE.gguf"
        )
    choose, judge = _pieces(request)
    scorer = Scorer(request.adapters.base, adapters, request.cache, on_step)
    recipes = RECIPES if request.recipe is None else dict.fromkeys((ALONE, request.recipe))
    tried = {recipe: _scores(scorer, recipe, adapters, choose) for recipe in recipes}
    recipe = request.recipe or choosing.best_recipe(tried)
    scaled = choosing.best_scale(tried)
    written = write_mixtures(adapters, recipe, request.out)
    mixed_files = {name: path for name, path in written.items() if name != UNIFORM}
    of_files = Scorer(
        request.adapters.base, read_adapters(mixed_files, request.adapters.base), request.cache,
        on_step,
    )  # fmt: skip
    mixed = {name: of_files.score(f"mixture {name}", {name: 1.0}, judge[name]) for name in judge}
    own = _scores(scorer, ALONE, adapters, judge)
    rescaled = _scores(scorer, scaled, adapters, judge)
    base = {name: scorer.score(BASE, {}, pieces) for name, pieces in judge.items()}
    found = choosing.verdicts(mixed, own, rescaled, base, request.seed)
    kept = tuple(v.language for v in found if not v.is_adopted)
    for name in kept:
        written.pop(name).unlink(missing_ok=True)
    return MixReport(
        recipe=recipe,
        scaled=scaled,
        tried={r: choosing.relative_bits(s, tried[ALONE]) for r, s in tried.items()},
        verdicts=found,
        together=choosing.together(mixed, own, request.seed),
        together_over_scaled=choosing.together(mixed, rescaled, request.seed),
        files=written,
        kept=kept,
    )


def write_mixtures(
    adapters: Mapping[str, AdapterFile], recipe: Recipe, out: Path
) -> dict[str, Path]:
    """Write one mixture for each adapter, and the uniform one, at the rank of the adapters."""
    names = list(adapters)
    all_weights = {name: recipe.weights(name, names) for name in names}
    all_weights[UNIFORM] = uniform(names)
    written = {}
    for name, weights in all_weights.items():
        like = adapters.get(name) or next(iter(adapters.values()))
        pairs = mixed_pairs(adapters, weights, alpha=like.alpha, rank=like.rank)
        written[name] = out / f"{name}.gguf"
        write_adapter_file(written[name], pairs, like, alpha=like.alpha, name=name)
    return written


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    """Bits per byte of each adapter in each language, and gains with intervals."""

    pieces: Mapping[str, Sequence[Piece]]
    scores: Mapping[str, Scores]
    """By adapter, `base` first."""
    seed: int

    def gain(self, of: str, over: str, language: str) -> Gain:
        """Return the gain of one adapter over another on the same pieces."""
        return paired_gain(self.scores[over][language], self.scores[of][language], self.seed)


def score_table(
    adapters: AdapterSet,
    folder: Path,
    cache: Path,
    *,
    n: int,
    seed: int,
    own_only: bool,
    on_step: OnStep,
) -> ScoreTable:
    """Score the base and the adapters on pieces of every language.

    With `own_only`, an adapter is scored only in the language that has its name; the base and the
    uniform mixture are scored in all. Raises HotseatError.
    """
    read = read_adapters(adapters.files, adapters.base)
    pieces = pieces_below(folder, adapters.languages, n=n, seed=seed)
    scorer = Scorer(adapters.base, read, cache, on_step)
    scores = {}
    for name in (BASE, *read):
        own = name.rpartition("/")[2]
        languages = [own] if own_only and own in pieces else list(pieces)
        everything = [piece for language in languages for piece in pieces[language]]
        found = iter(scorer.score(name, {} if name == BASE else {name: 1.0}, everything))
        scores[name] = {language: [next(found) for _ in pieces[language]] for language in languages}
    return ScoreTable(pieces=pieces, scores=scores, seed=seed)


def _pieces(request: MixRequest) -> tuple[dict[str, list[Piece]], dict[str, list[Piece]]]:
    languages, seed = request.adapters.languages, request.seed
    if request.judge_from is None:
        both = pieces_below(
            request.choose_from, languages, n=request.n_choose + request.n_judge, seed=seed
        )
        return split_pieces(both, n_first=request.n_choose, n_second=request.n_judge)
    choose = pieces_below(request.choose_from, languages, n=request.n_choose, seed=seed)
    judge = pieces_below(request.judge_from, languages, n=request.n_judge, seed=seed)
    seen = {piece.digest for found in choose.values() for piece in found}
    return choose, {
        name: [piece for piece in found if piece.digest not in seen]
        for name, found in judge.items()
    }


def _scores(
    scorer: Scorer,
    recipe: Recipe,
    adapters: Mapping[str, AdapterFile],
    pieces: Mapping[str, Sequence[Piece]],
) -> Scores:
    return {
        name: scorer.score(f"{name}: {recipe.name}", recipe.weights(name, list(adapters)), found)
        for name, found in pieces.items()
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
