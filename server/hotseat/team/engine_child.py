"""`python -m hotseat.team.engine_child PARENT …`: the embedded engine, ended with its replica.

Ray ends a worker by SIGKILL when it must, and its engine would keep gigabytes. Elsewhere than on
Linux, the engine ends by itself when it has been idle.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    parent = int(sys.argv.pop(1))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(1)  # The replica has ended before this line.
    runpy.run_module("hotseat.embedded", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
