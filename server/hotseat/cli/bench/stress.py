"""`hotseat bench chaos` and `soak`: windows in use for a long time, with and without signals."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.interrupts import run_async
from hotseat.cli.tables import print_figures
from hotseat.domain.errors import HotseatError

GgufOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="The model of which the experts' three models are copies.",
        show_default="the starter roster's smollm2:135m",
    ),
]
KeepOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Copy the logs of the servers and the engine there, and the list of events.",
    ),
]
SeedOption = Annotated[int, typer.Option(help="Another seed makes another run.")]


def chaos(
    signals: Annotated[int, typer.Option(min=1, help="The number of signals.")] = 1000,
    minutes: Annotated[
        float, typer.Option(min=0.1, max=600, help="End after this time, with fewer signals.")
    ] = 60.0,
    gguf: GgufOption = None,
    seed: SeedOption = 1,
    keep: KeepOption = None,
    as_json: JsonOption = False,
) -> None:
    """Kill and stop processes at random while windows are in use, and look for harm.

    Three windows type, ask for completions and questions, and cancel, on an embedded engine of
    their own whose budget holds one model and a half. Bursts of one to three signals hit the
    engine, a model's process, the keeper, a server or its parsing worker: SIGKILL, or SIGSTOP and
    SIGCONT after 0.3 to 4 s. A server that is killed is started again, as an editor does.

    `unanswered` and `answered_twice` are requests to servers that were not killed. `double_loads`
    are models that two processes held at once, `over_budget_bytes` and `over_budget_s_max` how much
    more than the budget the models' processes took, and for how long, by a look every 0.2 s.
    `orphans` are processes that nothing needed. `stuck_s_max` is the longest time that a window
    showed a model as loading or unloading. `heal_s_p95` is the time from the end of a burst, or
    from the engine's return, until a completion has text, and `cold_s_p95` how long no window
    showed a warm model in that time. `text_drift` are documents whose text in the server is not the
    editor's: after every 40 signals a stub engine looks at the prompts.

    Your own data, engine and editors are not touched.

    hotseat bench chaos --signals 40 --minutes 2 --json
    """
    from hotseat.lab.bench.stress.chaos import ChaosSettings, bench_chaos

    settings = ChaosSettings(n_signals=signals, minutes=minutes, gguf=gguf, keep=keep, seed=seed)
    _print(_run(bench_chaos(settings, _report)), as_json=as_json)


def soak(
    minutes: Annotated[
        float, typer.Option(min=0.1, max=600, help="The longest time that the run may take.")
    ] = 5.0,
    hours: Annotated[
        float,
        typer.Option(
            min=0.01, help="End when each window has typed as much as a user does in this time."
        ),
    ] = 8.0,
    gguf: GgufOption = None,
    seed: SeedOption = 1,
    keep: KeepOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compress hours of typing, asking and switching into minutes, and look for growth.

    Two windows type without a pause on an embedded engine of their own whose budget holds one model
    and a half. An hour is 2,400 keys in each window.

    For the servers, their parsing workers, the engine and the models' processes (`child`), each
    list has two medians: of the first third after the warm-up, which is a quarter of the run, and
    of the last third. `growth` is the change of resident memory as a share.

    Your own data, engine and editors are not touched.
    """
    from hotseat.lab.bench.stress.soak import SoakSettings, bench_soak

    settings = SoakSettings(minutes=minutes, hours=hours, gguf=gguf, keep=keep, seed=seed)
    _print(_run(bench_soak(settings, _report)), as_json=as_json)


def _report(what: str) -> None:
    print(f"{what} …", file=sys.stderr, flush=True)


def _run(measurement: Any) -> dict[str, Any]:
    try:
        result: dict[str, Any] = run_async(measurement)
    except HotseatError as error:
        fail(error)
    return result


def _print(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print_figures(result)
