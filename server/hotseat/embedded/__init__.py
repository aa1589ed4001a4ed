"""The embedded engine: a daemon with Ollama's HTTP API over llama.cpp (`hotseat engine`).

`daemon` runs the engine's process, `api` holds the routes, `processes` the child processes with the
loaded models, `models` the models on disk, `options` and `wire` the values that cross the API.
"""
