"""`hotseat train` as a whole: code, examples, training loop, GGUF file, gain and card.

Everything that can fail early is checked before the base is loaded.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from hotseat import __version__
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Roster
from hotseat.train.base import Base, LoadedBase, check_memory, find_base, load
from hotseat.train.card import markdown
from hotseat.train.checkpoint import Checkpoints
from hotseat.train.errors import Stopped, disk_error
from hotseat.train.extra import require_extra
from hotseat.train.fill import FillExampleMaker
from hotseat.train.gain import Gain
from hotseat.train.judging import ALL, judge_file
from hotseat.train.lora import TRAINED, Adapted
from hotseat.train.scale import best_scale
from hotseat.train.sources import Gathered, SourceFile, gather, wanted_languages
from hotseat.train.split import Split, split_by_file, split_by_folder
from hotseat.train.tune import (
    TrainingProgress,
    TrainingSettings,
    Tuned,
    evaluate,
    settings_key,
    tune,
)
from hotseat.train.windows import TrainingWindow, examples, fixed_windows

MIN_FILES = 6
MIN_BYTES = 20_000
"""Bytes of code in each language; less is too little to learn from and to hold out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainRequest:
    """The arguments of `hotseat train`."""

    languages: tuple[str, ...]
    folders: tuple[Path, ...]
    out: Path
    name: str
    base: str | None = None
    settings: TrainingSettings = field(default_factory=TrainingSettings)
    by_folder: bool = False
    sources: Path | None = None
    """A JSON file with the origin of the code, for the card."""
    device: str | None = None
    threads: int | None = None
    peft: bool = False
    """Whether `peft_folder` is written too, for vLLM."""

    @property
    def peft_folder(self) -> Path:
        return self.out / f"{self.name}-peft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The files and the gain of a completed training."""

    adapter: Path
    base: Base
    card: dict[str, Any]
    gain: Gain
    """The gain over all held-out files."""
    peft_folder: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingData:
    """The code to learn from, and its split."""

    gathered: Gathered
    split: Split


def prepare(request: TrainRequest, secrets: Sequence[str] = ()) -> TrainingData:
    """Read and split the code. Raises HotseatError when there is too little."""
    gathered = gather(request.folders, request.languages, secrets=secrets)
    for language in request.languages:
        n_files = sum(f.language == language for f in gathered.files)
        n_bytes = gathered.n_bytes(language)
        if n_files < MIN_FILES or n_bytes < MIN_BYTES:
            left = ", ".join(f"{n} {why}" for why, n in sorted(gathered.left_out.items()))
            raise HotseatError(
                f"There is too little {language} to learn from: {n_files} files, "
                f"{n_bytes / 1000:.0f} kB" + (f" (left out: {left})" if left else ""),
                hint=f"At least {MIN_FILES} files and {MIN_BYTES // 1000} kB are needed; name more "
                "folders with --from",
            )
    split = (split_by_folder if request.by_folder else split_by_file)(gathered.files)
    for language in request.languages:
        if not any(f.language == language for f in split.held_out):
            raise HotseatError(
                f"No {language} could be held out to judge the adapter by",
                hint="Name more folders with --from, or leave --split-by-folder out",
            )
    return TrainingData(gathered=gathered, split=split)


