"""The `hotseat` command, also as `python -m hotseat`."""

import signal
import sys


def start() -> int:
    """Run the command of `sys.argv` and return its exit status: 130 after Ctrl-C, also while the
    modules are still being imported."""
    try:
        from hotseat.cli.main import main

        return main()
    except KeyboardInterrupt:
        return 130
    finally:
        # The command has ended: another Ctrl-C would only interrupt the interpreter's shutdown.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(start())
