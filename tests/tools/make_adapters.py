r"""Makes the adapters that Hotseat ships: fetches their code, trains them, measures them.

    PYTHONPATH=server:tests python tests/tools/make_adapters.py \
        [--only LANGUAGE] [--steps N] [--prepare | --evaluate]

`make adapters` runs it. Whatever is there already is not made again: packages and folders of code
in the cache, adapters in it, scores. The adapters, their cards and figures.json are copied to
adapters/hotseat_adapters once all of them are trained.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.roster.load import load_choice
from tools import adapter_cards, adapter_figures, adapter_sources
from tools.adapter_sources import LANGUAGES, Package

ALL = "all"
"""The adapter of all languages together: in the figures, and not shipped."""
TRAINED_AS = {"css": ("css", "scss"), "javascript": ("javascript", "typescript")}
"""Language ids that one adapter learns; of a language that is not here, its own."""
LEARNS_FROM = {"html": ("html", "css", "javascript")}
"""Folders of code, where they are more than its own: pages hold styles and scripts."""
BASE = "smollm2:135m"
STEPS = 160
BATCH = 2
"""Windows in a step: half of what `hotseat train` takes, for twice the steps in the same time."""
RANK = 8
LEARNING_RATE = 2e-3
EVALUATE_EVERY = 40
N_EVALUATED = 12
"""Windows, at each evaluation on the way: only to keep the best, the figures are made elsewhere."""
ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "adapters" / "hotseat_adapters"


def main() -> int:
    asked = _arguments()
    os.environ["OMP_NUM_THREADS"] = str(asked.threads)  # before torch is imported
    try:
        packages = adapter_sources.read_recipe(SHIPPED / "sources.yaml")
        cache = asked.cache.resolve()
        adapter_sources.lay_out(packages, cache)
        if asked.prepare:
            return 0
        # In the folder of the base: the trainer finds it there under its name in the cards.
        base = adapter_sources.fetch_base(cache / "base" / BASE)
        os.chdir(base.parent)
        wanted = asked.only or [*LANGUAGES, ALL]
        if not asked.evaluate:
            for name in wanted:
                _train(name, packages, cache, asked)
        _evaluate([*LANGUAGES, ALL], packages, cache, asked)
    except HotseatError as error:
        print(f"{error}\n{error.hint or ''}".strip(), file=sys.stderr)
        return 1
    return 0


def _train(name: str, packages: Sequence[Package], cache: Path, asked: argparse.Namespace) -> None:
    """As `hotseat train` does it. It goes on from its own checkpoint where it was stopped."""
    from hotseat.cli.train import progress_line
    from hotseat.train.run import TrainRequest, train
    from hotseat.train.tune import TrainingSettings

    out = cache / "adapters" / name
    if _adapter(cache, name) is not None:
        return
    learned = LANGUAGES if name == ALL else LEARNS_FROM.get(name, (name,))
    ids = tuple(i for language in learned for i in TRAINED_AS.get(language, (language,)))
    out.mkdir(parents=True, exist_ok=True)
    sources = out / "sources.json"
    sources.write_text(json.dumps(adapter_cards.sources(packages, learned)))
    request = TrainRequest(
        languages=ids,
        folders=tuple(cache / "train" / language for language in learned),
        out=out,
        name=name,
        base=BASE,
        settings=TrainingSettings(
            steps=asked.steps,
            batch=BATCH,
            evaluate_every=EVALUATE_EVERY,
            n_evaluated=N_EVALUATED,
            rank=asked.rank,
            alpha=2.0 * asked.rank,
            learning_rate=asked.learning_rate,
        ),
        sources=sources,
        threads=asked.threads,
    )

    def report(text: str) -> None:
        print(f"{name}: {text}", file=sys.stderr, flush=True)

    train(
        request,
        load_choice("starter", None, trusted=True).roster,
        report=report,
        on_progress=lambda progress: (
            report(progress_line(progress)) if progress.step % 5 == 0 else None
        ),
    )


def _evaluate(
    names: Sequence[str], packages: Sequence[Package], cache: Path, asked: argparse.Namespace
) -> None:
    """Of those adapters that there are. They are shipped together, so that each card's figures
    have all the others."""
    made = {name: path for name in names if (path := _adapter(cache, name)) is not None}
    held_out = {
        language: adapter_figures.excerpts(cache / "heldout" / language) for language in LANGUAGES
    }
    scores = adapter_figures.score(Path(BASE), made, held_out, cache / "scores")
    found = adapter_figures.figures(scores, held_out)
    print(adapter_figures.table(found))
    if missing := [name for name in names if name not in made]:
        print(f"Not copied to {SHIPPED}: {', '.join(missing)} not trained yet", file=sys.stderr)
        return
    for name, path in made.items():
        if name != ALL:
            shutil.copyfile(path, SHIPPED / f"{name}.gguf")
            card = adapter_cards.card(name, path.parent, packages, found)
            (SHIPPED / f"{name}.md").write_text(card)
    (SHIPPED / "figures.json").write_text(json.dumps(found, indent=1) + "\n")
    mix_shipped({name: path for name, path in made.items() if name != ALL}, SHIPPED)


def mix_shipped(trained: Mapping[str, Path], folder: Path) -> None:
    """Replace adapters by their mixtures where `mixtures.json` says that one was adopted, and write
    the uniform one and the sections of the cards.

    `hotseat experts mix` and `hotseat experts score` made the figures in `mixtures.json`; after a
    new training they are to be made again, on repositories as docs/shipped-adapters.md names them.
    """
    from hotseat.mixtures.adapter_file import read_adapter_file
    from hotseat.mixtures.choosing import Recipe
    from hotseat.mixtures.run import UNIFORM, write_mixtures

    kept = json.loads((folder / "mixtures.json").read_text())
    found = kept["mix"]
    recipe = Recipe(found["recipe"]["own"], found["recipe"]["others"])
    with tempfile.TemporaryDirectory() as made:
        read = {name: read_adapter_file(path) for name, path in trained.items()}
        for name, path in write_mixtures(read, recipe, Path(made)).items():
            if name not in found["kept"]:
                shutil.copyfile(path, folder / path.name)
            if name == UNIFORM:
                text = adapter_cards.uniform(found, kept["independent"], folder / path.name)
                (folder / f"{name}.md").write_text(text)
            else:
                card = folder / f"{name}.md"
                section = adapter_cards.mixed(name, found, kept["independent"])
                file = folder / path.name
                card.write_text(adapter_cards.with_mixed(card.read_text(), section, file))


def _adapter(cache: Path, name: str) -> Path | None:
    """None until it is whole: the card is written last."""
    folder = cache / "adapters" / name
    return folder / f"{name}.gguf" if (folder / "CARD.md").is_file() else None


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Help)
    parser.add_argument("--cache", type=Path, default=ROOT / "adapters-cache")
    parser.add_argument("--only", action="append", choices=[*LANGUAGES, ALL])
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--rank", type=int, default=RANK)
    parser.add_argument("--learning-rate", type=float, default=LEARNING_RATE)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--prepare", action="store_true", help="fetch and lay out the code only")
    parser.add_argument("--evaluate", action="store_true", help="measure what is trained already")
    return parser.parse_args()


class _Help(argparse.RawDescriptionHelpFormatter, argparse.ArgumentDefaultsHelpFormatter):
    pass


if __name__ == "__main__":
    sys.exit(main())
