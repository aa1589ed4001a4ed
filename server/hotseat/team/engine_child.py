"""`python -m hotseat.team.engine_child PARENT …`: the embedded engine, ended with its replica.

With `PARENT -- COMMAND …` it becomes that command, which is ended likewise.

Ray ends a worker by SIGKILL when it must, and its engine would keep gigabytes. Elsewhere than on
Linux, the engine ends by itself when it has been idle.
"""

from __future__ import annotations

import os
import runpy
import sys

from hotseat.machine.platforms import die_with_parent


def main() -> None:
    parent = int(sys.argv.pop(1))
    if not die_with_parent(parent, gently=True):
        sys.exit(1)  # The replica has ended before this line.
    if sys.argv[1:2] == ["--"]:
        os.execvp(sys.argv[2], sys.argv[2:])
    runpy.run_module("hotseat.embedded", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
