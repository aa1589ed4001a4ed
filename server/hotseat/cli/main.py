"""The entry point. Imports only the module of the called command, as editors wait for `hotseat
lsp`."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import typer

from hotseat import __version__
from hotseat.cli.help import HelpCommand, HelpGroup

# The module of each command holds a function of the same name (with "_" for "-").
COMMANDS = {
    "demo": "hotseat.cli.demo",
    "ask": "hotseat.cli.ask",
    "doctor": "hotseat.cli.doctor",
    "status": "hotseat.cli.status",
    "stats": "hotseat.cli.stats",
    "experts": "hotseat.cli.experts",
    "memory": "hotseat.cli.conversation.memory",
    "pull": "hotseat.cli.pull",
    "trust": "hotseat.cli.trust",
    "lsp": "hotseat.cli.lsp",
    "engine": "hotseat.cli.engine",
    "bench": "hotseat.cli.bench",
    "simulate": "hotseat.cli.simulate",
    "judge": "hotseat.cli.judge",
    "train": "hotseat.cli.train",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    app = typer.Typer(
        help="Keep the right small model in memory for the code under your cursor.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        cls=HelpGroup,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def common(version: bool = typer.Option(False, "--version", help="Print the version.")) -> None:
        pass

    if arguments[:1] == ["--version"]:
        print(f"hotseat {__version__}")
        return 0
    called = arguments[0] if arguments and arguments[0] in COMMANDS else None
    for name in [called] if called else COMMANDS:
        module = importlib.import_module(COMMANDS[name])
        command = getattr(module, name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name, cls=HelpCommand)(command)
    try:
        app(arguments, standalone_mode=True)
    except KeyboardInterrupt:
        return 130
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except Exception as error:
        if "HOTSEAT_DEBUG" in os.environ:
            raise
        hint = getattr(error, "hint", "") or "Set HOTSEAT_DEBUG=1 to see the traceback"
        print(f"hotseat: {type(error).__name__}: {error}\n  {hint}", file=sys.stderr)
        return 1
    return 0
