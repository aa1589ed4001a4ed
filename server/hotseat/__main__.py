"""`python -m hotseat` is the `hotseat` command."""

import sys

from hotseat.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
