"""`python -m hotseat.embedded`: the engine without the rest of the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from hotseat.domain.experts import DEFAULT_KEEP_PROMPTS_BYTES
from hotseat.embedded.daemon import main
from hotseat.embedded.processes.pool import LOAD_TIMEOUT_S
from hotseat.embedded.schedule import Schedule, ScheduleSettings


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hotseat.embedded", description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--idle-exit-s", type=float)
    parser.add_argument("--token-env")
    parser.add_argument("--load-timeout-s", type=float, default=LOAD_TIMEOUT_S)
    parser.add_argument("--schedule", choices=list(Schedule), default=Schedule.HOTSEAT)
    parser.add_argument("--max-loaded-models", type=int)
    parser.add_argument("--parallel", type=int)
    parser.add_argument("--no-orphans", action="store_true", help="for --schedule ollama")
    parser.add_argument(
        "--keep-prompts", type=int, metavar="BYTES", default=DEFAULT_KEEP_PROMPTS_BYTES
    )
    parser.add_argument("--no-spare", action="store_true", help="start no process ahead of a load")
    return parser.parse_args()


def _main(arguments: dict[str, Any]) -> int:
    schedule = ScheduleSettings(
        schedule=Schedule(arguments.pop("schedule")),
        max_models=arguments.pop("max_loaded_models"),
        n_slots=arguments.pop("parallel"),
        leaves_orphans=not arguments.pop("no_orphans"),
        kept_bytes=arguments.pop("keep_prompts"),
        has_spare=not arguments.pop("no_spare"),
    )
    return main(**arguments, schedule=schedule)


if __name__ == "__main__":
    sys.exit(_main(vars(_arguments())))
