"""`hotseat bench gateway`: what agents gain from the gateway, and what it costs them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError


def gateway(
    trace: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A CSV file of visits, as for `hotseat simulate`.",
            show_default="a sample that comes with Hotseat",
        ),
    ] = None,
    gguf: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The model of which the experts are copies.",
            show_default="one of 294 MB that is made for it",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure agents on an engine alone and through the gateway: waits, routing, and overhead.

    Twelve conversations in the wire shapes of opencode, Cline and aider, each agent one at a time,
    the three side by side. Their languages and pauses come from real switching histories, with
    pauses 20 times shorter; files and questions are made up. There are four experts, of which two
    fit, and one can call tools; each answer has 8 tokens. The model is made for this: it takes as
    long to load as one of 300 MB, and little work otherwise, so that loads are not hidden by the
    time that a processor takes to read prompts; --gguf names a real one.

    `direct`: the agents name the language's model, and the engine evicts by itself. They set their
    own context lengths, as they do by default. `direct_one_context`: with one context length for
    all, as a careful user would set it. `gateway`: the same agents ask `auto`. `zero_pause`: both
    again, without pauses. `stall_s` is what first tokens came later than in the pass `warm`, where
    one model answers everything; ratios have intervals of 95 %.

    `routing_accuracy` asks no model. `overhead_p95_ms` and `throughput` compare a warm expert in
    interleaved pairs. All of it takes less than ten minutes on an idle machine.

    hotseat bench gateway

    hotseat bench gateway --trace visits.csv --json
    """
    from hotseat.lab.bench.gateway.run import GatewayBench, bench_gateway

    try:
        result = run_async(bench_gateway(GatewayBench(trace=trace, gguf=gguf), _say))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    from hotseat.cli.tables import print_figures

    print_figures(result)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
