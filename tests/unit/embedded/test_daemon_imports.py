"""What the engine's process imports before the process that waits for a load is started."""

from __future__ import annotations

import json
import subprocess
import sys

SLOW = {"uvicorn", "httpx", "pydantic", "ruamel", "typer", "rich", "xllamacpp"}


def test_the_process_that_waits_is_started_before_the_slow_imports() -> None:
    """A user whose engine was killed waits for all of them."""
    code = "import sys, json, hotseat.embedded.__main__; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    imported = {name.partition(".")[0] for name in json.loads(run.stdout)}
    assert not SLOW & imported
