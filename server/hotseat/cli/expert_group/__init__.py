"""`hotseat experts`: the roster, mixtures of its adapters (`mix`, `score`), models cut to some
languages (`cut`)."""

from __future__ import annotations

import typer

from hotseat.cli.expert_group.cut import cut
from hotseat.cli.expert_group.mix import mix
from hotseat.cli.expert_group.score import score
from hotseat.cli.experts import JsonOption, RosterOption, SchemaOption
from hotseat.cli.experts import experts as show_experts
from hotseat.cli.help import HelpCommand, HelpGroup

experts = typer.Typer(
    help="Show the experts, their languages and models, and errors in experts.yaml.",
    invoke_without_command=True,
    rich_markup_mode="markdown",
    cls=HelpGroup,
)


@experts.callback()
def _show(
    context: typer.Context,
    roster: RosterOption = None,
    as_json: JsonOption = False,
    schema: SchemaOption = False,
) -> None:
    if context.invoked_subcommand is None:
        show_experts(roster, as_json, schema)


experts.command(cls=HelpCommand)(cut)
experts.command(cls=HelpCommand)(mix)
experts.command(cls=HelpCommand)(score)
