"""`hotseat task "…"` and `hotseat task list | show | resume | undo | forget`."""

from __future__ import annotations

from typing import Any

import typer

from hotseat.cli.help import HelpCommand, HelpGroup
from hotseat.cli.task import journal, run

_RUN = "run"


class TaskGroup(HelpGroup):
    """A group whose words are a new task if they name no command: `hotseat task "Rename it"`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = [_RUN, *args]
        return super().parse_args(ctx, args)


task = typer.Typer(
    help=(
        "Change several files: a plan, one expert for each step, and one diff to review. "
        '`hotseat task "…"` prints the diff and changes nothing; `hotseat task run --help` lists '
        "its options."
    ),
    no_args_is_help=True,
    rich_markup_mode="markdown",
    cls=TaskGroup,
)
for _name, _command in (
    (_RUN, run.run),
    ("list", journal.list_),
    ("show", journal.show),
    ("resume", run.resume),
    ("undo", journal.undo),
    ("forget", journal.forget),
):
    task.command(_name, cls=HelpCommand)(_command)
