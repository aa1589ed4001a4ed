"""The entry point. Imports only the module of the called command, as editors wait for `hotseat
lsp`."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from hotseat import __version__
from hotseat.cli.help import PIPE_CLOSED, HelpCommand, HelpGroup
from hotseat.cli.interrupts import INTERRUPTED
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.domain.network import NetworkRule

# The module holds a function with the name of the command (with "_" for "-").
COMMANDS = {
    "demo": "hotseat.cli.demo",
    "ask": "hotseat.cli.ask",
    "setup": "hotseat.cli.setup",
    "doctor": "hotseat.cli.doctor",
    "status": "hotseat.cli.status",
    "unload": "hotseat.cli.memory.unload",
    "stop": "hotseat.cli.memory.stop",
    "stats": "hotseat.cli.stats",
    "experts": "hotseat.cli.expert_group",
    "memory": "hotseat.cli.conversation.memory",
    "task": "hotseat.cli.task",
    "symbols": "hotseat.cli.conversation.symbols",
    "pull": "hotseat.cli.pull",
    "models": "hotseat.cli.disk.models",
    "rm": "hotseat.cli.disk.rm",
    "prune": "hotseat.cli.disk.rm",
    "update": "hotseat.cli.disk.update",
    "uninstall": "hotseat.cli.disk.uninstall",
    "trust": "hotseat.cli.trust",
    "lsp": "hotseat.cli.lsp",
    "serve": "hotseat.cli.serve",
    "mcp": "hotseat.cli.serve.mcp",
    "acp": "hotseat.cli.serve.acp",
    "engine": "hotseat.cli.engine",
    "team": "hotseat.cli.serve.team",
    "bench": "hotseat.cli.bench",
    "simulate": "hotseat.cli.simulate",
    "judge": "hotseat.cli.judge",
    "train": "hotseat.cli.train",
    "help": "hotseat.cli.help",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] in (["--version"], ["-V"]):
        print(f"hotseat {__version__}")
        return 0
    if arguments[:1] != ["lsp"]:  # whose windows read the roster themselves
        _read_network_rule_when_needed()
    try:
        _app(arguments)(arguments, prog_name="hotseat", standalone_mode=True)
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # click's status for it is 1
            return PIPE_CLOSED
        return ended.code if isinstance(ended.code, int) else 1
    except Exception as error:
        if "HOTSEAT_DEBUG" in os.environ:
            raise
        _print_error(error, as_json="--json" in arguments)
        return 1
    return 0


def _read_network_rule_when_needed() -> None:
    """Let a command that reads no roster keep to the user's `network:`, too."""
    from hotseat.machine import network

    def read() -> NetworkRule:
        from hotseat.roster.load import user_network

        return user_network()

    network.read_by(read)


def _app(arguments: Sequence[str]) -> typer.Typer:
    """Return the program, with the called command alone if there is one."""
    app = typer.Typer(
        help="Keep the right small model in memory for the code under your cursor.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        cls=HelpGroup,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def common(
        version: bool = typer.Option(False, "--version", "-V", help="Print the version and exit."),
    ) -> None:
        pass

    called = (_words_to_complete() or arguments)[:1]
    for name in called if set(called) & set(COMMANDS) else COMMANDS:
        module = importlib.import_module(COMMANDS[name])
        command = getattr(module, name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name, cls=HelpCommand)(command)
    return app


def _words_to_complete() -> list[str]:
    """Return the words after `hotseat` if a shell asks how to complete them (typer's protocol)."""
    if "_HOTSEAT_COMPLETE" not in os.environ:
        return []
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
    return line.split()[1:]


def _print_error(error: Exception, *, as_json: bool) -> None:
    """Print what happened and what to do, without the name of a class or a traceback."""
    if isinstance(error, HotseatError):
        message, hint = error.message, error.hint
    else:
        message = f"this should not happen: {str(error) or 'an error without a message'}"
        hint = (
            "Set HOTSEAT_DEBUG=1 to see the traceback; `hotseat doctor --report` helps to report it"
        )
    if as_json:
        print(json.dumps({"error": message, "hint": hint}, indent=2))
    print(f"hotseat: {message}" + (f"\n  {hint}" if hint else ""), file=sys.stderr)