def train(
    request: TrainRequest,
    roster: Roster,
    *,
    report: Callable[[str], None],
    on_progress: Callable[[TrainingProgress], None],
    is_stopped: Callable[[], bool] = lambda: False,
) -> Trained:
    """Train an adapter and write it with its card.

    `report` gets a line for each phase, `on_progress` the figures of the training loop. Raises
    HotseatError; raises Stopped when `is_stopped` returns True.
    """
    require_extra()
    languages = wanted_languages(request.languages)
    base = find_base(request.base, roster, languages)
    check_memory(base, psutil.virtual_memory().available)
    sources = _sources(request.sources)
    data = prepare(request, roster.secrets)
    _make(request.out)
    report(
        f"{len(data.split.train)} files to learn from, {len(data.split.held_out)} held out; "
        f"opening {base.name}"
    )
    import torch

    from hotseat.train.export import write_adapter
    from hotseat.train.peft_folder import write_peft

    if request.threads:
        torch.set_num_threads(request.threads)
    device = request.device or ("cuda" if torch.cuda.is_available() else "cpu")
    digest = base.digest()
    loaded = load(base, device=device)
    settings = request.settings
    key = settings_key(settings, base=digest, data=_data_digest(data), device=device)
    windows = examples(
        data.split.train,
        data.gathered.others,
        encode=loaded.encode,
        separator=loaded.separator,
        n_tokens=settings.n_tokens,
        seed=settings.seed,
        fill=_fill_example_maker(loaded, settings),
    )
    held_out = fixed_windows(
        data.split.held_out,
        encode=loaded.encode,
        separator=loaded.separator,
        n_tokens=settings.n_tokens,
        n=settings.n_evaluated,
        seed=settings.seed,
    )
    if not held_out:
        raise HotseatError(
            "The held-out files are too short to judge an adapter by",
            hint="Name more folders with --from",
        )
    adapted = Adapted(loaded)
    checkpoints = Checkpoints(request.out, key)
    start = checkpoints.read()
    if start is not None:
        report(f"resuming at step {start.step}")
    elif checkpoints.set_aside():
        report(
            "a checkpoint with other settings or other code was set aside; training starts again"
        )
    tuned = tune(
        adapted,
        windows,
        held_out,
        settings,
        checkpoints,
        start=start,
        on_progress=on_progress,
        is_stopped=is_stopped,
    )
    report("choosing the scale on the held-out files")
    scale = _scale(adapted, tuned, held_out)
    path = request.out / f"{request.name}.gguf"
    pairs = adapted.pairs(tuned.weights)
    write_adapter(
        path,
        pairs,
        adapted.layout,
        base,
        alpha=settings.alpha * scale,
        name=request.name,
        licence=base.licence,
        languages=languages,
        digest=digest,
    )
    if request.peft:
        write_peft(request.peft_folder, pairs, alpha=settings.alpha * scale, base=base.name)
    if is_stopped():
        raise Stopped.after(tuned.steps, settings.steps)
    report("measuring the adapter on the held-out files")
    gains = judge_file(adapted, path, data.split.held_out, settings.seed)
    card = {
        "name": request.name,
        "languages": list(request.languages),
        **_file(path),
        "made_by": f"hotseat {__version__}",
        "base": {
            "name": base.name,
            "architecture": base.architecture,
            "sha256": digest,
            "licence": base.licence,
        },
        "training": {**tuned.as_json(), **_settings_json(settings, loaded), "scale": scale},
        "data": _data_json(request, data),
        "held_out": {name: gain.as_json() for name, gain in gains.items()},
        "sources": sources,
    }
    _write(request.out / "card.json", json.dumps(card, indent=2) + "\n")
    _write(request.out / "CARD.md", markdown(card))
    checkpoints.remove()
    return Trained(
        adapter=path,
        base=base,
        card=card,
        gain=gains[ALL],
        peft_folder=request.peft_folder if request.peft else None,
    )


def _scale(adapted: Adapted, tuned: Tuned, held_out: Sequence[TrainingWindow]) -> float:
    def loss_at(scale: float) -> float:
        adapted.set_scaled(TRAINED, tuned.weights, scale)
        return evaluate(adapted.loaded.model, held_out)

    scale, _ = best_scale(loss_at)
    adapted.set_scaled(TRAINED, tuned.weights, 1.0)
    return scale


def _fill_example_maker(loaded: LoadedBase, settings: TrainingSettings) -> FillExampleMaker | None:
    if loaded.fim is None:
        return None
    return FillExampleMaker(
        template=loaded.fim,
        encode=loaded.encode,
        encode_control=loaded.encode_control,
        end=loaded.separator,
        n_tokens=settings.n_tokens,
    )


def _file(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return {"file": path.name, "size_bytes": len(content), "sha256": digest}


def _settings_json(settings: TrainingSettings, loaded: LoadedBase) -> dict[str, Any]:
    plain = "plain windows: the base cannot fill in the middle"
    fim = loaded.fim
    return {
        "steps_asked": settings.steps,
        "batch": settings.batch,
        "window": settings.n_tokens,
        "rank": settings.rank,
        "alpha": settings.alpha,
        "learning_rate": settings.learning_rate,
        "seed": settings.seed,
        "device": loaded.device,
        "examples": f"half fill-in-the-middle ({fim.family}), half plain" if fim else plain,
    }


def _data_json(request: TrainRequest, data: TrainingData) -> dict[str, Any]:
    def count(files: Sequence[SourceFile], language: str) -> tuple[int, int]:
        found = [f for f in files if f.language == language]
        return len(found), sum(len(f.text.encode()) for f in found)

    languages = {}
    for language in request.languages:
        n_files, n_bytes = count(data.split.train, language)
        n_held, _ = count(data.split.held_out, language)
        languages[language] = {"files": n_files, "bytes": n_bytes, "held_out_files": n_held}
    return {
        "languages": languages,
        "other_files": len(data.gathered.others),
        "left_out": dict(data.gathered.left_out),
        "split": "whole folders" if request.by_folder else "files, in a history the last ones",
        "folders": dict(Counter(f.folder for f in data.gathered.files)),
    }


def _data_digest(data: TrainingData) -> str:
    found = hashlib.sha256()
    for file in (*data.split.train, *data.split.held_out, *data.gathered.others):
        found.update(f"{file.digest}{file.language}".encode())
        found.update(hashlib.sha256(file.text.encode()).digest())
    return found.hexdigest()


def _sources(path: Path | None) -> list[Any]:
    if path is None:
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HotseatError(
            f"Cannot read {path}: {error}", hint="The file must contain JSON"
        ) from error
    if not isinstance(found, list):
        raise HotseatError(
            f"{path} does not contain a list", hint='[{"name": …, "version": …, "licence": …}, …]'
        )
    return found


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(folder, error) from error


def _write(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise disk_error(path, error) from error
