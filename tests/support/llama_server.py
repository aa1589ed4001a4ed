"""llama.cpp's own HTTP server, as xllamacpp brings it, in a process of its own, for tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn


@contextmanager
def running_llama_server(model: Path, *, alias: str = "", key: str = "") -> Iterator[str]:
    """Its address. One slot; batches so short that a client who leaves is noticed soon."""
    process = subprocess.Popen(
        [sys.executable, "-m", "support.llama_server", str(model), alias, key],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("ready "), line
        yield line.split()[1]
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def main() -> NoReturn:
    import xllamacpp

    model, alias, key = sys.argv[1:]
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # llama.cpp may print
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.n_ctx, params.n_parallel = 2048, 1
    params.n_batch = params.n_ubatch = 64
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.cache_ram_mib, params.fit_params, params.warmup, params.ui = 0, False, False, False
    params.verbosity = 1
    params.hostnames, params.port = ["127.0.0.1"], 0
    if alias:
        params.model_alias = {alias}
    if key:
        params.api_keys = [key]
    server = xllamacpp.Server(params)
    answer.write(f"ready {server.listening_address}\n")
    answer.flush()
    sys.stdin.read()  # until the test is gone
    os._exit(0)


if __name__ == "__main__":
    main()
