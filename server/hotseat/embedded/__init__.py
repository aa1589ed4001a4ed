"""The embedded engine: a daemon with Ollama's HTTP API over llama.cpp (`hotseat engine`).

`daemon` is its life; `api` and `chat` its routes; `guard` who may call it; `pool` and `runner` the
child processes, one per loaded model; `store` the models on disk; `gguf` what may be loaded at all.
Only `child` imports llama.cpp, and it runs in a process of its own.
"""
