"""The `hotseat` command, also as `python -m hotseat`."""

import signal
import sys


def start() -> int:
    """Run the command of `sys.argv` and return its exit status: 130 after Ctrl-C, also while the
    modules are still being imported, and however often it is pressed."""
    try:
        return _run()
    except KeyboardInterrupt:  # the second one, while the first ended the command
        _ignore_ctrl_c()
        return 130


def _run() -> int:
    try:
        from hotseat.cli.main import main

        return main()
    except KeyboardInterrupt:
        return 130
    finally:
        # The command has ended: another Ctrl-C would only interrupt the interpreter's shutdown.
        _ignore_ctrl_c()


def _ignore_ctrl_c() -> None:
    while True:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        except KeyboardInterrupt:
            continue
        return


if __name__ == "__main__":
    sys.exit(start())
