"""`hotseat train`: train an adapter for a language or a repository on the user's code."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail
from hotseat.cli.interrupts import says_yes
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.train.run import Trained
    from hotseat.train.tune import TrainingProgress


def train(
    languages: Annotated[
        list[str],
        typer.Argument(
            metavar="LANGUAGE",
            help="The languages: python, go, typescript, …; several share one adapter.",
        ),
    ],
    folders: Annotated[
        list[Path] | None,
        typer.Option(
            "--from",
            metavar="PATH",
            help="The folders of code to learn from.",
            show_default="this folder",
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="The base model: a model's name, a GGUF file, or a transformers folder.",
            show_default="the roster's model for the language",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder for adapter, card and checkpoint."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The name of the adapter.", show_default="the languages")
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="The highest number of training steps.")] = 150,
    batch: Annotated[int, typer.Option(min=1, help="The number of windows in a step.")] = 4,
    window: Annotated[
        int, typer.Option(min=32, max=2048, help="The number of tokens in a window.")
    ] = 256,
    rank: Annotated[
        int, typer.Option(min=1, max=256, help="The rank of the adapter's matrices.")
    ] = 8,
    alpha: Annotated[
        float | None,
        typer.Option(
            min=0.0, help="The scale (alpha) of the adapter.", show_default="twice the rank"
        ),
    ] = None,
    learning_rate: Annotated[
        float, typer.Option("--lr", min=0.0, help="The highest learning rate.")
    ] = 1e-3,
    seed: Annotated[int, typer.Option(help="The seed of split, examples and initial weights.")] = 0,
    split_by_folder: Annotated[
        bool,
        typer.Option(
            "--split-by-folder",
            help="Hold out whole top-level folders, each of which is a repository.",
        ),
    ] = False,
    card_sources: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A JSON file with names, versions and licences of sources, for the card.",
        ),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(help="The device to train on: cpu or cuda.", show_default="cuda if available"),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(
            min=1, help="The number of threads that torch uses.", show_default="one for each core"
        ),
    ] = None,
    peft: Annotated[
        bool, typer.Option("--peft", help="Also write the adapter as a folder NAME-peft, for vLLM.")
    ] = False,
    roster: RosterOption = None,
    write: Annotated[
        bool,
        typer.Option("--write", help="Add the adapter to your experts.yaml if it beats its base."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Train a small adapter on your code, and measure whether it beats its base."""
    from hotseat.train.errors import Stopped
    from hotseat.train.run import TrainRequest
    from hotseat.train.run import train as run
    from hotseat.train.sources import wanted_languages
    from hotseat.train.tune import TrainingSettings

    try:
        ids = wanted_languages(languages)
        called = checked_name(name or "-".join(ids))
        request = TrainRequest(
            languages=ids,
            folders=tuple(folders or [Path.cwd()]),
            out=out or default_folder(called),
            name=called,
            base=base,
            settings=TrainingSettings(
                steps=steps,
                batch=batch,
                n_tokens=window,
                rank=rank,
                alpha=2.0 * rank if alpha is None else alpha,
                learning_rate=learning_rate,
                seed=seed,
            ),
            by_folder=split_by_folder,
            sources=card_sources,
            device=device,
            threads=threads,
            peft=peft,
        )
        with _stop_signals() as is_stopped, _display() as (report, on_progress):
            trained = run(
                request,
                chosen_roster(roster).roster,
                report=report,
                on_progress=on_progress,
                is_stopped=is_stopped,
            )
    except Stopped as stopped:
        print(f"hotseat: {stopped}", file=sys.stderr)
        raise typer.Exit(130) from stopped
    except HotseatError as error:
        fail(error)
    if as_json:
        files = {"adapter": str(trained.adapter)}
        if trained.peft_folder is not None:
            files["peft_folder"] = str(trained.peft_folder)
        print(json.dumps({**files, **trained.card}, indent=2))
    else:
        _print(trained)
    _to_roster(trained, may_write=write, as_json=as_json)


def default_folder(name: str) -> Path:
    """Return the folder for an adapter in Hotseat's data folder."""
    import platformdirs

    return platformdirs.user_data_path("hotseat") / "adapters" / name


