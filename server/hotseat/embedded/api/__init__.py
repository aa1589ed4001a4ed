"""Ollama's HTTP API: who may call, the routes, and answers as streams of lines."""
