"""Ollama's HTTP API: access control, routes, and answers as streams of lines."""
