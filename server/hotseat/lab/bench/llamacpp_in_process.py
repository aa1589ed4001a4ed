"""llama.cpp in this process: reads requests as lines of JSON, prints tokens/s. Used by
`bench.engine`."""

from __future__ import annotations

import json
import sys
import time

from hotseat.lab.bench.engine import N_CTX


def main() -> None:
    """Serve requests on standard input until it ends."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.n_ctx = N_CTX
    params.n_parallel = 1
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    print("ready", flush=True)
    for line in sys.stdin:
        request = {**json.loads(line), "temperature": 0.0, "stream": False, "seed": 1}
        began_s = time.perf_counter()
        answer = server.handle_completions(request)
        wall_s = time.perf_counter() - began_s
        result = json.loads(answer) if isinstance(answer, str) else answer
        print(result["timings"]["predicted_n"] / wall_s, flush=True)


if __name__ == "__main__":
    main()