def checked_name(name: str) -> str:
    """Return the name. Raises HotseatError if it cannot name a file and an expert."""
    if not name or not all(c.isalnum() or c in "._-" for c in name) or name.startswith("."):
        raise HotseatError(
            f"'{name}' is not a valid name for an adapter",
            hint="Use letters, digits, `.`, `_` and `-`",
        )
    return name


@contextmanager
def _stop_signals() -> Iterator[Callable[[], bool]]:
    """Yield a function that returns whether to stop after this step.

    The first SIGINT or SIGTERM requests a checkpoint and an end; the second ends the process
    immediately.
    """
    asked = False

    def on_signal(number: int, frame: object) -> None:
        nonlocal asked
        asked = True
        print(
            "stopping after this step; press Ctrl-C again to stop immediately",
            file=sys.stderr,
            flush=True,
        )
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, on_signal)
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _display() -> Iterator[tuple[Callable[[str], None], Callable[[TrainingProgress], None]]]:
    """Yield a function that prints a text, and one that shows progress: a live line, or plain
    lines."""
    if not sys.stderr.isatty():
        yield _print_plainly, _print_progress
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        yield console.print, lambda progress: live.update(Text(progress_line(progress)))


def _print_plainly(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print_progress(progress: TrainingProgress) -> None:
    if progress.step % 5 == 0 or progress.step == progress.steps:
        _print_plainly(progress_line(progress))


def progress_line(progress: TrainingProgress) -> str:
    """Return a line such as `step 75/300  loss 1.912  held out 2.011 (base 2.412)  290 tokens/s  13
    min left`."""
    parts = [f"step {progress.step}/{progress.steps}"]
    if progress.loss == progress.loss:
        parts.append(f"loss {progress.loss:.3f}")
    if progress.held_out is not None and progress.first_held_out is not None:
        parts.append(f"held out {progress.held_out:.3f} (base {progress.first_held_out:.3f})")
    if progress.tokens_per_s:
        parts.append(f"{progress.tokens_per_s:.0f} tokens/s")
        parts.append(f"{time_text(progress.left_s)} left")
    return "  ".join(parts)


def time_text(seconds: float) -> str:
    """Return a duration in seconds or minutes."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _print(trained: Trained) -> None:
    from hotseat.train.card import shown_gains

    card = trained.card
    print(f"{trained.adapter}  {card['size_bytes'] / 1e6:.1f} MB, over {card['base']['name']}")
    if trained.peft_folder is not None:
        print(f"{trained.peft_folder}  the same adapter for vLLM")
    for language, figures in shown_gains(card).items():
        low, high = figures["interval"]
        print(
            f"  {language}: {figures['base']:.3f} → {figures['adapter']:.3f} bits per byte on "
            f"{figures['n_files']} held-out files, {figures['gain']:.1%} fewer "
            f"({low:.1%} to {high:.1%})"
        )


def _to_roster(trained: Trained, *, may_write: bool, as_json: bool) -> None:
    from hotseat.roster.edit import with_adapter
    from hotseat.roster.load import user_path
    from hotseat.roster.write import change_of, write

    def report(text: str) -> None:
        print(text, file=sys.stderr if as_json else sys.stdout)

    card, file = trained.card, trained.adapter.resolve()
    if not trained.gain.wins:
        report(
            "It does not reliably beat its base, so the roster is not changed; the file is kept."
        )
        return
    path, model = user_path(), trained.base.name
    if Path(model).exists():
        report(
            "It beats its base. A roster refers to models by name: name the base in "
            f"{path} (models: {{NAME: {{source: file:{trained.base.path}}}}}), and an expert with "
            f"that model and adapter: {file}"
        )
        return
    if not may_write:
        asks = sys.stdin.isatty() and sys.stdout.isatty() and not as_json
        if not asks or not says_yes(f"It beats its base. Add it to {path}?"):
            report(
                f"It beats its base. To add it, repeat the command with --write, or edit {path}:"
            )
            report(
                f"  experts: [{{name: {card['name']}, languages: [{', '.join(card['languages'])}],"
            )
            report(f"    model: {model}, adapter: {file}}}]")
            return
    change = change_of(
        path,
        lambda text: with_adapter(
            text, name=card["name"], languages=card["languages"], model=model, adapter=str(file)
        ),
    )
    report(change.difference)
    backup = write(change)
    was = f"; the previous version: {backup}" if backup else ""
    report(f"Added to {path}{was}. `hotseat pull {card['name']}` installs it in the engine.")
