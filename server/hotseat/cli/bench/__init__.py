"""`hotseat bench …`: figures that anyone can measure again."""

from __future__ import annotations

import signal

import typer

bench = typer.Typer(help="Measure Hotseat on this machine.", no_args_is_help=True)


@bench.callback()
def _group() -> None:
    # Whoever is killed ends as by Ctrl-C: no engine with models in memory stays behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _register() -> None:
    """Commands are listed in this order."""
    from hotseat.cli.bench import adapters, completion, speed, switch

    for command in (
        speed.latency,
        switch.switch,
        speed.takeover,
        completion.typing,
        completion.complete,
        speed.context,
        adapters.adapters,
        completion.masking,
    ):
        bench.command()(command)


_register()
