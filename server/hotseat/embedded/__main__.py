"""`python -m hotseat.embedded`: the engine without the rest of the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hotseat.embedded.daemon import main
from hotseat.embedded.processes.pool import LOAD_TIMEOUT_S


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hotseat.embedded", description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--idle-exit-s", type=float)
    parser.add_argument("--token-env")
    parser.add_argument("--load-timeout-s", type=float, default=LOAD_TIMEOUT_S)
    parser.add_argument("--max-loaded-models", type=int)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main(**vars(_arguments())))
