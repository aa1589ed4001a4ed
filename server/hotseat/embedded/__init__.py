"""The embedded engine: a daemon with Ollama's HTTP API over llama.cpp (`hotseat engine`).

`daemon` is the life of the engine's process, `api` the routes, `processes` the child processes with
the loaded models, `models` the models on disk, `options` and `wire` the values that cross the API.
"""
