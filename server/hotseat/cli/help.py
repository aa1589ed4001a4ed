"""`hotseat help`, and the classes of commands and groups with plain help: flags without a type
(`--json`, not `--json <bool>`), values by a short word, defaults without brackets."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

PIPE_CLOSED = 141
"""The exit status after the reader of stdout has closed it: 128 + SIGPIPE, as shells have it."""
_WORDS = {"int": "N", "float": "X", "str": "TEXT", "path": "PATH", "Path": "PATH"}
"""The word for the value of an option that names none, by the type that typer shows."""


def help(
    command: Annotated[
        list[str] | None, typer.Argument(help="The command to explain, such as `pull`.")
    ] = None,
) -> None:
    """Show the commands, or the options of one command."""
    from hotseat.cli.main import main

    raise typer.Exit(main([*(command or []), "--help"]))


class HelpCommand(TyperCommand):
    """A command with plain help."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().make_context(*args, **kwargs)
        except Exception as error:  # click's, which typer brings under a name of its own
            message = getattr(error, "message", None)
            if isinstance(message, str):
                error.message = message.removeprefix("Value error, ")  # type: ignore[attr-defined]
            raise

    def get_params(self, ctx: Any) -> list[Any]:
        return [_plain(param, ctx) for param in super().get_params(ctx)]


class HelpGroup(TyperGroup):
    """A group of commands with plain help. A reader that closes stdout ends a command silently."""

    def invoke(self, ctx: Any) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                if sys.stdout is not None:
                    sys.stdout.flush()  # what is written at the interpreter's end cannot be caught
        except BrokenPipeError:  # `hotseat models | head -1`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(PIPE_CLOSED) from None

    def get_params(self, ctx: Any) -> list[Any]:
        return [_plain(param, ctx) for param in super().get_params(ctx)]


def _plain(param: Any, ctx: Any) -> Any:
    if isinstance(param, TyperArgument):
        _plain_argument(param)
    elif param.metavar is None:
        param.metavar = "" if getattr(param, "is_flag", False) else _word(param, ctx)
    if isinstance(param.show_default, str):
        words = param.show_default
        param._get_default_string = lambda **_: words
    return param


def _plain_argument(param: Any) -> None:
    """`NAME...` in the line of usage, `[NAME]...` if it may be left out, and no type."""
    name = param.metavar or param.name.upper()
    param.metavar = name
    usage = (name if param.required else f"[{name}]") + ("..." if param.nargs != 1 else "")
    param.display_type_rich = lambda ctx: None
    param.get_usage_pieces = lambda ctx: [usage]


def _word(param: Any, ctx: Any) -> str | None:
    """Return N for `<int range>`, PATH for `<list[Path]>`; choices (`<a|b>`) without brackets."""
    if not hasattr(param, "display_type"):  # an older typer, with words of its own
        return None
    shown = str(param.display_type(ctx)).strip("<>")
    kind = shown.removesuffix(" range").removeprefix("list[").removesuffix("]")
    return _WORDS.get(kind, shown)
