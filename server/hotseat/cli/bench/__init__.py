"""`hotseat bench …`: reproducible measurements of Hotseat."""

from __future__ import annotations

import signal

import typer

from hotseat.cli.help import HelpCommand, HelpGroup

bench = typer.Typer(
    help="Measure Hotseat on this machine.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    cls=HelpGroup,
)


@bench.callback()
def _group() -> None:
    # SIGTERM is handled like Ctrl-C, so that no engine is left running with models in memory.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _register() -> None:
    """Register the commands; help lists them in this order."""
    from hotseat.cli.bench import (
        adapters,
        completion,
        drafts,
        forecast,
        gateway,
        kept_prompts,
        memory,
        next_edit,
        routing,
        snippets,
        speed,
        stress,
        switch,
        symbols,
        task,
        team,
        together,
    )

    for command in (
        speed.latency,
        switch.switch,
        task.task,
        kept_prompts.kv,
        forecast.forecast,
        gateway.gateway,
        team.team,
        speed.takeover,
        stress.chaos,
        stress.soak,
        completion.typing,
        completion.complete,
        completion.faithful,
        next_edit.next_edit,
        speed.context,
        adapters.adapters,
        drafts.drafts,
        together.together,
        completion.masking,
        memory.memory,
        routing.routing,
        symbols.symbols,
        snippets.snippets,
    ):
        bench.command(cls=HelpCommand)(command)


_register()
