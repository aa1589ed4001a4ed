"""One loaded model, in a process of its own: llama.cpp's HTTP server.

The only module that imports xllamacpp. Reads one line of JSON parameters from standard input, loads
the model, writes `ready ADDRESS VERSION LOAD_S` to standard output (the version of xllamacpp, and
the seconds that the load took), and serves until its parent ends: standard input reaches its end,
or (on Linux, even while llama.cpp holds the interpreter during a load) the kernel kills it. The
parameters may come later than the start: llama.cpp is imported meanwhile. A child that outlives its
parent serves until it is killed. A byte on standard input requests that free memory is returned to
the system. It never cleans up: ending the process frees the memory, and destroying a server in-
process deadlocked in 7 of 40 tries.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any, NoReturn

from hotseat.machine.platforms import HERE, die_with_parent

_STACK_BYTES = 8 << 20
_NGRAM_TOKENS = 6
"""Tokens that must occur before for the text after them to be drafted; with 6, 84 % of the drafts
were right in edits, and with 4 as many at more cost."""
_THREADS_PER_CORE = 4
"""Threads of llama.cpp and of its HTTP server."""


def main() -> NoReturn:
    """Load the model and serve until the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import xllamacpp

    has_gpu = _has_gpu(xllamacpp)
    line = sys.stdin.readline()
    if not line:  # The parent ended, or did not need this process.
        os._exit(0)
    parameters = json.loads(line)
    if not parameters["outlives_parent"]:
        _die_with_parent(int(parameters["parent_pid"]))
    # llama.cpp may print; only the line that the parent waits for may go to standard output.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    began_s = time.monotonic()
    server = _load(xllamacpp, parameters, has_gpu=has_gpu)
    load_s = time.monotonic() - began_s
    answer.write(f"ready {server.listening_address} {xllamacpp.__version__} {load_s:.4f}\n")
    answer.flush()
    while os.read(sys.stdin.fileno(), 4096):  # The parent requests trimming.
        _give_free_memory_back()
    while parameters["outlives_parent"]:
        time.sleep(3600)
    os._exit(0)


def _load(xllamacpp: Any, parameters: dict[str, Any], *, has_gpu: bool) -> Any:
    if parameters["memory_bytes"] and not has_gpu:
        _limit_memory(int(parameters["memory_bytes"]))
    params = xllamacpp.CommonParams()
    params.model.path = parameters["model"]
    params.n_ctx = parameters["n_ctx"] * parameters["n_slots"]
    params.n_parallel = parameters["n_slots"] * parameters["n_voices"]
    if parameters["n_voices"] > 1:
        # Slots for every adapter, but memory for as many prompts as without adapters; idle slots
        # are evicted.
        params.kv_unified = True
        params.kv_unified_per_slot = parameters["n_ctx"]
    params.embedding = parameters["is_embedding"]
    params.ctx_shift = True  # An answer that fills the context goes on, as in Ollama.
    params.n_batch = params.n_ubatch = parameters["n_batch"]
    params.cpuparams.n_threads = parameters["n_threads"]
    params.cpuparams_batch.n_threads = parameters["n_threads"]
    params.n_gpu_layers = parameters["n_gpu_layers"]
    params.main_gpu = parameters["main_gpu"]
    modes = xllamacpp.llama_load_mode
    params.load_mode = (
        modes.LLAMA_LOAD_MODE_MMAP if parameters["use_mmap"] else modes.LLAMA_LOAD_MODE_NONE
    )
    # Every request names its adapters; with a scale here, a request without them would get all.
    params.lora_adapters = [
        xllamacpp.CommonAdapterLoraInfo(path, 0.0) for path in parameters["adapters"]
    ]
    params.lora_init_without_apply = True
    # The default is a prompt cache of 8 GiB. It is not keyed by adapter: one adapter took 313 of
    # 314 tokens of another one's state.
    params.cache_ram_mib = 0 if parameters["adapters"] else parameters["prompt_cache_mib"]
    if parameters["states"]:
        params.slot_save_path = parameters["states"]
    if parameters["n_draft"]:
        # Drafts are copied from the text in the slot: fixed when the process loads.
        kinds = xllamacpp.common_speculative_type
        params.speculative.types = [kinds.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
        params.speculative.ngram_simple.size_n = _NGRAM_TOKENS
        params.speculative.ngram_simple.size_m = parameters["n_draft"]
    params.fit_params = False  # The parameters are set here; fitting costs 0.25 s.
    params.warmup = False
    params.ui = False
    params.verbosity = 1  # Errors only; higher levels log the users' text.
    if parameters["socket"]:
        params.hostnames = [parameters["socket"]]
    else:
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        params.api_keys = [parameters["api_key"]]
    return xllamacpp.Server(params)


def _has_gpu(xllamacpp: Any) -> bool:
    """Return whether llama.cpp found a device beside the CPU.

    The drivers of a GPU reserve more memory than they use, which a limit would count.
    """
    cpu = xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU
    return any(device["type"] != cpu for device in xllamacpp.get_device_info())


def _limit_memory(memory_bytes: int) -> None:
    """Let the kernel refuse private memory beyond this, on Linux.

    The stacks of threads count there, although most of a stack is never used. Weights that are
    mapped from their file do not count. The parent watches resident memory in any case.
    """
    if HERE.is_linux:
        import resource

        stacks = _STACK_BYTES * (os.cpu_count() or 1) * _THREADS_PER_CORE
        limit = memory_bytes + stacks + _private_bytes()
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard == resource.RLIM_INFINITY or limit < hard:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _private_bytes() -> int:
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0


def _give_free_memory_back() -> None:
    """Return freed memory to the system.

    llama.cpp allocates its buffers again at each change of adapter, and glibc keeps freed memory:
    with six adapters over SmolLM2-135M, 30 to 50 MB after some switches. Mapping large blocks
    separately (M_MMAP_THRESHOLD) keeps none, but makes every switch a fifth slower.
    """
    if HERE.is_linux:
        import ctypes

        malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # Exists in glibc only.
        if malloc_trim is not None:
            malloc_trim(0)


def _die_with_parent(parent_pid: int) -> None:
    if not die_with_parent(parent_pid):
        os._exit(1)


if __name__ == "__main__":
    main()
