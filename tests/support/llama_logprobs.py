"""llama.cpp in a process of its own: next-token log-probabilities, with an adapter at a scale.

python llama_logprobs.py MODEL ADAPTER        a line [TOKENS, SCALE] in, a line {ID: LOGPROB} out
"""

from __future__ import annotations

import json
import os
import sys

import httpx

N_PROBS = 40


def main() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.n_ctx = 512
    params.n_parallel = 1
    params.warmup = False
    params.verbosity = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(sys.argv[2], 0.0)]
    params.lora_init_without_apply = True
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    server = xllamacpp.Server(params)
    for line in sys.stdin:
        tokens, scale = json.loads(line)
        request = {
            "prompt": tokens,
            "n_predict": 1,
            "n_probs": N_PROBS,
            "temperature": 0.0,
            "cache_prompt": False,
            "lora": [{"id": 0, "scale": scale}],
        }
        answer = httpx.post(f"{server.listening_address}/completion", json=request, timeout=60)
        (told,) = answer.raise_for_status().json()["completion_probabilities"]
        print(json.dumps({t["id"]: t["logprob"] for t in told["top_logprobs"]}), flush=True)
    os._exit(0)  # destroying the server may hang


if __name__ == "__main__":
    main()
